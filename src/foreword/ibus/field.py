"""The text field in focus, as far as an input method can know it, and the effect of each key there.

Letters pass through; the application puts them into its text. So two sources give the text before the cursor, and each
alone is sometimes wrong:

- the keys. They come at once, but do not show a click, an undo, a paste, or a letter composed of two keys;
- the surrounding text that the application sends. Chromium on X11 sends none, Firefox sends it one key late, Qt when it
  has time, GTK before each key. LibreOffice Writer sends only the sentence, without the space behind it.

A surrounding text that equals a state of the last few keys is late: then the keys are right, else the application is.

A taken word comes without the space after it, which waits until a letter follows: so "tomorrow," needs no deletion.
Foreword inserts both together, else a busy Qt would put the letter before the space.
"""

from collections.abc import Callable
from os.path import commonprefix
from time import monotonic
from typing import Final, Protocol, final
from unicodedata import bidirectional

import regex

from foreword.ibus import keys
from foreword.ibus.keys import Composer, Key
from foreword.keyboard.offers import Choice, Offer
from foreword.keyboard.signs import begins_something, replaces_space
from foreword.runtime.predictor import word_at_end
from foreword.settings import Settings
from foreword.text.words import is_inside_word, word_goes_on, words

LONGEST: Final = 2_000  # code points before the cursor that are kept
LATE: Final = 16  # keys that an application may be late by; after more, it does not get them
COMPARED: Final = 30  # code points that are compared if one of two texts is cut
TYPING_SECONDS: Final = 1.0  # after a key; a hand needs longer to reach the mouse and click
KEY_SECONDS: Final = 0.2  # the same if the application is not late: its text holds the key
SEVERAL_WORDS: Final = 3
ENDS: Final = regex.compile(r"[\p{Sentence_Terminal}…]")  # of a sentence
BETWEEN: Final = regex.compile(rf"{ENDS.pattern}[^\p{{L}}\p{{N}}\n]*")  # two sentences
FORMULA: Final = regex.compile(r"=[^\s=)>]")  # of a spreadsheet, at the beginning of a cell
MENDED: Final = 2  # letters and digits that an application may change at once; more are pasted, or older

NUMBERS: Final = frozenset([2, 3, 4])  # IBus's purposes of a field: digits, number, telephone
ADDRESSES: Final = frozenset([5, 6])  # URL, e-mail
SECRETS: Final = frozenset([8, 9])  # password, PIN
TERMINAL: Final = 10
REFUSED: Final = NUMBERS | ADDRESSES | SECRETS | {TERMINAL}
PRIVATE: Final = 1 << 11 | 1 << 12  # hints: private, and hidden text (since IBus 1.5.34)

SELECT_ALL: Final = Key(ord("a"), keys.CONTROL)
QT_ON_X11: Final = "qibusinputcontext"
KDE: Final = "wayland"  # IBus itself, for all programs; before 1.5.34 it sends no purpose and deletes nothing
GNOME: Final = "gnome-shell"  # on Wayland, for all programs
WRITER: Final = "soffice"
TERMINALS: Final = ("xim", "fake", "kitty", "foot", "alacritty", "wezterm", "ghostty", "konsole", "vim")
"""Clients that do not say that they are terminals; those that speak XIM mostly are. In Vim, letters are commands."""
MASKS: Final = frozenset("●•*·∙⬤")


class Client(Protocol):
    """The calls of a field to the application, the list below the cursor and the keyboard: an `Engine`."""

    @property
    def is_paused(self) -> bool: ...
    def commit(self, text: str) -> None: ...
    def delete(self, length: int) -> None: ...
    def show(self, choices: tuple[str, ...], selected: int, key: str) -> None: ...
    def ask(self, before: str | None) -> None: ...
    def learn(self, line: str) -> None: ...
    def ask_surrounding(self) -> None: ...
    def pause(self) -> None: ...


