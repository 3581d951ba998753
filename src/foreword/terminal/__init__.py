"""The editor in the terminal: a person writes, and the keyboard suggests words.

What each key does to the text is decided without a terminal: `writing.py`, on top of `buffer.py`. `editor.py` puts the
rest together with prompt_toolkit: `page.py` draws the text, `status_lines.py` the lines below it; `keys.py` binds keys.
`files.py` is the text outside.
"""
