"""The bytes of archives: tar, zip, shell scripts and images, and how each ends."""
