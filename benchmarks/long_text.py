"""How long does a key take at the end of a long text: in the editor, and in the search for words?

    python benchmarks/long_text.py [--megabytes 1]

Types 28 letters at the end of three texts of that size: many lines, one line, and one line with letters beyond ASCII.
The work of the editor is the change, the rows, and the drawing of one screen, without terminal and process. The words
come from the shipped model. Prints the median and the maximum in milliseconds.
"""

import argparse
import json
import time
from collections.abc import Callable
from statistics import median

from foreword.keyboard.suggest import Keyboard
from foreword.terminal import status_lines
from foreword.terminal.page import Page
from foreword.terminal.text_entry import TextEntry

SENTENCE = "the quick brown fox jumps over the lazy dog and runs away to the hills "
TYPED = "hello there my friend we go "
COLUMNS, ROWS = 100, 40


def texts(size: int) -> dict[str, str]:
    """The three texts of `size` bytes in UTF-8, about."""
    return {
        "lines": "\n".join(SENTENCE[: 50 + at % 20] for at in range(size // 60)),
        "one line": SENTENCE * (size // len(SENTENCE)),
        "one line, é": f"é{SENTENCE}" * (size // (len(SENTENCE) + 2)),
    }


def timed(key: Callable[[str], object]) -> dict[str, float]:
    """The milliseconds that a key takes."""
    found = []
    for character in TYPED:
        begun = time.perf_counter()
        key(character)
        found.append(1_000 * (time.perf_counter() - begun))
    return {"median": median(found), "maximum": max(found)}


def editor(text: str) -> dict[str, float]:
    """The milliseconds of the editor's own work."""
    writing = TextEntry(text)
    page = Page(lambda: writing)
    page.create_content(COLUMNS, ROWS)

    def key(character: str) -> None:
        writing.type(character)
        content = page.create_content(COLUMNS, ROWS)
        last = content.cursor_position.y
        for row in range(max(0, last - ROWS + 1), last + 1):
            content.get_line(row)
        status_lines.choices(writing, COLUMNS)
        status_lines.status(name="", message="", tally=writing.tally, model="", columns=COLUMNS)

    return timed(key)


def keyboard(text: str, words: Keyboard) -> dict[str, float]:
    """The milliseconds of the search for words."""
    typed = text
    words.suggest(typed)

    def key(character: str) -> None:
        nonlocal typed
        typed += character
        words.suggest(typed)

    return timed(key)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--megabytes", type=float, default=1.0)
    asked = parser.parse_args()
    words = Keyboard.open("base")
    found = {
        name: {"editor": editor(text), "keyboard": keyboard(text, words)}
        for name, text in texts(int(asked.megabytes * 1e6)).items()
    }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
