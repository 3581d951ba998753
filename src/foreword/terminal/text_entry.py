"""The effect of each key on the text and on the offered words. It needs no terminal.

The editor offers words after a key that types, deletes or takes a word, not after a key that only moves the cursor. It
offers them only at the end of a word, never inside one. The space bar never takes a word; Enter does only in the list.

A taken word brings a space after it. A sign replaces this space ("tomorrow,"), also inside a number or an address
("10:30", "example.org", "2026-11"), and a dash ("the door—and"). The space comes back if the next key shows that the
sign began something: "costs .5", "see you :)", "2026 - a", "the door – and". A typed space never changes.
"""

from dataclasses import dataclass
from typing import Final, Literal, final

import regex

from foreword.keyboard.offers import Offer
from foreword.keyboard.signs import begins_something, replaces_space
from foreword.keyboard.suggest import Suggestion
from foreword.terminal.buffer import Draft, Kind, backspace_start, common_start
from foreword.text.cleaning import whole
from foreword.text.words import word_goes_on, word_start

TAIL: Final = 512  # code points before the cursor that are searched for the start of the word
DASHES: Final = frozenset("–—")

_STEERING: Final = regex.compile(r"(?V1)[\p{Cc}--[\n\t]]")
Space = Literal["behind word", "replaced"]
"""The last key took a word with its space ("behind word"), or put a sign or a newline in that space ("replaced")."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The keys that suggestions have saved: of the code points `written`, typed or taken, `saved` needed no key.

    What is deleted later counts. So does each key that took words, but no key that chose, dismissed or undid them.
    """

    written: int
    saved: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(written=self.written + other.written, saved=self.saved + other.saved)


