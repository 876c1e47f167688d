"""git, the program: files and projects as they were in a revision."""
