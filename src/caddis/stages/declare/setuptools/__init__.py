"""setup.py and setup.cfg, which are read and never run."""
