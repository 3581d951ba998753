"""Train a small recurrent network on your own words, and type with it."""
