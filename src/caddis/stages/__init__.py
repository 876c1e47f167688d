"""The verbs: one module each. Stages never import each other."""
