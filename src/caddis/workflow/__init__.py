"""Stages put together, for the command line and for programs."""
