"""Text before the network: documents, one cleaning policy, words, secrets, and the tokenizer."""
