"""How the table of names is made; `tools/build_names.py` is the way in."""
