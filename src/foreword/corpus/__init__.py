"""The text of a training as token ids on disk.

`texts.py` reads each source once and divides it by time, `prepare.py` encodes it, `streams.py` keeps the ids, and
`blocks.py` cuts them for a network.
"""
