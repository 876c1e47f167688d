"""The protocols that stages ask for and adapters fulfil, one module a subject."""
