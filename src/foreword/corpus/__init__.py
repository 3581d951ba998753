"""Streams of ids on disk, split by time, and the blocks a carried state can walk."""
