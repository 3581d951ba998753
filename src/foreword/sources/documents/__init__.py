"""Documents: one text per file, in the formats of word processors, books, pages and notes."""
