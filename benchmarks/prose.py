"""Write the folder of a text whose lines or sentences benchmarks/keystrokes.py and others type.

    python benchmarks/prose.py SOURCE OUT [--learn CHARACTERS] [--sentences] [--messages 60]

SOURCE is a file or a folder, read as `foreword learn` reads it. train.txt has its first half, or so many characters, to
the end of the line. typed.txt has messages of the rest: evenly spread, of 10 to 200 characters. These are lines, or
sentences of paragraphs whose lines are joined. A sentence ends at `.`, `!` or `?` before white space.
"""

import argparse
import re
from pathlib import Path

from foreword.assess.keystrokes import sample
from foreword.sources.reading import documents
from foreword.text.document import join

_PARAGRAPH = re.compile(r"\n\s*\n")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def split(text: str, learn: int, *, sentences: bool) -> tuple[str, list[str]]:
    """The text to learn, and the lines or sentences after it."""
    at = text.find("\n", learn) + 1 or len(text)
    if not sentences:
        return text[:at], [line.strip() for line in text[at:].split("\n")]
    paragraphs = (" ".join(each.split()) for each in _PARAGRAPH.split(text[at:]))
    return text[:at], [each for paragraph in paragraphs for each in _END_OF_SENTENCE.split(paragraph)]


def main() -> None:
    """As the command line asks."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("source")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--learn", type=int, metavar="CHARACTERS")
    arguments.add_argument("--sentences", action="store_true")
    arguments.add_argument("--messages", type=int, default=60)
    asked = arguments.parse_args()
    text = "".join(join(documents(asked.source)))
    learn = len(text) // 2 if asked.learn is None else asked.learn
    learned, messages = split(text, learn, sentences=asked.sentences)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "train.txt").write_text(learned, "utf-8")
    (asked.out / "typed.txt").write_text("\n".join(sample(messages, asked.messages)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
