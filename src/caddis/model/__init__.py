"""The nouns: frozen values that can be printed, compared and saved."""
