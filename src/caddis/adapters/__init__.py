"""One module an outside thing. Adapters never import each other."""
