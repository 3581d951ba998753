"""Text to ids and back, for the three units of text: characters, words, subwords."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from typing import final

import numpy as np
import tokenizers

from foreword.errors import ModelForeign, OptionError
from foreword.libraries import Bool, Int32, Int64, UInt32
from foreword.settings import Unit
from foreword.text import tokenizer_file, vocabularies
from foreword.text.tokenizer_file import BYTES, Form
from foreword.text.vocabularies import CODE_POINTS, PIECE, code_points, cut_at_tokens


@final
class CharacterTable:
    """Ids by code point, for a vocabulary of characters. Its first 256 ids are the bytes.

    `encode` may spell the characters in `rare` in bytes, although they have ids.
    """

    def __init__(self, tokens: Sequence[bytes], rare: Iterable[str] = ()) -> None:
        self._ids: Int32[np.ndarray, " code_points"] = np.full(CODE_POINTS, -1, dtype=np.int32)
        for at, token in enumerate(tokens[256:], start=256):
            self._ids[ord(token.decode())] = at
        self._rare: Bool[np.ndarray, " code_points"] = np.zeros(CODE_POINTS, dtype=np.bool_)
        self._rare[[ord(character) for character in rare]] = True

    def encode(
        self, text: str, *, spell: np.random.Generator | None = None, share: float = 0.0
    ) -> Int64[np.ndarray, " time"]:
        """The ids of `text`. A character without an id is spelled in its UTF-8 bytes.

        With the generator `spell`, this `share` of the rare characters is spelled in bytes, too. Otherwise a model
        would see the byte tokens for the first time after training.
        """
        parts = [np.zeros(0, dtype=np.int64)]
        for start in range(0, len(text), PIECE):
            codes = code_points(text[start : start + PIECE])
            ids = self._ids[codes].astype(np.int64)
            if spell is not None:
                candidates = np.flatnonzero(self._rare[codes])
                ids[candidates[spell.random(len(candidates)) < share]] = -1
            parts.append(_spell(ids, codes) if np.any(ids < 0) else ids)
        return np.concatenate(parts)


def _spell(
    ids: Int64[np.ndarray, " characters"], codes: UInt32[np.ndarray, " characters"]
) -> Int64[np.ndarray, " time"]:
    """`ids` with each id below 0 replaced by the bytes of its code in `codes`."""
    unknown = np.flatnonzero(ids < 0)
    strange = codes[unknown]
    lengths = np.ones(len(ids), dtype=np.int64)
    lengths[unknown] = 1 + (strange >= 0x80) + (strange >= 0x800) + (strange >= 0x10000)
    spelled = np.repeat(ids, lengths)
    spelled[spelled < 0] = np.frombuffer(strange.tobytes().decode("utf-32-le").encode(), dtype=np.uint8)
    return spelled


@final
class Tokenizer:
    """A vocabulary and the rules to cut a text into tokens. Its `tokenizer.json` holds all its data.

    For every text, `decode(encode(text)) == text`, except that lone surrogates become U+FFFD. `tokens` has the UTF-8
    bytes of each id, which may be a part of a character. `newline` is the id of the newline.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self.unit: Unit = form.unit
        self.size = len(form.tokens)
        self.newline = form.newline
        self.tokens: tuple[bytes, ...] = form.token_bytes()
        self._table = CharacterTable(self.tokens) if form.unit == "characters" else None
        self._cutter = None
        if self._table is None:
            try:
                self._cutter = tokenizers.Tokenizer.from_str(tokenizer_file.write(form))
            except Exception as error:  # tokenizers raises the base class itself
                raise ModelForeign(f"tokenizer.json cannot be used: {error}") from error

    @classmethod
    def from_json(cls, text: str) -> "Tokenizer":
        """The tokenizer in the text of a `tokenizer.json`. Other text raises a `ModelError`."""
        return cls(tokenizer_file.read(text))

    def to_json(self) -> str:
        """The text of the `tokenizer.json`. `tokenizers.Tokenizer.from_str` reads it, too."""
        return tokenizer_file.write(self._form)

    def encode(self, text: str) -> Int64[np.ndarray, " time"]:
        """The ids of `text`."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.encode_pieces([text])])

    def encode_pieces(self, pieces: Iterable[str]) -> Iterator[Int64[np.ndarray, " time"]]:
        """The ids of a text in pieces. The ids do not depend on the places of the cuts."""
        if self._table is not None:
            yield from map(self._table.encode, pieces)
        elif self._cutter is not None:
            for piece in cut_at_tokens(pieces):
                yield np.array(self._cutter.encode(piece, add_special_tokens=False).ids, dtype=np.int64)

    def decode(self, ids: Int64[np.ndarray, " time"] | Sequence[int]) -> str:
        """The text of `ids`. Bytes that make no character become U+FFFD."""
        known = np.asarray(ids, dtype=np.int64)
        wrong = known[(known < 0) | (known >= self.size)]
        if len(wrong):
            raise OptionError(
                f"{wrong[0]} is not an id of this vocabulary; its ids go from 0 to {self.size - 1}"
            )
        return b"".join([self.tokens[at] for at in known.tolist()]).decode("utf-8", "replace")


@final
class Decoder:
    """Decodes ids one by one. It returns a character after the last byte of the character."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokens = tokenizer.tokens
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, token: int) -> str:
        """The text that this id completes. It is empty inside a character."""
        return self._decoder.decode(self._tokens[token])

    def flush(self) -> str:
        """The rest at the end: U+FFFD for an incomplete character."""
        return self._decoder.decode(b"", final=True)


def characters_tokenizer(characters: Iterable[str]) -> Tokenizer:
    """A vocabulary of these characters, by code point. Bytes spell the others."""
    tokens = (*BYTES, "\n", *sorted({*characters} - {"\n"}))
    return Tokenizer(Form(unit="characters", tokens=tokens))


def words_tokenizer(pieces: Iterable[str], limit: int) -> Tokenizer:
    """A vocabulary of the most frequent characters and words of a cleaned text, at most `limit` ids."""
    return Tokenizer(Form(unit="words", tokens=vocabularies.frequent_words(pieces, limit)))


def subwords_tokenizer(pieces: Iterable[str], limit: int) -> Tokenizer:
    """A vocabulary of at most `limit` ids. It merges the most frequent byte pairs of a cleaned text."""
    tokens, merges = vocabularies.merged_subwords(pieces, limit)
    return Tokenizer(Form(unit="subwords", tokens=tokens, merges=merges))
