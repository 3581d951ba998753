"""The blank that comes with a word taken, and the sign typed right after it.

A word is taken with the blank behind it, for mostly another word follows. Where a sign follows instead, the blank gives
way: "tomorrow ," becomes "tomorrow,". So it does inside a number or an address ("10 :30", "example .org", "2026 -11").
And where the next key shows that the sign began something, the blank comes back: "costs .5", "see you :)", "2026 - a".
Only the blank of the word just taken is ever touched, never one that was typed.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, final

import regex

from foreword.keyboard.suggest import Suggestion
from foreword.terminal.draft import EMPTY, Draft, Kind, Origin, Passage, common_beginning, deleted_from
from foreword.terminal.suggestions import Offer
from foreword.text.cleaning import whole
from foreword.text.words import word_start

_CLOSING: Final = regex.compile(r"[\p{Terminal_Punctuation}\p{Pe}…”’'%‰]")
_INSIDE_ADDRESS: Final = regex.compile(r"[-‐‑/@_.:,%#?=&~+°]")
_ADDRESS: Final = regex.compile(r"[@\p{Nd}]|://|^www\.|[\p{L}\p{N}]\.[\p{L}\p{N}]")
_BEGUN: Final = {
    ".": regex.compile(r"\p{Nd}"),
    ",": regex.compile(r"\p{Nd}"),
    ":": regex.compile(r"[-)('*|DP]"),
    ";": regex.compile(r"[-)(]"),
    "'": regex.compile(r"(?V1)[[\p{L}\p{N}]--s]"),  # all but the "s" of "Anna's" is in quotes
    **dict.fromkeys("-‐‑/@_#=&~+", regex.compile(" ")),
}


@final
class Blank(Enum):
    """What the last key did: it took a word with its blank, or it put a sign in the place of that blank."""

    BEHIND_WORD = "behind word"
    GAVE_WAY = "gave way"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a typed character does: `replaced` code points before the cursor give way to `restored` and `inserted`.

    Attributes:
        restored: what the person did not type.
        blank: what is to be known at the next key.
    """

    replaced: int = 0
    restored: str = ""
    inserted: str
    blank: Blank | None = None


def typed(before: str, character: str, blank: Blank | None) -> Typed:
    """What typing `character` behind `before` does, given what the last key did."""
    if blank is Blank.GAVE_WAY and _begins(before[:-1], before[-1], character):
        return Typed(replaced=1, restored=" " + before[-1], inserted=character)
    if blank is Blank.BEHIND_WORD and character == " ":
        return Typed(inserted="")  # it is there already, and from now on as if typed
    if blank is Blank.BEHIND_WORD and character == "\n":
        return Typed(replaced=1, inserted=character)
    if blank is Blank.BEHIND_WORD and gives_way(before[:-1], character):
        return Typed(replaced=1, inserted=character, blank=Blank.GAVE_WAY)
    return Typed(inserted=character)


def gives_way(word: str, sign: str) -> bool:
    """Whether the blank after a text gives way to this sign."""
    if _CLOSING.fullmatch(sign):
        return True
    return _INSIDE_ADDRESS.fullmatch(sign) is not None and _is_address(word)


def _is_address(text: str) -> bool:
    """Whether what the text ends with, back to a blank, looks like a number or an address."""
    *_, last = ["", *text[-200:].split()]
    return not text[-1:].isspace() and _ADDRESS.search(last) is not None


def _begins(word: str, sign: str, following: str) -> bool:
    """Whether the sign, to which a blank gave way, belongs to what follows and not to the word before."""
    if sign not in _BEGUN or _BEGUN[sign].fullmatch(following) is None:
        return False
    return following == " " or not word[-1:].isdecimal()


# What each key does while a person writes and words are offered. No terminal is needed for it.
#
# Words are offered after typing, deleting and taking a word, not where the cursor is only moved; and only at the end of
# a word, none inside one. Nothing is ever taken by Enter or the space bar, but by Enter inside the list.


