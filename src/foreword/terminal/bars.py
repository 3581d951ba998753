"""The lines below the text: the choices, the state of things, and the keys."""

from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from foreword.terminal.writing import Tally, Writing
from foreword.text.cleaning import clean

KEYS: Final = "F1 help  Tab takes the word  ↓ chooses  Esc hushes  ^Z undoes  ^S saves  ^O opens  ^Q leaves"

HELP: Final = """\
 Words
   Tab or →            take the word in grey behind the cursor; Tab takes the first choice where none is shown
   Alt+→               take only its first word, where it is a phrase
   Alt+1, Alt+2, …     take a choice by its number
   ↓                   go into the choices: arrows walk, Enter or a number takes, Esc goes back
   Esc                 no more words until the next one begins
   Enter and the space bar never take anything.

 Text
   Ctrl-Z or Ctrl-_    undo: a word taken goes as a whole    Ctrl-Y      redo
   Shift and arrows    select                                Ctrl-C      copy
   Ctrl-X              cut                                   Ctrl-V      paste what was cut or copied
   Ctrl-← Ctrl-→       word by word                          Ctrl-Home   to the beginning; Ctrl-End to the end
   Ctrl-W              delete the word before the cursor     Ctrl-K      delete to the end of the line

 Files
   Ctrl-S              save                                  Alt+S       save under another name
   Ctrl-O              open another file                     Ctrl-Q      leave

 The blank behind a word taken gives way to a comma or the like, and to the space bar.
 Any key goes back to the text."""


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


def status(*, name: str, is_unsaved: bool, message: str, tally: Tally, model: str, columns: int) -> str:
    """What is written in, what happened last, keys saved and by which model, in one line of so many columns."""
    left = f" {clean(name)}{' *' if is_unsaved else ''}"
    right = f"{saved(tally)} · {model} "
    told = f"  {message}" if message else ""
    room = columns - get_cwidth(left + told) - get_cwidth(right)
    if room < 1 and message:  # the message goes first
        return left + told
    return left + told + " " * max(room, 1) + right


def saved(tally: Tally) -> str:
    """Keys saved so far, in words."""
    if not tally.written:
        return "no keys yet"
    return f"{tally.saved:,} of {tally.written:,} keys saved ({tally.share:.0%})"
