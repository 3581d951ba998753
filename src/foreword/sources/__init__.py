"""Readers: one module for each format, and one that recognises formats."""
