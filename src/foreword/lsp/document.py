r"""The text of an open document: its changes, its positions, and the lines that are the person's own prose.

An editor counts a position within a line in units of UTF-8, UTF-16 or UTF-32, as agreed with the server. Only
"\n", "\r\n" and "\r" end a line; `str.splitlines` (and pygls) would end one at a form feed, too.
"""

import re
from bisect import bisect_left
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import regex
from lsprotocol.types import Position, Range, TextDocumentContentChangeEvent, TextDocumentContentChangePartial

from foreword.keyboard.learn import ASKING, MARKDOWN, PARTS, KnownSentences, own_lines

PASTED: Final = 40
"""Characters that come at once: more than a hand types, or a choice inserts."""

CODECS: Final = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""The codec of each encoding, without a byte order mark, and the bytes of a unit."""

_ENDED: Final = regex.compile(r"(?V1)[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}\p{Pi}\"'*_]*\s*\Z")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cursor in a text, and the text around it."""

    before: str  # all the text before the cursor; newlines end its lines
    after: str  # the rest of the line
    is_prose: bool  # whether the person writes words of their own here
    line: int
    written: str  # the part of the line before the cursor
    encoding: str

    def span(self, count: int) -> Range | None:
        """The range of `count` code points before the cursor; None if it is not in one line."""
        if count > len(self.written):
            return None
        kept = self.written[: len(self.written) - count]
        start, end = (Position(self.line, units(each, self.encoding)) for each in (kept, self.written))
        return Range(start, end)


