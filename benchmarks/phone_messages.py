"""What do signs save people who write on phones? Messages of the NUS SMS Corpus, typed again.

    python benchmarks/phone_messages.py people smsCorpus_en_2015.03.09_all.xml OUT [--ranks 5-13,17,24]
    python benchmarks/phone_messages.py signs FOLDER … [--model PATH] [--messages N]

`people` writes a folder for each person, with train.txt and typed.txt, as keystrokes.py reads them. A person's rank is
that by the amount of text. The first four are left out, for people who want to measure on somebody new. Persons 17 and
24 have many signs. Of a person's different messages, in the order of the corpus, the last fifth, at most 400, are the
ones to type: 150 of 10 to 200 characters.

`signs` types them again four times: without and with signs, if any choice that equals the text to come is taken, and if
single words alone are. The base has a memory of train.txt, and each message is learned when it is finished.

Source: Chen and Kan (2013), "Creating a live, public short message service corpus: the NUS SMS corpus".
"""

import argparse
from collections import defaultdict
from contextlib import closing
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from foreword.assess.keystrokes import WithOptions, replay, sample
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model

TYPED = 150
MOST_TYPED = 400


def people(corpus: Path) -> list[list[str]]:
    """The different messages of each person, the person with the most text first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for message in ET.parse(corpus).iter("message"):
        found[message.findtext("source/userProfile/userID", "")].append(message.findtext("text", ""))
    ranked = sorted(found.values(), key=lambda messages: -sum(map(len, messages)))
    return [list(dict.fromkeys(" ".join(each.split()) for each in messages)) for messages in ranked]


def split(messages: list[str], folder: Path) -> None:
    """Write train.txt and typed.txt of one person."""
    at = max(len(messages) * 4 // 5, len(messages) - MOST_TYPED)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.txt").write_text("\n".join(messages[:at]) + "\n", "utf-8")
    (folder / "typed.txt").write_text("\n".join(sample(messages[at:], TYPED)) + "\n", "utf-8")


def savings(folder: Path, model: Model, count: int) -> list[float]:
    """Keystroke savings in %: any choice without and with signs, single words alone without and with signs."""
    with TemporaryDirectory() as home, closing(Memory.open(Path(home) / "memory.db")) as memory:
        memory.learn((folder / "train.txt").read_text("utf-8"))
        keyboard = Keyboard(model, memory)
        messages = (folder / "typed.txt").read_text("utf-8").splitlines()[:count]
        return [
            100 * replay(WithOptions(keyboard, signs=signs), messages, whole=whole).savings
            for whole, signs in product([True, False], [False, True])
        ]


def ranks(text: str) -> list[int]:
    """The numbers of a list such as 5-13,17."""
    parts = [part.partition("-") for part in text.split(",")]
    return [rank for first, _, last in parts for rank in range(int(first), int(last or first) + 1)]


def main() -> None:
    """Do as the command line says."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    ways = arguments.add_subparsers(dest="way", required=True)
    prepare, measure = ways.add_parser("people"), ways.add_parser("signs")
    prepare.add_argument("corpus", type=Path)
    prepare.add_argument("out", type=Path)
    prepare.add_argument("--ranks", type=ranks, default=ranks("5-13,17,24"))
    measure.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    measure.add_argument("--model", default="base")
    measure.add_argument("--messages", type=int, default=TYPED)
    asked = arguments.parse_args()
    if asked.way == "people":
        found = people(asked.corpus)
        for rank in asked.ranks:
            split(found[rank - 1], asked.out / f"person-{rank}")
        return
    model = Model.open(asked.model)
    for folder in asked.folders:
        any_without, any_with, words_without, words_with = savings(folder, model, asked.messages)
        print(
            f"{folder.name}: any choice {any_without:.1f} to {any_with:.1f} %, single words {words_without:.1f} to "
            f"{words_with:.1f} %",
            flush=True,
        )


if __name__ == "__main__":
    main()
