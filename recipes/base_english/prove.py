"""Prove that the people on whom keystrokes are counted are not in a base model.

    python recipes/base_english/prove.py MODEL [TEXTS]

MODEL is what the recipe trained, or the one that comes with Foreword; TEXTS the folder with its other texts, without
which only the first of three things is looked at. The twelve people are written out here once more, and
the conversations read from the package's own file, so that an error in the sample's code cannot hide itself:

1. The chats that MODEL says it was trained on, by their SHA-256, are the conversations in which none of the twelve
   takes part, and no others; in its last training and in each before.
2. Its other texts are the files in TEXTS, and nothing else.
3. None of the long messages of the conversations left out stands in any of these texts, unless somebody else in the
   package wrote the same, or the message quotes a speech.

Exit code 1 where one of these is not so.
"""

import argparse
import hashlib
import importlib.resources
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from foreword.text.cleaning import clean

TWELVE = frozenset(
    {
        "720840be-e522-47ba-9e9f-143f66372673",
        "0f9fe1f8-9afe-4bc0-b283-4841cf9954d8",
        "afe2b8b4-deb6-4f94-849b-8cc59a6140bd",
        "a54af4d5-736a-4ef6-8f51-f45b6c5fdab7",
        "9c569478-f89c-4afd-8053-7d5e85c50be6",
        "994e94a5-6ae0-4365-8322-93d359cf1c3c",
        "60576dcf-5b39-4420-a850-33ff7d108047",
        "bdd83751-3d49-4efd-9c25-d68d30f280c9",
        "70501b84-2434-46da-a0b9-6f1dc3dd62c0",
        "d6e03ccc-4e40-40ea-9abb-131c62ed2bf6",
        "6dd41fff-8b63-44be-bae7-524ce4ca5796",
        "20a5e75d-5e36-4408-9073-bafa4ccd7974",
    }
)
CHATS = "sample:chitchat"
LONG = 40
"""Characters: who writes so much writes what nobody else has written."""
QUOTED = frozenset({"749d3b04e0b27af7b0f24f8eb19779a2b4154efa72a25edc97cfc0f9dd384295"})
"""The SHA-256 of a message that quotes the address of 2018 word for word."""

Talk = list[dict[str, str]]


def main() -> None:
    """Look at all three, and say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("texts", type=Path, nargs="?")
    given = parser.parse_args()
    training = json.loads((given.model / "training.json").read_text("utf-8"))
    runs = trainings(training)
    talks = conversations()
    without = [talk for talk in talks if not TWELVE & {message["sender"] for message in talk}]
    left_out = [talk for talk in talks if TWELVE & {message["sender"] for message in talk}]
    chats = [line for talk in sorted(without, key=begun) for line in lines(talk)]
    for run in runs:
        check_same({each for each in run if each[0] == CHATS}, {CHATS: "\n".join(chats)})
    print(
        f"{len(without):,} conversations, {len(chats):,} messages: the chats that it was trained on, to the letter. "
        f"{len(left_out):,} conversations with the twelve people are not among them."
    )
    if given.texts is not None:
        others = {each for run in runs for each in run if each[0] != CHATS}
        prove_texts(others, given.texts, left_out, set(chats))


def trainings(training: Mapping) -> list[set[tuple[str, str]]]:
    """Of each training, the texts by name and SHA-256, that of a network that began from nothing first."""
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


def prove_texts(trained: set[tuple[str, str]], folder: Path, left_out: list[Talk], chats: set[str]) -> None:
    """See that the other texts are what the model was trained on, and without what was left out of the chats."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}
    check_same(trained, texts)
    long = {line for talk in left_out for line in lines(talk) if len(line) >= LONG}
    everything = "\n".join(texts.values())
    if found := [line for line in long - chats if line in everything and digest(line) not in QUOTED]:
        sys.exit(
            f"{len(found)} messages that were left out stand in the other texts; the first: {found[0]!r}"
        )
    print(
        f"Of {len(long):,} long messages in these, none stands in what it was trained on, but for {len(long & chats)} "
        f"that others wrote to others as well, and {len(QUOTED)} that quotes a speech."
    )


def conversations() -> list[Talk]:
    """All of the package, messages in the order they were sent."""
    file = importlib.resources.files("chitchat_dataset") / "dataset.json"
    talks = [
        [message for turn in talk["messages"] for message in turn]
        for talk in json.loads(file.read_text("utf-8")).values()
    ]
    return [sorted(talk, key=lambda message: message["timestamp"]) for talk in talks if talk]


def begun(talk: Talk) -> str:
    """When the first message was sent."""
    return talk[0]["timestamp"]


def lines(talk: Talk) -> Iterable[str]:
    """Its messages, each as one line."""
    return filter(None, (" ".join(message["text"].split()) for message in talk))


def check_same(trained: set[tuple[str, str]], texts: Mapping[str, str]) -> None:
    """See that these are the texts, by name and SHA-256, that the model says it was trained on, and all of them."""
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
