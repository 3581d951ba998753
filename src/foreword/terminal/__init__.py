"""The editor in the terminal: a person writes, and words are offered.

What happens with each key is decided without a terminal: `writing.py` on top of `draft.py`. `editor.py` and the files
it puts together (`page.py`, `bars.py`, `keys.py`, `questions.py`) give that a screen and a keyboard by prompt_toolkit.
"""
