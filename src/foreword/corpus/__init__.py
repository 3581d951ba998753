"""The text of a training as token ids on disk, split by time, and cut into blocks that a network reads in order."""
