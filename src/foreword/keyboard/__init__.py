"""The next words for what is typed so far."""
