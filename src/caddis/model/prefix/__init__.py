"""The files in a prefix that tell what it is, as several stages read them."""