_STEERING: Final = regex.compile(r"(?V1)[\p{Cc}--[\n\t]]")
_INSIDE_WORD: Final = regex.compile(r"['’\-‐‑·]?[\p{L}\p{N}\p{M}]")
TAIL: Final = 512  # code points before the cursor in which the word being typed begins


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Keys that suggestions have saved.

    Attributes:
        written: code points that were written here, typed or taken, and still stand; as many keys as it takes by hand.
        saved: of these, the ones that suggestions put there, less the keys that suggestions cost: each key that took
            one, walked the list or sent suggestions away, each deletion of what one had put there, each letter typed
            that one then replaced. So it can be below zero.
    """

    written: int
    saved: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(written=self.written + other.written, saved=self.saved + other.saved)

    @property
    def share(self) -> float:
        """The part of all keys that was saved."""
        return self.saved / self.written if self.written else 0.0


@final
class Writing:
    """A draft, what is offered for it, and what that has saved. Each method is a key."""

    def __init__(self, text: str = "") -> None:
        self.draft = Draft(text, len(text))
        self.chosen: int | None = None
        self._offer: Offer | None = None
        self._is_awake = True
        self._quiet_from: int | None = None
        self._blank: Blank | None = None
        self._cost = 0

    @property
    def tally(self) -> Tally:
        """What suggestions have saved so far."""
        passage = self.draft.passage
        taken = passage.count(Origin.TAKEN)
        return Tally(written=taken + passage.count(Origin.TYPED), saved=taken - self._cost)

    @property
    def finished(self) -> str:
        """The text without the blank that came with a word just taken at the end of its line."""
        text, cursor = self.draft.text, self.draft.cursor
        if self._blank is Blank.BEHIND_WORD and text[cursor : cursor + 1] in ("", "\n"):
            return text[: cursor - 1] + text[cursor:]
        return text

    def chosen_word(self) -> str | None:
        """The word that is chosen in the list, the first one of a phrase; None outside the list."""
        if self.chosen is None or self.chosen >= len(self.offer.choices):
            return None
        return self.offer.choices[self.chosen].first_word().text

    def wants(self) -> str | None:
        """The text that words are wanted for now: the one before the cursor; None where none are."""
        draft = self.draft
        at_end_of_word = not _INSIDE_WORD.match(draft.text, draft.cursor)
        if not self._is_awake or draft.selection or not at_end_of_word or self._is_quiet():
            return None
        return draft.before

    def give(self, offer: Offer) -> None:
        """Words were found; they are shown if they are for this text still, and nobody is choosing already."""
        if offer.before == self.wants() and self.chosen is None:
            self._offer = offer

    @property
    def offer(self) -> Offer:
        """What is offered at this moment: never what was found for another text."""
        before = self.wants()
        if self._offer is not None and self._offer.before == before:
            return self._offer
        return Offer(before=self.draft.before)

    def type(self, character: str) -> None:
        """A character, a line's end too."""
        character = whole(character)
        selection = self.draft.selection
        if selection:
            self._edit(*selection, Passage.of(character, Origin.TYPED), kind="typing")
            return
        does = typed(self.draft.before[-TAIL:], character, self._blank)
        cursor = self.draft.cursor
        new = Passage.of(does.restored, Origin.TAKEN).replaced(
            len(does.restored), len(does.restored), Passage.of(does.inserted, Origin.TYPED)
        )
        self._cost += does.inserted == ""
        held = self.offer.narrowed(character) if new.text == character and not does.replaced else None
        self._edit(cursor - does.replaced, cursor, new, kind="typing", cost=False)
        self._blank = does.blank
        if held is not None:
            self._offer = held

    def paste(self, text: str) -> None:
        """A text from elsewhere, which counts neither as keys nor as written here."""
        text = _STEERING.sub("", whole(text).replace("\r\n", "\n").replace("\r", "\n"))
        start, end = self.draft.selection or (self.draft.cursor, self.draft.cursor)
        self._edit(start, end, Passage.of(text, Origin.THERE))

    def backspace(self) -> None:
        """What is selected goes, or the letter before the cursor."""
        cursor = self.draft.cursor
        start = deleted_from(self.draft.text, cursor) if cursor else 0
        self._edit(*(self.draft.selection or (start, cursor)), kind="deleting")

    def delete_to(self, index: int) -> None:
        """What is selected goes, or what lies between the cursor and `index`."""
        cursor = self.draft.cursor
        start, end = self.draft.selection or (min(index, cursor), max(index, cursor))
        self._edit(start, end, kind="deleting")

    def cut(self) -> str:
        """What is selected, which goes."""
        found = self.copy()
        if found:
            self._edit(*(self.draft.selection or (0, 0)))
        return found

    def copy(self) -> str:
        """What is selected, "" if nothing is."""
        start, end = self.draft.selection or (0, 0)
        return self.draft.text[start:end]

    def move(self, index: int, *, selecting: bool = False) -> None:
        """The cursor goes elsewhere; words are offered again with the next change. Where it stays, they stay."""
        if index == self.draft.cursor and not selecting and not self.draft.selection:
            return
        self.draft.move(index, selecting=selecting)
        self._quiet_from = None
        self._rest()

    def undo(self) -> bool:
        """The last step, such as a word taken, is taken back; False if there is none."""
        taken = self.draft.passage.count(Origin.TAKEN)
        done = self.draft.undo()
        self._cost += self.draft.passage.count(Origin.TAKEN) < taken
        self._rest()
        return done

    def redo(self) -> bool:
        """What was undone is done again; False if nothing was."""
        done = self.draft.redo()
        self._rest()
        return done

    def take(self, number: int | None = None) -> bool:
        """Take a choice, counted from 0; by default the one in the list, or else behind the cursor, or else the first.

        False if there is none.
        """
        offer = self.offer
        if number is None:
            number = self.chosen or 0
        if not 0 <= number < len(offer.choices):
            return False
        self._take(offer.choices[number].suggestion)
        return True

    def take_ghost(self) -> bool:
        """Take the word shown behind the cursor, all of it; False if there is none."""
        ghost = self.offer.ghost
        if ghost is not None:
            self._take(ghost.suggestion)
        return ghost is not None

    def take_word(self) -> bool:
        """Take the first word of what is shown behind the cursor; False if there is none."""
        ghost = self.offer.ghost
        if ghost is not None:
            self._take(ghost.first_word())
        return ghost is not None

    def into_list(self) -> bool:
        """Begin to walk the choices; False if there is none."""
        if self.chosen is not None or not self.offer.choices:
            return False
        self.chosen = 0
        self._cost += 1
        return True

    def walk(self, steps: int) -> None:
        """Go on in the list, as far as it goes."""
        if self.chosen is not None:
            self.chosen = max(0, min(self.chosen + steps, len(self.offer.choices) - 1))
            self._cost += 1

    def leave_list(self) -> None:
        """Back to the text, with nothing taken."""
        self._cost += self.chosen is not None
        self.chosen = None

    def escape(self) -> None:
        """Out of the list; or, outside it, no more words until the next one begins."""
        if self.chosen is None:
            self.hush()
        else:
            self.leave_list()

    def hush(self) -> None:
        """No more words until the next one begins."""
        self._cost += bool(self.offer.choices)
        self._quiet_from = self._word_start()

    def _take(self, suggestion: Suggestion) -> None:
        draft = self.draft
        insert = _fitted(suggestion.insert, draft.after)
        start = draft.cursor - suggestion.replace
        kept = common_beginning(draft.text[start : draft.cursor], insert)
        replaced = draft.passage.piece(start + kept, draft.cursor)
        self._cost += 1 + replaced.count(Origin.TYPED)
        new = Passage.of(insert[kept:], Origin.TAKEN)
        self._edit(start + kept, draft.cursor, new, cost=False)
        if insert.endswith(" "):
            self._blank = Blank.BEHIND_WORD

    def _edit(
        self, start: int, end: int, new: Passage = EMPTY, *, kind: Kind = "other", cost: bool = True
    ) -> None:
        """Change the text. Where that deletes what suggestions had put there, it counts as a key they cost."""
        self._cost += cost and self.draft.passage.piece(start, end).count(Origin.TAKEN) > 0
        if start == end and not new.text:
            self._blank = self.chosen = None
            return
        self.draft.replace(start, end, new, kind=kind)
        self._rest()
        self._is_awake = True

    def _rest(self) -> None:
        """Whatever was offered or known of the text's last blank holds no more."""
        self._is_awake = False
        self._blank = None
        self.chosen = None
        self._offer = None

    def _is_quiet(self) -> bool:
        return self._quiet_from is not None and self._word_start() == self._quiet_from

    def _word_start(self) -> int:
        """Where the word begins that is being typed."""
        cursor = self.draft.cursor
        tail = self.draft.text[max(0, cursor - TAIL) : cursor]
        return cursor - len(tail) + word_start(tail)


def _fitted(insert: str, after: str) -> str:
    """What is inserted, without its last blank where the text goes on with a blank or a sign that closes."""
    following = after[:1]
    if insert.endswith(" ") and (following == " " or (following and gives_way("", following))):
        return insert[:-1]
    return insert
