"""What else holds a word that a memory has forgotten: runs, versions, models, other memories, drafts.

Each file in the data folder is read as what it is: ids are decoded, JSON and HTML are unpacked. The word list of the
model beside the memory loses the word; all else is named, with the command that deletes it. Weights cannot be searched.
"""

import html
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.corpus.streams import text_of
from foreword.errors import ForewordError
from foreword.keyboard.forget import comparable, places
from foreword.keyboard.memory import Memory
from foreword.modelfolder import names
from foreword.modelfolder.names import home, in_a_command
from foreword.text.tokenizer import Tokenizer

_OURS: Final = frozenset(
    ["recipe", "versions", "audit", "ended", "precision", "device", "date", "time", "format"]
)
"""Keys of JSON objects with words of this program alone."""
_WEIGHTS: Final = (names.WEIGHTS, "checkpoint.safetensors")
_SILENT: Final = frozenset([".onnx", ".png", ".lock"])
_DAMAGED: Final = re.compile(r"(.+)\.memory\.damaged-[0-9]+(?:-wal)?")
_TAG: Final = re.compile(r"<[^>]*>")


@final
@dataclass(frozen=True, kw_only=True)
class Trace:
    """A file or folder that still holds forgotten words: what it is, the files in it, and what deletes it."""

    path: Path
    what: str
    files: tuple[str, ...] = ()
    command: str


def remove_or_name(words: Sequence[str], memory: Path) -> list[Trace]:
    """Take forgotten words out of the word lists of the model beside `memory`; name what else holds them there.

    That is all of the data folder; of another folder, what belongs to the same model.
    """
    own = memory.with_suffix("")
    for path in (own / names.LEXICON, *own.with_name(f"{own.name}.versions").glob(f"*/{names.LEXICON}")):
        _shorten(path, words)
    return [trace for entry in _entries(memory) for trace in _traces(entry, words)]


def weights_beside(memory: Path) -> list[Trace]:
    """The models, versions and runs there that have weights, whatever these have learned."""
    found = [each for each in _entries(memory) if any(_has_file(each, name) for name in _WEIGHTS)]
    return [
        Trace(path=each, what=what, command=command) for each in found for what, command in [_described(each)]
    ]


def _has_file(folder: Path, name: str) -> bool:
    return folder.is_dir() and next(folder.rglob(name), None) is not None


def _entries(memory: Path) -> list[Path]:
    """What lies beside a memory and may hold its words, but for the memory itself."""
    name = re.escape(memory.with_suffix("").name)
    belongs = re.compile(r".*" if memory.parent == home() else rf"\.?{name}(\..*)?", re.DOTALL)
    itself = {f"{memory.name}{ending}" for ending in ("", "-wal", "-shm")}
    found = memory.parent.iterdir() if memory.parent.is_dir() else ()
    return sorted(each for each in found if belongs.fullmatch(each.name) and each.name not in itself)


def _traces(entry: Path, words: Sequence[str]) -> Iterator[Trace]:
    """The trace that an entry of the data folder is, if it is one."""
    if damaged := _DAMAGED.fullmatch(entry.name):
        model = entry.with_name(damaged[1])
        command = f"foreword memory clear --damaged{_option(model)}"
        yield Trace(path=entry, what="a damaged memory that was set aside", command=command)
    elif entry.suffix == ".memory" and entry.is_file():
        yield from _of_memory(entry, words)
    elif not entry.name.endswith((".memory-wal", "-shm")):
        inside = sorted(each for each in entry.rglob("*") if each.is_file()) if entry.is_dir() else [entry]
        found = tuple(str(each.relative_to(entry)) for each in inside if _holds(each, words))
        if found:
            what, command = _described(entry)
            command = command or shlex.join(["rm", *(str(entry / each) for each in found)])
            if all(Path(each).name == names.LEXICON for each in found):  # which holds public words alone
                model = entry.with_suffix("") if entry.suffix == ".versions" else entry
                command = f"foreword forget{_option(model)} {shlex.join(words)}"
            yield Trace(path=entry, what=what, files=() if entry.is_file() else found, command=command)


def _of_memory(entry: Path, words: Sequence[str]) -> Iterator[Trace]:
    model = entry.with_suffix("")
    try:
        memory = Memory.open(entry)
        found = [word for word in words if memory.holding(word)]
        memory.close()
    except ForewordError:
        yield Trace(path=entry, what="a memory that cannot be read", command=shlex.join(["rm", str(entry)]))
        return
    if found:
        command = f"foreword forget{_option(model)} {shlex.join(found)}"
        yield Trace(path=entry, what="the memory of another model", command=command)


def _described(entry: Path) -> tuple[str, str]:
    """What a file or folder is, and what deletes it; nothing for a folder of which only files are to go."""
    name = in_a_command(entry.with_suffix(""))
    if entry.suffix == ".run" and not entry.name.startswith("."):
        return "an interrupted training", f"foreword models delete {name} --run"
    if entry.suffix == ".versions":
        return "earlier versions of a model", f"foreword models delete {name} --versions"
    if (entry / names.CONFIG).is_file() and not entry.name.startswith("."):
        return "a model", f"foreword models delete {in_a_command(entry)}"
    return ("a folder", "") if entry.is_dir() else ("a file", shlex.join(["rm", str(entry)]))


def _option(model: Path) -> str:
    """What makes a command ask the memory beside a model."""
    return f" -m {in_a_command(model)}"


def _holds(path: Path, words: Sequence[str]) -> bool:
    """Whether a file holds one of the words, as it is in the memory; one that cannot be read may hold them."""
    try:
        return any(_is_in(text, word) for text in _texts(path) for word in words)
    except (ForewordError, OSError, ValueError, LookupError, RecursionError):
        return True


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
        if tokenizer.unit != "characters":  # a letter is no word of anybody's
            yield "\n".join(token.decode("utf-8", "replace").strip() for token in tokenizer.tokens)
    elif path.suffix == ".safetensors":
        with path.open("rb") as file:
            head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        yield from (
            _values(json.loads(each)) for each in head.get("__metadata__", {}).values() if each[:1] == "{"
        )
    elif path.suffix in (".json", ".new", ".draft"):
        yield _values(json.loads(path.read_bytes()))
    elif path.suffix in (".html", ".htm"):
        page = path.read_text("utf-8", "replace")
        yield from (html.unescape(_TAG.sub(between, page)) for between in ("", " "))
    else:
        yield path.read_text("utf-8", "replace")


def _values(record: object) -> str:
    """The texts in what was read as JSON, one a line; keys are words of this program."""
    if isinstance(record, dict):
        return "\n".join(_values(value) for key, value in record.items() if key not in _OURS)
    if isinstance(record, list):
        return "\n".join(map(_values, record))
    return record if isinstance(record, str) else ""


def _shorten(path: Path, words: Sequence[str]) -> None:
    """Take the lines that hold one of the words out of a word list: it is written anew, for versions may share it."""
    if not path.is_file():
        return
    lines = path.read_text("utf-8").split("\n")
    kept = [line for line in lines if not any(places(line, word) for word in words)]
    if kept != lines:
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text("\n".join(kept), "utf-8")
        draft.replace(path)
