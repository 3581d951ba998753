"""Write the folders of the people whose messages benchmarks/keystrokes.py and others type again.

    pip install chitchat-dataset
    python benchmarks/chat_people.py OUT [RANK …]

chitchat-dataset (MIT) has real chats, each between two people. A person's rank is that by the amount of text; without
RANK, the six people of RESULTS.md are written, 13 to 18. No conversation of theirs is among the base's texts. Of a
person's messages by time, train.txt has all but the last 60,000 characters, test.txt these, and typed.txt 150 of them:
evenly spread, of 10 to 200 characters, at least six of them different.
"""

import argparse
import importlib.resources
import json
from collections import defaultdict
from itertools import chain
from pathlib import Path

from foreword.assess.keystrokes import sample

TYPED = 150
TEST = 60_000  # characters


def people() -> list[list[str]]:
    """The messages of each person in the order of sending, the person with the most text first."""
    file = importlib.resources.files("chitchat_dataset") / "dataset.json"
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for talk in json.loads(file.read_text("utf-8")).values():
        for each in chain.from_iterable(talk["messages"]):
            if text := " ".join(each["text"].split()):
                found[each["sender"]].append((each["timestamp"], text))
    by_person = ([text for _, text in sorted(messages)] for messages in found.values())
    return sorted(by_person, key=lambda messages: -sum(len(text) + 1 for text in messages))


def split(messages: list[str], folder: Path) -> None:
    """Write the three files of one person."""
    at, size = len(messages), 0
    while at and size < TEST:
        at -= 1
        size += len(messages[at]) + 1
    test = messages[at:]
    typed = sample([text for text in test if len(set(text)) >= 6], TYPED)
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (("train", messages[:at]), ("test", test), ("typed", typed)):
        (folder / f"{name}.txt").write_text("\n".join(part) + "\n", "utf-8")


def main() -> None:
    """As the command line asks."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("out", type=Path)
    arguments.add_argument("ranks", nargs="*", type=int, default=[*range(13, 19)], metavar="RANK")
    asked = arguments.parse_args()
    found = people()
    for rank in asked.ranks:
        split(found[rank - 1], asked.out / f"person-{rank}")


if __name__ == "__main__":
    main()
