"""The lines below the text: the choices, the state of things, and the keys."""

from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.rows import Rows
from foreword.terminal.writing import Tally, Writing
from foreword.text.cleaning import clean
from foreword.text.counting import counted

KEYS: Final = "F1 help  Tab takes the word  ↓ chooses  Esc hushes  ^Z undo  ^S save  ^Q leave"
"""As much as 80 columns hold."""

SHORT: Final = 30
"""Columns that a message may take in the line of state."""

HELP: Final = """\
 Words
   Tab, →        take the word in grey; if there is none, Tab takes choice 1
   Alt+→         take only the next word of a phrase
   Alt+1 …       take a choice by its number
   ↓             into the choices: arrows walk, Enter takes, Delete forgets
   Esc           no more words until the next one begins
   Enter and the space bar never take anything.

 Text
   Ctrl-Z        undo, a word taken as a whole      Ctrl-Y      redo
   Shift+arrows  select                             Ctrl-C X V  copy, cut, paste
   Ctrl+← →      word by word                       Ctrl+Home   to the beginning
   Ctrl-W        delete the word before             Ctrl-K      delete the rest

 Files
   Ctrl-S        save                               Alt+S       save as
   Ctrl-O        open another file                  Ctrl-Q      leave

 A comma replaces the space after a word taken. Any key but ↑ and ↓ goes back."""


def choices(writing: Writing) -> StyleAndTextTuples:
    """The choices by number, with what is typed of each set off; the one in the list that would be taken too."""
    found: StyleAndTextTuples = []
    for number, choice in enumerate(writing.offer.choices):
        chosen = " class:chosen" if writing.chosen == number else ""
        found += [
            ("", "  " if number else " "),
            ("class:number" + chosen, f"{number + 1} "),
            ("class:typed" + chosen, f"{choice.replaces}→" if choice.replaces else choice.typed),
            ("class:rest" + chosen, choice.rest.strip()),
        ]
    return found


def is_short(message: str) -> bool:
    """Whether there is room for a message in the line of state; another has a line to itself."""
    return get_cwidth(message) <= SHORT


def long(message: str, columns: int) -> str:
    """A message on a line of its own, or on several of so many columns."""
    rows = Rows(message, columns - 1)
    return "\n".join(f" {message[slice(*rows.span(row))]}" for row in range(len(rows)))


def status(*, name: str, message: str, tally: Tally, model: str, columns: int) -> str:
    """What is written in, what happened last, keys saved and by which model, in one line of so many columns."""
    left = f" {clean(name)}{f'  {message}' if message else ''}"
    right = f"{saved(tally)} · {model} "
    return left + " " * max(2, columns - get_cwidth(left) - get_cwidth(right)) + right


def saved(tally: Tally) -> str:
    """Keys saved so far, in words."""
    if not tally.written:
        return "no keys yet"
    return f"{tally.saved:,} of {counted(tally.written, 'key')} saved ({tally.share:.0%})"
