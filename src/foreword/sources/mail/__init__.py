"""Mail: files and folders of it, the text of each message, and what in that is its author's own."""
