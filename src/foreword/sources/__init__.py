"""Readers: one file a format, and one that tells formats apart."""
