"""The traces of forgotten words: the files of a person's data folder that still hold one.

The search depends on the type of a file: ids are decoded, JSON and HTML are parsed. A forgotten word is removed from
the word list of the model beside the memory. Other files with the word are listed, with the command that deletes them.
Weights cannot be searched.
"""

import html
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from safetensors import SafetensorError, safe_open

from foreword.corpus.streams import text_of
from foreword.errors import ForewordError
from foreword.files import quoted, system_folder, write_whole
from foreword.keyboard.forgotten_words import comparable, places
from foreword.keyboard.memory import Memory
from foreword.modelfolder import names
from foreword.modelfolder.names import home, in_a_command
from foreword.modelfolder.reading import is_being_trained
from foreword.settings import settings_path
from foreword.text.tokenizer import Tokenizer

_OURS: Final = {"recipe", "versions", "audit", "ended", "precision", "device", "date", "time", "format"}
"""Keys of JSON objects that hold only this program's words."""
_WEIGHTS: Final = (names.WEIGHTS, names.CHECKPOINT)
_DELETE: Final = "del" if os.name == "nt" else "rm"
_SILENT: Final = frozenset([".onnx", ".png", ".lock"])
_DAMAGED: Final = re.compile(r"(.+)\.memory\.damaged-[0-9]+(?:-wal)?")
_TAG: Final = re.compile(r"<[^>]*>")


@final
@dataclass(frozen=True, kw_only=True)
class Trace:
    """A file or folder that still holds forgotten words: its kind, the files in it, and the command to delete it."""

    path: Path
    what: str
    files: tuple[str, ...] = ()
    command: str


def remove_or_name(words: Sequence[str], memory: Path) -> list[Trace]:
    """Remove forgotten words from the word lists of the model beside `memory`; return what else holds them.

    This searches the whole data folder; in another folder, only the files of the same model.
    """
    own = memory.with_suffix("")
    for path in (own / names.LEXICON, *own.with_name(f"{own.name}.versions").glob(f"*/{names.LEXICON}")):
        _shorten(path, words)
    return [trace for entry in _entries(memory) for trace in _traces(entry, words)]


def weights_beside(memory: Path) -> list[Trace]:
    """The models, versions and runs beside `memory` that have weights, which may have learned any word."""
    return [
        Trace(path=each, what=what, command=command or quoted(_DELETE, *map(str, found)))
        for each in _entries(memory)
        if (found := [path for path in _files(each) if path.name in _WEIGHTS])
        for what, command in [_described(each)]
    ]


def _entries(memory: Path) -> list[Path]:
    """The files and folders beside a memory that may hold its words, without the memory, the settings and the cache."""
    name = re.escape(memory.with_suffix("").name)
    belongs = re.compile(r".*" if memory.parent == home() else rf"\.?{name}(\..*)?", re.DOTALL)
    itself = {memory.with_name(f"{memory.name}{ending}") for ending in ("", "-wal", "-shm")}
    others = {settings_path(), system_folder("cache")}  # on Windows both are there; on macOS, the settings
    found = {*memory.parent.iterdir()} - itself - others
    return sorted(each for each in found if belongs.fullmatch(each.name))


def _traces(entry: Path, words: Sequence[str]) -> Iterator[Trace]:
    """The trace for an entry of the data folder, if it holds one of the words."""
    if damaged := _DAMAGED.fullmatch(entry.name):
        model = entry.with_name(damaged[1])
        command = f"foreword memory clear --damaged{_option(model)}"
        yield Trace(path=entry, what="a damaged memory that was set aside", command=command)
    elif entry.suffix == ".memory" and entry.is_file():
        yield from _of_memory(entry, words)
    elif not entry.name.endswith((".memory-wal", "-shm")):
        inside = _files(entry) if entry.is_dir() else [entry]
        found = tuple(str(each.relative_to(entry)) for each in inside if _holds(each, words))
        if found:
            what, command = _described(entry)
            command = command or quoted(_DELETE, *(str(entry / each) for each in found))
            if all(Path(each).name == names.LEXICON for each in found):  # a word list has public words only
                model = entry.with_suffix("") if entry.suffix == ".versions" else entry
                command = f"foreword forget{_option(model)} {quoted(*words)}"
            yield Trace(path=entry, what=what, files=() if entry.is_file() else found, command=command)


