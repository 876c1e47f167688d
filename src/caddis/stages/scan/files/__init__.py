"""Where files come from: folders, archives, one file; and which are left out."""
