"""The editor in the terminal: a person writes, and the keyboard suggests words.

`text_entry.py` decides the effect of each key, without a terminal; `buffer.py` holds the text. `editor.py` joins the
parts with prompt_toolkit: `page.py` draws the text, `status_lines.py` the lines below it, and `key_bindings.py` binds
the keys. `edited_file.py` reads and writes the file.
"""
