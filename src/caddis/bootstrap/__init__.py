"""What travels inside archives: standard library only, copied verbatim."""
