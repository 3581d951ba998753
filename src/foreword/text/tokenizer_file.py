"""The three forms of `tokenizer.json`, written and read strictly.

characters   BPE without merges, `byte_fallback`: a character outside the vocabulary is spelled in its UTF-8 bytes
words        the same with `ignore_merges`, cut at words; a word includes the space before it
subwords     byte-level BPE with merges, cut at newlines and words

The file alone shows its form. Format: https://huggingface.co/docs/tokenizers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

import msgspec

from foreword.errors import ModelForeign, ModelTruncated
from foreword.settings import Unit
from foreword.text.words import TOKEN_PATTERN

UNITS: Final[tuple[Unit, ...]] = ("characters", "words", "subwords")

BYTES: Final = tuple(f"<0x{byte:02X}>" for byte in range(256))
"""The byte tokens, which are the first 256 ids of the first two forms."""

# A space is the first or the only character of a token. So a text may be cut before each space.
WORDS_PATTERN: Final = rf" ?{TOKEN_PATTERN}"
SUBWORDS_PATTERN: Final = rf"\n| ?{TOKEN_PATTERN}| ?[^\s\p{{L}}\p{{N}}]{{1,16}}|\s"

# Newline and tab are the only control characters in a cleaned text. Others in a token could control the terminal.
CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
_NO_WORD: Final = re.compile(r"(?s)|<0x[0-9A-Fa-f]{2}>|.+ .*|.+\n.*|\n.+|.*[\ud800-\udfff].*")

_PRINTABLE: Final = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
_OTHERS: Final = sorted({*range(256)} - {*_PRINTABLE})
VISIBLE: Final = {chr(byte): byte for byte in _PRINTABLE} | {
    chr(256 + at): byte for at, byte in enumerate(_OTHERS)
}
"""Characters for the bytes in a byte-level vocabulary (GPT-2's table). Printable bytes stand for themselves."""

_NEWLINE: Final[dict[Unit, str]] = {"characters": "\n", "words": "\n", "subwords": chr(0x100 + 10)}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The content of a `tokenizer.json`: its unit, its tokens in order of their ids, and its merges."""

    unit: Unit
    tokens: tuple[str, ...]
    merges: tuple[tuple[str, str], ...] = ()

    @property
    def newline(self) -> int:
        """The id of the newline."""
        return self.tokens.index(_NEWLINE[self.unit])

    def token_bytes(self) -> tuple[bytes, ...]:
        """The UTF-8 bytes of each id."""
        if self.unit == "subwords":
            return tuple(bytes(VISIBLE[character] for character in token) for token in self.tokens)
        return tuple(bytes([at]) if at < 256 else token.encode() for at, token in enumerate(self.tokens))


def write(form: Form) -> str:
    """The text of the `tokenizer.json`."""
    document = _skeleton(form.unit)
    learned = {"vocab": {token: at for at, token in enumerate(form.tokens)}, "merges": form.merges}
    return json.dumps(document | {"model": document["model"] | learned}, ensure_ascii=False, indent=1)


def read(text: str) -> Form:
    """The form in `text`. If it is none of the three, the error names the difference."""
    try:
        document = json.loads(text)
        model = msgspec.convert(document, _File).model
    except json.JSONDecodeError as error:
        raise ModelTruncated(f"tokenizer.json is cut off or damaged: {error}; get the model again") from None
    except (RecursionError, ValueError) as error:
        raise _foreign(str(error)[:200]) from None
    del document["model"]["vocab"], document["model"]["merges"]
    ids = list(model.vocab.values())
    if sorted(ids) != list(range(len(ids))):
        raise _foreign(f"its {len(ids)} ids are not the numbers from 0 to {len(ids) - 1}, each once")
    tokens = tuple(sorted(model.vocab, key=model.vocab.__getitem__))
    form = Form(unit=_unit_of(document), tokens=tokens, merges=model.merges)
    _check(form)
    return form


class _Model(msgspec.Struct):
    vocab: dict[str, int]
    merges: tuple[tuple[str, str], ...]


class _File(msgspec.Struct):
    model: _Model


def _skeleton(unit: Unit) -> dict[str, Any]:
    """The file without its vocabulary and merges."""
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    spelled = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]}
    cut: dict[Unit, object] = {
        "characters": None,
        "words": _split(WORDS_PATTERN),
        "subwords": {"type": "Sequence", "pretokenizers": [_split(SUBWORDS_PATTERN), byte_level]},
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": cut[unit],
        "post_processor": None,
        "decoder": byte_level if unit == "subwords" else spelled,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": unit != "subwords",
            "ignore_merges": unit == "words",
        },
    }


def _split(pattern: str) -> dict[str, object]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def _unit_of(document: Mapping[str, object]) -> Unit:
    # As JSON text, True and 1 differ.
    known = {json.dumps(_skeleton(unit), sort_keys=True): unit for unit in UNITS}
    try:
        return known[json.dumps(document, sort_keys=True)]
    except KeyError:
        raise _foreign("its parts are not those of characters, words or subwords") from None


def _check(form: Form) -> None:
    if _NEWLINE[form.unit] not in form.tokens:
        raise _foreign("the newline is not in its vocabulary")
    (_check_subwords if form.unit == "subwords" else _check_spelled)(form)
    for at, token in enumerate(form.token_bytes()):
        is_byte = len(token) == 1 if form.unit == "subwords" else at < len(BYTES)
        if CONTROL.search(token) and not is_byte:
            raise _foreign(f"the token {token[:60]!r} holds a control character")


def _check_spelled(form: Form) -> None:
    if form.tokens[:256] != BYTES:
        raise _foreign("its first 256 tokens are not the bytes <0x00> to <0xFF> in order")
    if form.merges:
        raise _foreign(f"it has merges, but a vocabulary of {form.unit} has none")
    for token in form.tokens[256:]:
        if form.unit == "characters" and len(token) != 1:
            raise _foreign(f"the token {token[:60]!r} is not one character")
        if _NO_WORD.fullmatch(token):
            raise _foreign(f"the token {token[:60]!r} is not a character or a word")


def _check_subwords(form: Form) -> None:
    known = set(form.tokens)
    if not VISIBLE.keys() <= known:
        raise _foreign("its vocabulary lacks some of the 256 bytes")
    newline = _NEWLINE["subwords"]
    for token in form.tokens:
        if not token or not VISIBLE.keys() >= set(token) or (newline in token and token != newline):
            raise _foreign(f"the token {token[:60]!r} is not made of bytes")
    for left, right in form.merges:
        if not {left, right, left + right} <= known:
            raise _foreign(f"the merge of {left[:60]!r} and {right[:60]!r} is not in its vocabulary")


def _foreign(reason: str) -> ModelForeign:
    return ModelForeign(f"tokenizer.json is not one of Foreword's: {reason}; get the model again")