def _files(folder: Path) -> list[Path]:
    """The files in a folder and its subfolders; none if another program deletes it meanwhile."""
    found = (Path(place, name) for place, _, names_there in os.walk(folder) for name in names_there)
    return sorted(path for path in found if path.is_file())


def _of_memory(entry: Path, words: Sequence[str]) -> Iterator[Trace]:
    model = entry.with_suffix("")
    try:
        with closing(Memory.open(entry)) as memory:
            found = [word for word in words if memory.holding(word)]
    except ForewordError:
        yield Trace(path=entry, what="a memory that cannot be read", command=quoted(_DELETE, str(entry)))
        return
    if found:
        command = f"foreword forget{_option(model)} {quoted(*found)}"
        yield Trace(path=entry, what="the memory of another model", command=command)


def _described(entry: Path) -> tuple[str, str]:
    """The kind of a file or folder, and the command to delete it; empty for a folder that must stay."""
    name = in_a_command(entry.with_suffix(""))
    if entry.suffix == ".run":
        is_running = is_being_trained(entry.with_suffix(""))
        what = "a training under way" if is_running else "an interrupted training"
        return what, f"foreword models delete {name} --run"
    if entry.suffix == ".versions":
        return "earlier versions of a model", f"foreword models delete {name} --versions"
    if (entry / names.CONFIG).is_file() and not entry.name.startswith("."):
        return "a model", f"foreword models delete {in_a_command(entry)}"
    return ("a folder", "") if entry.is_dir() else ("a file", quoted(_DELETE, str(entry)))


def _option(model: Path) -> str:
    return f" -m {in_a_command(model)}"


def _holds(path: Path, words: Sequence[str]) -> bool:
    """True if a file holds one of the words as the memory compares them, or is there and cannot be read."""
    try:
        return any(_is_in(text, word) for text in _texts(path) for word in words)
    except (ForewordError, SafetensorError, OSError, ValueError, LookupError, RecursionError):
        return path.exists()  # a training deletes its files when it ends


def _is_in(text: str, word: str) -> bool:
    return comparable(word) in comparable(text) and any(places(line, word) for line in text.split("\n"))


def _texts(path: Path) -> Iterator[str]:
    """The words in a file, in pieces of whole lines."""
    if path.suffix in _SILENT or path.name == names.CONFIG or path.stat().st_size == 0:
        return
    if path.suffix == ".ids":
        yield from text_of(path.parent, path.stem)
    elif path.name == names.TOKENIZER:
        tokenizer = Tokenizer.from_json(path.read_text("utf-8"))
        if tokenizer.unit != "characters":  # a letter is not a person's word
            yield "\n".join(token.decode("utf-8", "replace").strip() for token in tokenizer.tokens)
    elif path.suffix == ".safetensors":
        with safe_open(path, framework="numpy") as file:
            notes = (file.metadata() or {}).values()
        yield from (_values(json.loads(each)) for each in notes if each[:1] == "{")
    elif path.suffix in (".json", ".new", ".draft"):
        yield _values(json.loads(path.read_bytes()))
    elif path.suffix in (".html", ".htm"):
        page = path.read_text("utf-8", "replace")
        yield from (html.unescape(_TAG.sub(between, page)) for between in ("", " "))
    else:
        yield path.read_text("utf-8", "replace")


def _values(record: object) -> str:
    """The strings in a JSON value, one per line, without keys: these are words of this program."""
    if isinstance(record, dict):
        return "\n".join(_values(value) for key, value in record.items() if key not in _OURS)
    if isinstance(record, list):
        return "\n".join(map(_values, record))
    return record if isinstance(record, str) else ""


def _shorten(path: Path, words: Sequence[str]) -> None:
    """Write a word list anew, without the lines that hold one of the words: versions may share the old file."""
    for draft in path.parent.glob(f".{path.name}.*.draft"):  # of a killed forget
        draft.unlink(missing_ok=True)
    if not path.is_file():
        return
    lines = path.read_text("utf-8", "replace").split("\n")
    kept = [line for line in lines if not any(places(line, word) for word in words)]
    if kept != lines:
        write_whole(path, "\n".join(kept).encode(), private=False)
