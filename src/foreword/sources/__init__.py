"""Sources of text. `reading.py` reads one by its path or name, `formats.py` recognises formats; each has a module."""
