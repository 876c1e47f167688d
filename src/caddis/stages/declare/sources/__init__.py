"""Where packages are taken from, as uv, poetry and PDM are told: indexes and places."""
