"""Which modules are the project's own, and where its imports start."""
