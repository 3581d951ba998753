"""Documents: one text a file, in the formats of word processors, books, pages and notes."""