@final
class Field:
    """The known text of the field in focus, and the words offered there. Each method is an event."""

    def __init__(self, client: Client, settings: Settings, *, clock: Callable[[], float] = monotonic) -> None:
        self._client, self._clock = client, clock
        self._left_out = tuple(name.lower() for name in settings.leave_out if name)
        self._accept, self._next = Key.named(settings.keys.accept), Key.named(settings.keys.next)
        self._dismiss, self._pause = Key.named(settings.keys.dismiss), Key.named(settings.keys.pause)
        self._confidence, self._learns = settings.confidence, bool(settings.learn)
        self._composer = Composer()
        self._key_at = clock()  # the time of the last key
        self._program = ""
        self._purpose = self._hints = 0
        self._ended = ""  # the line that ended last: when it grows, only new sentences are learned
        self._forget_text()

    def _forget_text(self) -> None:
        self._before, self._after = "", ""
        self._states = [""]  # the text before the cursor after each of the last keys
        self._lag = 0  # keys that the application was late by when it last sent its text
        self._was_late = False  # whether it ever was late
        self._keys_since = 0  # keys since it last sent its text
        self._contradictions = 0  # between keys and application, in a row
        self._sends_text = False  # whether the application has sent its text in this field
        self._sends_nothing = True  # or only empty texts
        self._sends_sentence = False  # whether it sends only the sentence with the cursor
        self._is_lost = False  # whether the text before the cursor is unknown
        self._is_selected = self._is_all_selected = self._is_multiline = self._is_masked = False
        self._space = ""  # the space of a word just taken, if it is not written yet
        self._eyes = ""  # the text before the cursor, if its last sign has just replaced that space
        self._line = ""  # this line as last known
        self._is_own = True  # whether all of this line was typed or taken here
        self._dismissed = False
        self._offer: Offer | None = None
        self._choices: tuple[Choice, ...] = ()
        self._selected = 0
        self._has_walked = False
        self._shown: tuple[tuple[str, ...], int, str] | None = None  # the list on the screen

    @property
    def text(self) -> str:
        """The text before the cursor, with the space that waits for a letter."""
        return self._before + self._space

    @property
    def has_list(self) -> bool:
        """Whether a list is below the cursor."""
        return self._choices != ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing is offered, kept or learned here."""
        if self._purpose in REFUSED or self._hints & PRIVATE or self._is_masked:
            return True
        return any(name in self._program for name in (*TERMINALS, *self._left_out))

    @property
    def _may_be_secret(self) -> bool:
        """Whether the field may be for a password: IBus does not send its purpose."""
        return QT_ON_X11 in self._program or self._program == KDE

    @property
    def _may_be_terminal(self) -> bool:
        """Whether the field may be Konsole or Emacs: the program is unknown and sends no text."""
        return self._sends_nothing and (self._may_be_secret or self._program == GNOME)

    # Events of the application

    def focus_in(self, program: str) -> None:
        """The cursor came into a field of this program."""
        self._composer.reset()
        self._program = program.lower()
        self._forget_text()
        if not self.is_refused:
            self._client.ask_surrounding()

    def focus_out(self) -> None:
        """The cursor has left the field. A line that ends like a sentence is complete, and is learned."""
        if ENDS.match(self._before.rstrip()[-1:]):
            self._learn_line()
        self._hide()
        self._forget_text()

    def content_type(self, purpose: int, hints: int) -> None:
        """The purpose of the field. If it is secret, the text sent before is forgotten at once."""
        self._purpose, self._hints = purpose, hints
        if self.is_refused:
            self._hide()
            self._forget_text()

    def surrounding(self, text: str, cursor: int, anchor: int) -> None:
        """The text around the cursor; the text between cursor and anchor is selected."""
        if self.is_refused:
            return
        is_typed = any(_same(each, text) for each in self._states)
        if text and MASKS.issuperset(text) and not is_typed:
            self._hide()
            self._forget_text()
            self._is_masked = True  # an undeclared password
            return
        start, end = min(cursor, anchor), max(cursor, anchor)
        own = text.removesuffix(self._after)
        is_busy = self._is_typing() and (self._was_late or own != self._before)
        if self._space and is_busy and len(own) < start == end and own in self._states:
            start = end = len(own)  # Firefox sent the cursor of another moment
        after = text[end:]
        before = self._with_sentences_before(text[:start][-LONGEST:], after)
        is_late = self._is_late(before, after)
        if text or self._whole_line():
            self._sends_nothing = not text
        self._sends_text, self._is_selected = True, start != end
        has_lines = "\n" in text[:start] or "\n" in after.rstrip("\n")
        self._is_multiline = self._is_multiline or has_lines  # Thunderbird mostly sends one paragraph
        if self._is_selected:
            self._hide()
        if not is_late:
            self._after = after
            self._believe(before)
        self._keys_since, self._is_lost = 0, False
        line = self._whole_line()
        is_known = line == self._ended or _letters_added(self._line.rstrip(), line.rstrip()) <= MENDED
        self._is_own = not line or (self._is_own and is_known and not self._client.is_paused)
        if not (line and self._is_selected):  # the selected part may stay
            self._line = line

    def _with_sentences_before(self, sent: str, after: str) -> str:
        """The text before the cursor, with the known sentences that LibreOffice has not sent.

        It may have corrected the sentence that it sends.
        """
        known = self._states[0]
        is_writer = WRITER in self._program or self._sends_sentence
        may_be_writer = is_writer or (self._program == GNOME and not known.endswith(" "))
        if not may_be_writer or not sent or sent in self._states:
            return sent  # in other programs, the sentences before it are deleted
        line = [self._line.removesuffix(after)] if self._sends_sentence else []
        for own in [*reversed(self._states), *line]:
            for gap in BETWEEN.finditer(own):
                last = own[gap.end() :].rstrip(" ")
                is_new = gap.end() >= len(known)  # begun after the application sent its text
                is_same = last.casefold() == sent.casefold() and (is_writer or is_new)
                is_close = max(_letters_added(last, sent), _letters_added(sent, last)) <= MENDED
                if is_same or (self._sends_sentence and last[:1] == sent[:1] and is_close):
                    self._sends_sentence = True
                    space = " " * (gap.group()[-1:] in ".!?")  # known to be there, but not sent
                    unsent = "" if after else own[len(own.rstrip(" ")) :]
                    return own[: gap.end()] + space + sent + unsent
        return sent

    def _is_late(self, before: str, after: str) -> bool:
        """Whether this text equals a state of the last keys; if so, set the lag of the application.

        A busy Firefox sends the cursor of one moment with the text of another. If the text is the newest and the last
        key is old, the person has moved the cursor.
        """
        between = after.removesuffix(self._after)
        texts = self._states if self._is_typing() else self._states[:-1]
        for lag, state in enumerate(reversed(self._states)):
            if self._is_lost or not _same(state, before):
                continue
            if lag and not any(_same(each, before + between) for each in texts):
                continue
            del self._states[: len(self._states) - 1 - lag]
            self._lag, self._contradictions = lag, 0
            self._was_late = self._was_late or lag > 0
            self._after = self._after if lag and between else after
            return True
        return False

    def _is_typing(self, seconds: float = TYPING_SECONDS) -> bool:
        """Whether the last key is so recent that the application's message belongs to it."""
        return self._clock() - self._key_at < seconds

    def _believe(self, before: str) -> None:
        """Adopt the application's text, followed by the keys that are not in it yet."""
        most = min(self._keys_since, len(self._states) - 1)
        behind = min(self._lag, most)
        if self._is_lost:  # newer keys are at the end of the text, or are still to come
            behind = next((each for each in range(most) if before.endswith(self._states[-1 - each])), most)
        self._contradictions += 1
        if self._contradictions > 2:  # it was not late after all
            behind = self._lag = 0
        older = self._states[-1 - behind]
        missing = self._before[len(older) :] if self._before.startswith(older) else ""
        if self._before != before + missing:
            self._space = ""
            self._hide()
        self._before = before + missing
        self._states = [before, self._before]

    def reset(self) -> None:
        """The application resets the field, as after a click; GTK sends the new cursor only with the next key.

        Firefox resets after each key, or after the next one if it is busy, and sends the text with the key later.
        """
        is_late = self._keys_since > 0 or self._was_late
        if self._is_typing(TYPING_SECONDS if is_late else KEY_SECONDS):
            return
        self._is_all_selected = False
        if not is_late:
            self._states = [self._before]  # the next text is not late either
        self._hide()

    def give(self, offer: Offer) -> None:
        """Show an offer if it is still for this text."""
        if offer.before != self.text or not self._wants():
            return
        self._hold(offer)
        self._has_walked = False
        self._draw()

    def _hold(self, offer: Offer) -> None:
        """Hold the choices of an offer. A correction deletes letters: not all applications do that."""
        self._offer, self._selected = offer, 0
        corrects = self._sends_text and self._program != KDE
        self._choices = tuple(each for each in offer.choices if corrects or not each.replaces)

    # Keys

    def key(self, keysym: int, state: int) -> bool:
        """Handle a key; True if it ends here and does not reach the application."""
        if state & keys.RELEASE or keys.is_modifier(keysym):
            return False
        key = Key.pressed(keysym, state)
        self._key_at = self._clock()
        if self._composes(key, keysym):
            return True
        return not self.is_refused and self._ends(key, keysym)

    def _ends(self, key: Key, keysym: int) -> bool:
        if key == self._pause:
            self._lose()
            self._client.pause()
            return True
        if self._client.is_paused:
            return False
        if self._choices and self._chooses(key):
            return True
        if keys.changes_nothing(keysym):
            return False
        character = keys.character_of(keysym)
        if character and not key.is_command and self._writes(character):
            return True
        self._keys_since += 1
        self._edits(key, keysym)
        return False

    def _writes(self, character: str) -> bool:
        """Insert a character with the space that waits before it; False if its key passes.

        The eyes of a face come again behind their space, unless the application has not sent them yet: a late one
        would delete another letter.
        """
        eyes = self._eyes
        is_sent = eyes == self._before == self._states[0] and not self._is_selected
        if is_sent and self._program != KDE and begins_something(eyes[:-1], eyes[-1:], character):
            self._client.delete(1)
            self._now(eyes[:-1])
            self._now(f"{self._before} {eyes[-1]}")
            self._client.commit(f" {eyes[-1]}{character}")
        elif self._needs_space(character):
            self._client.commit(f" {character}")
        else:
            return False
        self._type(character)
        return True

    def _composes(self, key: Key, keysym: int) -> bool:
        """Whether the key is part of a letter of several keys. Secrets may hold such letters, too."""
        if key.is_command:
            self._composer.reset()
            return False
        text, ends = self._composer.feed(keysym)
        is_seen = not (self.is_refused or self._client.is_paused)
        if text:
            self._client.commit(" " + text if self._needs_space(text[0]) else text)
        for character in text if is_seen else "":
            self._type(character)
        if ends and not text:
            self._hide()
        return ends

    def click(self, number: int) -> None:
        """A choice was clicked."""
        if number < len(self._choices):
            self._take(number)

    def _chooses(self, key: Key) -> bool:
        """Take, walk or dismiss; False if the key does none of these."""
        if key == self._dismiss:
            self._dismissed = True
            self._hide()
        elif key == self._accept and (key.keysym != keys.TAB or self._tab_takes()):
            self._take(self._selected)
        elif key == self._next and (key.keysym != keys.TAB or self._is_multiline or self._is_begun()):
            self._has_walked = True
            self._selected = (self._selected + 1) % len(self._choices)
            self._draw()
        elif key == Key(_onward(self._whole_line())) and self._after[:1] in ("", "\n"):
            self._take(self._selected)
        else:
            return False
        return True

    def _is_begun(self) -> bool:
        """Whether the list is for a word with typed letters."""
        return self._offer is not None and word_at_end(self._offer.before) != ""

    def _tab_takes(self) -> bool:
        """Whether Tab takes a word. In a form it goes to the next field, unless a word is begun and likely continues.

        After most complete words, such as London, the list holds only rare words; then Tab belongs to the form.
        """
        likely = sum(each.suggestion.probability for each in self._choices)
        is_inside = self._is_begun() and likely >= self._confidence
        return self._is_multiline or self._has_walked or is_inside

    def _take(self, number: int) -> None:
        """Put a choice into the text; its last space waits."""
        choice = self._choices[number]
        if choice.replaces:
            self._client.delete(choice.suggestion.replace)
            self._now(self._before[: len(self._before) - choice.suggestion.replace])
        insert = self._space + choice.rest
        self._space = " " if insert.endswith(" ") else ""
        insert = insert.removesuffix(" ")
        # Chromium gives the page a Tab if one letter is inserted.
        if len(insert) == 1 and not self._sends_text:
            insert, self._space = insert + self._space, ""
        self._client.commit(insert)
        self._now(self._before + insert)
        self._hide()
        self._want()

    def _edits(self, key: Key, keysym: int) -> None:
        character = keys.character_of(keysym)
        types_over = character or keysym in (keys.BACKSPACE, keys.DELETE)
        if self._is_all_selected and types_over and not key.is_command:
            self._after = ""
            if not self._sends_text:
                self._is_lost, self._is_own = False, True
        self._is_all_selected = key == SELECT_ALL
        if key.is_command:
            self._lose()
        elif keysym == keys.BACKSPACE:
            self._backspace()
        elif keysym == keys.DELETE:
            self._space = ""
            self._hide()
        elif keysym in keys.ENTERS:
            self._learn_line()
            self._begin_line()
        elif character:
            self._type(character)
        elif keysym == keys.ESCAPE:
            self._hide()
        else:
            self._lose()

    def _needs_space(self, character: str) -> bool:
        return self._space != "" and not character.isspace() and not replaces_space(self._before, character)

    def _type(self, character: str) -> None:
        if self._needs_space(character):
            self._now(self._before + " ")
        held = self._offer.narrowed(character) if self._offer else None
        self._eyes = self._before + character if self._space and character in ":;" else ""
        self._space, self._is_selected = "", False
        self._dismissed = self._dismissed and is_inside_word(character)
        if self._is_lost and not self._sends_text and character.isspace():
            self._is_lost, self._before, self._states = False, "", [""]
        self._now(self._before + character)
        if held and held.choices and held.before == self.text and self._choices:
            self._hold(held)
        else:
            self._clear()
        self._want()

    def _backspace(self) -> None:
        self._space = ""
        if not self._is_selected:
            joins = self._before.endswith("\n")
            self._now(self._before[:-1])
            above = self._before.rpartition("\n")[2]
            if joins and above and self._ended not in (above, self._line):
                self._is_own = False  # the line above was perhaps not typed here
        self._is_selected = False
        self._clear()
        self._want()

    def _begin_line(self) -> None:
        self._now(self._before + "\n")
        self._is_own = self._is_own or self._line == ""  # the text after the cursor is in the new line
        self._space, self._is_selected = "", False
        self._is_lost, self._after = self._is_lost and self._sends_text, ""
        self._dismissed = False
        self._hide()

    def _now(self, before: str) -> None:
        self._before = before[-LONGEST:]
        self._states = [*self._states[1 - LATE :], self._before]
        if not self._is_lost or before.endswith("\n"):
            self._line = self._whole_line()

    def _lose(self) -> None:
        """Mark the text before the cursor as unknown, until the application sends it or a word begins."""
        self._hide()
        self._before, self._states, self._space = "", [""], ""
        self._is_lost, self._dismissed = True, False
        self._is_own = self._is_own and self._sends_text

    # Words

    def _wants(self) -> bool:
        """Whether to offer words here: only at the end of a word, and only if the text is known."""
        if self._client.is_paused or self.is_refused or self._is_lost or self._dismissed or self._is_selected:
            return False
        is_begun = any(each.isspace() for each in self._before)
        if self._may_be_terminal or (self._may_be_secret and not is_begun):
            return False
        return not (word_goes_on(self._after) or FORMULA.match(self._whole_line()))

    def _want(self) -> None:
        """Ask for words. The old list stays on the screen until they come, else it would flicker."""
        if self._wants():
            self._client.ask(self.text)
        else:
            self._hide()

    def late(self, before: str) -> None:
        """Words for this text take long: meanwhile, show the old choices that still fit."""
        if before == self.text:
            self._draw()

    def _draw(self) -> None:
        """Show the list only if it has changed: the panel would draw it again."""
        arrow = "→" if _onward(self._whole_line()) == keys.RIGHT else "←"
        key = ("⇥" if self._tab_takes() else arrow) if self._accept == Key(keys.TAB) else ""
        shown = tuple(each.suggestion.text for each in self._choices), self._selected, key
        if shown != self._shown and (self._choices or self._shown):
            self._client.show(*shown)
        self._shown = shown if self._choices else None

    def _clear(self) -> None:
        self._offer, self._choices, self._selected, self._has_walked = None, (), 0, False

    def _hide(self) -> None:
        self._client.ask(None)
        self._clear()
        self._draw()

    def _whole_line(self) -> str:
        return self._before.rpartition("\n")[2] + self._after.partition("\n")[0]

    def _learn_line(self) -> None:
        """Learn the line if it has several words, and all of it was typed here."""
        if not self._learns or self._client.is_paused:
            return
        line = self._whole_line()
        if self.is_refused or self._is_lost or not self._is_own or FORMULA.match(line):
            return
        if self._may_be_secret or self._may_be_terminal:
            return
        from foreword.keyboard.learn import KnownSentences  # noqa: PLC0415 - its patterns take a while to load

        new = "\n".join(KnownSentences(self._ended).new_in(f"{self._ended}\n{line}"))
        if sum(1 for _ in words(new)) >= SEVERAL_WORDS:
            self._client.learn(new)
        self._ended = line or self._ended


def _onward(line: str) -> int:
    """The arrow that leads on from the end of a line: its first letter with a direction says which."""
    directions = (each for each in map(bidirectional, line) if each in ("L", "R", "AL"))
    return keys.RIGHT if next(directions, "L") == "L" else keys.LEFT


def _same(own: str, sent: str) -> bool:
    """Whether both are the same text before the cursor. An application may send only the line, or its end.

    Editors of web pages and mails write a space at the end of a paragraph as a no-break space.
    """
    own, sent = own.replace("\xa0", " "), sent.replace("\xa0", " ")
    if own == sent or ("\n" not in sent and own.rpartition("\n")[2] == sent):
        return True
    if "\n" in sent and own.endswith(sent):
        return True
    return len(sent) >= COMPARED and len(own) >= COMPARED and own.endswith(sent[-COMPARED:])


def _letters_added(old: str, new: str) -> int:
    """The letters and digits of the new text between its beginning and its end that the old text has, too."""
    begin = len(commonprefix([old, new]))  # noqa: RUF071 - of characters, not of folders
    old, new = old[begin:], new[begin:]
    end = len(commonprefix([old[::-1], new[::-1]]))  # noqa: RUF071
    return sum(map(str.isalnum, new[: len(new) - end]))
