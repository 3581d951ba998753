"""Prove that the people on whom keystrokes are counted are not in a base model.

    python recipes/base_english/prove.py MODEL [TEXTS]

MODEL is what the recipes trained, or the one that comes with Foreword; TEXTS the folder that texts.py wrote, without
which only the first of three things is looked at. The people are written out in people.py once more, and
the conversations read from the package's own file, so that an error in the sample's code cannot hide itself:

1. The chats that MODEL says it was trained on, by their SHA-256, are of the conversations in which none of the thirteen
   takes part, and no others; in its last training and in each before.
2. Its other texts are the files in TEXTS, and nothing else.
3. None of the long messages of the conversations left out stands in any of these texts, or in those that its n-grams
   count, unless somebody else in the package wrote the same to somebody else, alone or within a longer message, or the
   message quotes a speech.

Exit code 1 where one of these is not so.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cleaning import Chosen
from people import Talk, conversations, left_out
from texts import SITTINGS, share

from foreword.text.cleaning import clean

SAMPLE, CHATS = "sample:chitchat", "chitchat.txt"
LONG = 40
"""Characters: a message of this length is probably unique."""
QUOTED = frozenset(
    [
        "749d3b04e0b27af7b0f24f8eb19779a2b4154efa72a25edc97cfc0f9dd384295",  # quotes the address of 2018
        "d40e4eb33e82ca60e61655369411d0be661c2223af210ea52477b89ceb67fa58",  # a question that others ask as well
    ]
)
"""The SHA-256 of messages that stand in other texts for these reasons."""


def main() -> None:
    """Check all three, and print the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("texts", type=Path, nargs="?")
    given = parser.parse_args()
    runs = trainings(json.loads((given.model / "training.json").read_text("utf-8")))
    if len(runs) != len(SITTINGS):
        sys.exit(f"it was trained {len(runs)} times, and the recipes train {len(SITTINGS)} times")
    out, everything = left_out(), conversations()
    kept = sorted((talk for talk in everything if talk not in out), key=begun)
    chats = [line for talk in kept for line in lines(talk)]
    chosen = Chosen(message["text"] for talk in out for message in talk).lines(chats, chat=True)
    for training, run in zip(SITTINGS, runs, strict=True):
        if training == "first":
            trained = {SAMPLE: "\n".join(chats)}
        else:
            trained = {CHATS: "".join(f"{line}\n" for line in share(chosen, training, "chitchat"))}
        check_same({each for each in run if each[0] in {SAMPLE, CHATS}}, trained)
    print(
        f"{len(kept):,} conversations, {len(chats):,} messages: the chats that it was trained on are of these. "
        f"{len(out):,} conversations with the thirteen people are not among them."
    )
    if given.texts is not None:
        for training, run in zip(SITTINGS, runs, strict=True):
            texts = read(given.texts / training)
            check_same({each for each in run if each[0] != SAMPLE}, texts)
            prove_left_out(texts.values(), out, chats)
        prove_left_out(read(given.texts / "all").values(), out, chats)


def trainings(training: Mapping[str, Any]) -> list[set[tuple[str, str]]]:
    """The texts of each training, by name and SHA-256; the training from random weights comes first."""
    records = [*training.get("history", ()), training]
    if ["from" in each for each in records] != [False] + [True] * (len(records) - 1):
        sys.exit("it went on from a model of which it has no record, so that nothing is known of its texts")
    return [
        {
            (Path(source["name"]).name, source["sha256"])
            for key in ("sources", "old_sources")
            for source in each[key]
        }
        for each in records
    ]


def read(folder: Path) -> dict[str, str]:
    """The texts of a folder, by name."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}


def prove_left_out(texts: Iterable[str], left_out: list[Talk], chats: list[str]) -> None:
    """Check that the texts have no messages left out of the chats."""
    long = {line for talk in left_out for line in lines(talk) if len(line) >= LONG}
    shared = standing_in(chats, long)
    found = {
        message
        for text in texts
        for message in standing_in(text.split("\n"), long - shared)
        if digest(message) not in QUOTED
    }
    if found:
        sys.exit(f"{len(found)} messages that were left out stand in the other texts; one is: {min(found)!r}")
    print(
        f"Of {len(long):,} long messages in these, none stands in these texts, but for {len(shared)} "
        f"that others wrote to others as well, and {len(QUOTED)} that stand in other texts by chance."
    )


def standing_in(lines: Iterable[str], messages: Iterable[str]) -> set[str]:
    """The long messages that equal a line or are part of one."""
    starts = defaultdict[str, list[str]](list)
    for message in messages:
        starts[message[:LONG]].append(message)
    return {
        message
        for line in lines
        for at in range(len(line) - LONG + 1)
        if line[at : at + LONG] in starts
        for message in starts[line[at : at + LONG]]
        if line.startswith(message, at)
    }


def begun(talk: Talk) -> str:
    """The time of the first message."""
    return talk[0]["timestamp"]


def lines(talk: Talk) -> Iterable[str]:
    """Its messages, each as one line."""
    return filter(None, (" ".join(message["text"].split()) for message in talk))


def check_same(trained: set[tuple[str, str]], texts: Mapping[str, str]) -> None:
    """Check that these are all the texts, by name and SHA-256, in the record of the model."""
    found = {(name, digest(clean(text))) for name, text in texts.items()}
    if found != trained:
        sys.exit(
            f"not the same texts; it was trained on, and here is not: {listed(trained - found)}; "
            f"here is, and it was not trained on: {listed(found - trained)}"
        )


def listed(texts: set[tuple[str, str]]) -> str:
    """Names and hashes, for people."""
    return ", ".join(f"{name} ({sha256})" for name, sha256 in sorted(texts)) or "nothing"


def digest(text: str) -> str:
    """The SHA-256 of a text, in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
