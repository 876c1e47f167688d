"""Tell the three penguin species of the Palmer Archipelago apart."""
