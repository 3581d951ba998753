"""A person's model, from text to a measured model folder."""
