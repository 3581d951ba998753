"""Streams of ids on disk, split by time, and their blocks for a carried state."""
