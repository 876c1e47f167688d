"""What the commands that write or read archives share."""