@final
class TextEntry:
    """A draft, the words offered for it, and the keys saved. Each method is a key."""

    def __init__(self, text: str = "") -> None:
        self.draft = Draft(text, len(text))
        self.chosen: int | None = None
        self._offer: Offer | None = None
        self._is_awake = True  # whether the last key changed the text, so that words are wanted
        self._dismissed_at: int | None = None  # the start of the word that gets no suggestions
        self._space: Space | None = None
        self.tally = Tally(written=0, saved=0)
        self.foreign: list[str] = []  # pasted from other programs: another person may have written it

    @property
    def finished(self) -> str:
        """The text without the space that came with a word just taken at the end of its line."""
        text, cursor = self.draft.text, self.draft.cursor
        if self._space == "behind word" and text[cursor : cursor + 1] in ("", "\n"):
            return text[: cursor - 1] + text[cursor:]
        return text

    def chosen_word(self) -> str | None:
        """The chosen word of the list, the first one of a phrase; None outside the list."""
        return None if self.chosen is None else self.offer.choices[self.chosen].first_word().text

    def wants(self) -> str | None:
        """The text before the cursor if words are wanted for it, else None."""
        draft = self.draft
        if not self._is_awake or word_goes_on(draft.text, draft.cursor):
            return None
        is_dismissed = self._dismissed_at is not None and self._word_start() == self._dismissed_at
        return None if is_dismissed else draft.before

    def give(self, offer: Offer) -> None:
        """Show an offer if it is still for this text and the person is not in the list."""
        if offer.before == self.wants() and self.chosen is None:
            self._offer = offer

    @property
    def offer(self) -> Offer:
        """The words offered now; an offer for another text counts as none."""
        if self._offer is not None and self._offer.before == self.wants():
            return self._offer
        return Offer(before=self.draft.before)

    def type(self, character: str) -> None:
        """Type a character or a newline."""
        character, cursor, selection = whole(character), self.draft.cursor, self.draft.selection
        before, space = self.draft.before[-TAIL:], self._space
        length = len(self.draft.text)
        if selection:
            self._edit(*selection, character, kind="typing")
            length -= selection[1] - selection[0]
        elif space == "replaced" and begins_something(before[:-1], before[-1], character):
            self._edit(cursor - 1, cursor, f" {before[-1]}{character}", kind="typing")
        elif space == "behind word" and character == " ":  # it is there already; keep it like a typed one
            self._space = self.chosen = None
        elif space == "behind word" and (character == "\n" or _replaces(before[:-1], character)):
            self._edit(cursor - 1, cursor, character, kind="typing")
            self._space = "replaced"
        else:
            held = self.offer.narrowed(character)
            self._edit(cursor, cursor, character, kind="typing")
            self._offer = held
        self._count(len(self.draft.text) - length, keys=len(character))

    def paste(self, text: str, *, is_foreign: bool = False) -> None:
        """Insert a text from elsewhere; it counts neither as keys nor as written here."""
        text = _STEERING.sub("", whole(text).replace("\r\n", "\n").replace("\r", "\n"))
        self.foreign += [text] * is_foreign
        start, end = self.draft.selection or (self.draft.cursor, self.draft.cursor)
        self._edit(start, end, text)

    def backspace(self) -> None:
        """Delete the selection, or the letter before the cursor."""
        self.delete_to(backspace_start(self.draft.text, self.draft.cursor))

    def delete_to(self, index: int) -> None:
        """Delete the selection, or the text between the cursor and `index`."""
        cursor = self.draft.cursor
        start, end = self.draft.selection or (min(index, cursor), max(index, cursor))
        self._edit(start, end, kind="deleting")

    def cut(self) -> str:
        """Delete and return the selection."""
        found = self.copy()
        if self.draft.selection:
            self._edit(*self.draft.selection)
        return found

    def copy(self) -> str:
        """The selection, "" if nothing is selected."""
        start, end = self.draft.selection or (0, 0)
        return self.draft.text[start:end]

    def move(self, index: int, *, selecting: bool = False) -> None:
        """Move the cursor and hide the words until the next change. If the cursor stays, the words stay."""
        if index == self.draft.cursor and not self.draft.selection:
            return
        self.draft.move(index, selecting=selecting)
        self._dismissed_at = None
        self._rest()

    def undo(self) -> bool:
        """Undo the last step, such as a taken word; False if there is none."""
        done = self.draft.undo()
        if done:
            self._rest()
        return done

    def redo(self) -> bool:
        """Redo the step undone last; False if there is none."""
        return self.draft.redo()

    def take(self, number: int | None = None) -> bool:
        """Take a choice, counted from 0; by default the chosen one, else the first. False if there is none."""
        choices = self.offer.choices
        number = (self.chosen or 0) if number is None else number
        return self._take(choices[number].suggestion if number < len(choices) else None)

    def take_inline(self) -> bool:
        """Take the inline suggestion; False if there is none."""
        inline = self.offer.inline
        return self._take(inline and inline.suggestion)

    def into_list(self) -> bool:
        """Enter the list of choices; False if it is empty."""
        if not self.offer.choices:
            return False
        self.chosen = 0
        return True

    def walk(self, steps: int) -> None:
        """Move by `steps` in the list, and stop at its ends."""
        if self.chosen is not None:
            self.chosen = max(0, min(self.chosen + steps, len(self.offer.choices) - 1))

    def escape(self) -> None:
        """Leave the list without taking a word; outside it, offer no words until the next word begins."""
        if self.chosen is None:
            self._dismissed_at = self._word_start()
        self.chosen = None

    def _take(self, suggestion: Suggestion | None) -> bool:
        if suggestion is None:
            return False
        draft, insert = self.draft, suggestion.insert
        following = draft.text[draft.cursor : draft.cursor + 1]
        start = draft.cursor - suggestion.replace
        before = draft.text[max(0, start - TAIL) : start] + insert.rstrip()
        if insert.endswith(" ") and following and (following == " " or _replaces(before, following)):
            insert = insert[:-1]
        kept = common_start(draft.text[start : draft.cursor], insert)
        self._count(len(insert) - suggestion.replace, keys=1)
        self._edit(start + kept, draft.cursor, insert[kept:])
        if insert.endswith(" "):
            self._space = "behind word"
        return True

    def _count(self, written: int, keys: int) -> None:
        self.tally += Tally(written=written, saved=written - keys)

    def _edit(self, start: int, end: int, new: str = "", *, kind: Kind = "other") -> None:
        if start == end and not new:
            self._space = self.chosen = None
            return
        self.draft.replace(start, end, new, kind=kind)
        self._rest()
        self._is_awake = True

    def _rest(self) -> None:
        """Drop the offer and the state of the last space."""
        self._is_awake = False
        self._space = self.chosen = self._offer = None

    def _word_start(self) -> int:
        cursor = self.draft.cursor
        tail = self.draft.text[max(0, cursor - TAIL) : cursor]
        return cursor - len(tail) + word_start(tail)


def _replaces(before: str, sign: str) -> bool:
    """Whether a sign or a dash replaces the space after the word at the end of `before`."""
    begins = before.rpartition("\n")[2].lstrip()[:1]  # with a dash, as a speech in Spanish: —Vamos —dijo
    return (sign in DASHES and begins not in DASHES) or replaces_space(before, sign)
