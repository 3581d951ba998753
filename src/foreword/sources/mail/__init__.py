"""Mail: its files and folders, the text of each message, and the author's own words in it."""
