"""Text in: documents, one cleaning policy, words, and the tokenizer."""
