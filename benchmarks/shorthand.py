"""Rewrite a person's messages in shorthand with many signs, by a fixed rule.

    python benchmarks/shorthand.py FOLDER OUT

FOLDER and OUT are folders of a person, as benchmarks/keystrokes.py reads them: train.txt and typed.txt. Each clause
becomes its own message, in lower case without apostrophes, with common words shortened. It ends in one of this
person's signs, drawn with the clause as the seed: their shares are those of a person with few habits.
"""

import argparse
import random
import re
from pathlib import Path

SHORT = {
    "and": "n", "are": "r", "because": "cuz", "i don't know": "idk", "okay": "ok", "people": "ppl", "please": "pls",
    "really": "rly", "thanks": "thx", "though": "tho", "tomorrow": "tmrw", "with": "w", "you": "u", "your": "ur",
}  # fmt: skip
SIGNS = {
    "?": (["??", "?", "?!", " :o"], [5, 3, 1, 1]),
    "!": (["!!", "!!!", " :D", " <3", " 😂😂"], [5, 3, 4, 2, 2]),
    ".": ([" :D", "...", " haha!!", " T.T", " :)", " 😂😂😂", "!!"], [6, 4, 3, 2, 2, 1, 2]),
    ",": (["...", " :P", " :D", "!!"], [4, 2, 2, 2]),
}
_CLAUSE = re.compile(r"(?:(?!\s(?:and|but|because|so|when|that)\b)[^,.!?])+[,.!?]?", re.IGNORECASE)
_WORD = re.compile("|".join(map(re.escape, sorted(SHORT, key=len, reverse=True))).join([r"\b(?:", r")\b"]))


def rewritten(line: str) -> list[str]:
    """The messages made from a line."""
    found = []
    for clause in _CLAUSE.findall(line):
        text = clause.strip().lower()
        mark = text[-1] if text[-1:] in SIGNS else "."
        words = _WORD.sub(lambda match: SHORT[match.group()], text.rstrip(",.!?")).replace("'", "").strip()
        if words:
            signs, shares = SIGNS[mark]
            found.append(words + random.Random(text).choices(signs, shares)[0])
    return found


def main() -> None:
    """Write both files of the person."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("out", type=Path)
    asked = arguments.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in ("train.txt", "typed.txt"):
        lines = (asked.folder / name).read_text("utf-8").split("\n")
        made = [message for line in lines for message in rewritten(line)]
        (asked.out / name).write_text("\n".join(made) + "\n", "utf-8")


if __name__ == "__main__":
    main()
