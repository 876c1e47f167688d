"""What commands that read code share: its project, its settings, what they print."""
