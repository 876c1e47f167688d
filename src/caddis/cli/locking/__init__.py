"""What the commands that make or follow a lock share."""
