"""A folder of Python in, an environment that runs anywhere out."""

__version__ = "0.1.0"