@final
class Document:
    """A text that is open in an editor, in a language such as "markdown".

    If the editor `sends_keys`, each in a change of its own, a long change is pasted. `version` is that of the editor.
    """

    def __init__(
        self,
        text: str,
        language: str = "plaintext",
        encoding: str = "utf-16",
        *,
        sends_keys: bool = True,
        version: int = 0,
    ) -> None:
        self.language = language
        self.version = version
        self._sends_keys = sends_keys
        self._encoding = encoding
        self.lines = lines_of(text)
        self.known = KnownSentences(_joined(self.lines))
        self.had = KnownSentences()  # what was deleted or copied here
        self._shrunk: slice | None = None  # the lines of the last change, if it made them shorter
        self._end = (0, 0)  # of the last change: the line, and the code points before it there
        self._saved = ""  # the line that waited at the last save, and those before it

    def change(self, start: Position, end: Position, text: str) -> None:
        """Replace the part between `start` and `end` with `text`."""
        (first, at), (last, until) = self._place(start), self._place(end)
        new = lines_of(self.lines[first][:at] + text + self.lines[last][until:])
        if last < len(self.lines) - 1 and new[-1] == "":
            del new[-1]  # the line after it is there already
        old = "".join(self.lines[first : last + 1])
        replaced = old[at : len(old) - len(self.lines[last]) + until]
        # Vim's clients send the whole line or text with each key.
        kept = _shared(replaced[::-1], text[::-1])
        same = _shared(replaced[: len(replaced) - kept], text[: len(text) - kept])
        *above, tail = lines_of(text[: len(text) - kept])
        line, column = self._end
        now, once = text[same : len(text) - kept], replaced[same : len(replaced) - kept]
        begun = first + len(lines_of(text[:same])) - 1
        is_here = begun <= line < begun + len(lines_of(once))
        if PARTS.findall(now) != PARTS.findall(once) or (is_here and (now + once).strip()):
            self._end = first + len(above), len(tail) if above else at + len(tail)
        elif begun < line:
            # An editor may take spaces from line ends as it saves, add a last newline, and change signs.
            self._end = max(line + len(lines_of(text)) - len(lines_of(replaced)), begun), column
        self._exchange(slice(first, last + 1), new, text, replaced)

    def replace(self, text: str) -> None:
        """Replace the whole text."""
        self.change(Position(0, 0), Position(len(self.lines), 0), text)

    def change_together(self, changes: Sequence[TextDocumentContentChangeEvent]) -> None:
        """Make the changes of one message. Helix sends each letter that differs when it reads a file again.

        With several cursors, a key brings the same text at all of them.
        """
        old, sends_keys = [*self.lines], self._sends_keys
        texts = [each.text for each in changes]
        self._sends_keys = sends_keys and (len({*texts}) == 1 or sum(map(len, texts)) < PASTED)
        for each in changes:
            if isinstance(each, TextDocumentContentChangePartial):
                self.change(each.range.start, each.range.end, each.text)
            else:
                self.replace(each.text)
        if self._sends_keys != sends_keys:
            new, self.lines, self._sends_keys = self.lines, old, sends_keys
            top = _shared(old, new)
            below = _shared(old[top:][::-1], new[top:][::-1])
            place, now = slice(top, len(old) - below), new[top : len(new) - below]
            self._exchange(place, now, "".join(now), "".join(old[place]))

    def _exchange(self, place: slice, new: list[str], text: str, replaced: str) -> None:
        """Put new lines, with this text, in place of old ones. If many characters come at once, it is known.

        It is pasted, or the editor has read the file again: another person may have written it. What was here before
        is the person's own, if it is moved, undone or broken into other lines.
        """
        old = self.lines[place]
        shrinks = sum(map(len, old)) > sum(map(len, new))
        # A set, because one word may be replaced in many places at once.
        new_words = {*text.split()}.difference(replaced.split()) if self._sends_keys else ()
        if len(" ".join(new_words)) >= PASTED:
            self.had.know(_joined(self.lines))
            before = " ".join("".join(self.lines).split())
            # Neovim does not say where pasted lines begin and end.
            others = self.had.new_in(_joined([*new, text] if "\n" in text else [text]))
            self.known.know("\n".join(each for each in others if " ".join(each.split()) not in before))
        elif self._sends_keys and shrinks and (len(old) > 1 or place != self._shrunk):
            self.had.know(_joined(old))
        self._shrunk = place if shrinks else None
        self.lines[place] = new

    def at(self, cursor: Position) -> "Place":
        """The place of the cursor."""
        line, at = self._place(cursor)
        written = self.lines[line][:at]
        before = "".join((*self.lines[:line], written))
        *_, is_own = own_lines([*self.lines[:line], written], self.language)
        is_code = self.language in MARKDOWN and written.count("`") % 2 == 1
        return Place(
            before=before.replace("\r\n", "\n").replace("\r", "\n") if "\r" in before else before,
            after=self.lines[line][at:].rstrip("\r\n"),
            is_prose=is_own and not is_code,
            line=line,
            written=written,
            encoding=self._encoding,
        )

    def lessons(self) -> list[str]:
        """The lines, or parts of lines, that the person has written since the opening or since the last call.

        The line that is being written waits: some editors save it with each pause, in the midst of a word.
        """
        own = [*self._own()]
        line, at = self._end
        before = self.lines[line][:at]
        unfinished = "" if not before.strip() or _ENDED.search(before) else self.lines[line].rstrip("\r\n")
        end = own.index(unfinished) + 1 if unfinished in own else 0
        self._saved = "\n".join(own[max(end - ASKING, 0) : end])
        return self.known.new_in("\n".join(own), unfinished)

    def rest(self) -> list[str]:
        """The line that waited at the last save."""
        return self.known.new_in(self._saved)

    def follow(self, other: "Document") -> None:
        """Know what the other document knows, if it is the same text under another name or in another language."""
        if self.lines == other.lines != [""]:
            self.known, self.had = other.known, other.had

    def _own(self) -> Iterator[str]:
        for line, is_own in zip(self.lines, own_lines(self.lines, self.language), strict=True):
            if is_own:
                yield line.rstrip("\r\n")

    def _place(self, position: Position) -> tuple[int, int]:
        """The number of a line and an index in it, in code points; the nearest ones if there is no such place."""
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        written = self.lines[position.line].rstrip("\r\n")
        if written.isascii():
            return position.line, min(position.character, len(written))
        return position.line, _code_points(written, position.character, self._encoding)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of code points or lines with which both begin."""
    shortest = range(min(len(one), len(other)))
    return bisect_left(shortest, True, key=lambda at: one[: at + 1] != other[: at + 1])  # noqa: FBT003


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip("\r\n") for line in lines)


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends; the last one has none."""
    if "\r" in text:
        found = _LINE.findall(text)  # its last match is empty, even after a line without an end
        return found if text.endswith(("\r", "\n")) else found[:-1]
    *whole, last = text.split("\n")
    return [*(f"{line}\n" for line in whole), last]


def units(text: str, encoding: str) -> int:
    """The length of a text in the units of an encoding."""
    codec, width = CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def _code_points(line: str, count: int, encoding: str) -> int:
    """The number of code points in the first `count` units of a line; a cut one does not count."""
    codec, width = CODECS[encoding]
    first = line[:count].encode(codec, "surrogatepass")[: count * width]
    return len(getincrementaldecoder(codec)("surrogatepass").decode(first))
