"""The whole line in one call: stages put together, for the CLI and for programs."""
