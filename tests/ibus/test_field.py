"""All the errors of applications that mislead an input method; the person must not notice them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from foreword.ibus.field import Field
from foreword.ibus.keys import ALT, CONTROL, RELEASE, SHIFT
from foreword.keyboard.offers import offer_after
from foreword.settings import Keys, Settings
from guessing import Guessing, guess

WORDS = {"tomorrow": 0.6, "tomato": 0.4, "the": 0.4, "today": 0.1}
TAB, ESCAPE, ENTER, BACKSPACE, LEFT, RIGHT, DELETE = 0xFF09, 0xFF1B, 0xFF0D, 0xFF08, 0xFF51, 0xFF53, 0xFFFF
UNICODE = 0x1000000
BACK_TAB, DEAD_ACUTE, A, E = (0xFE20, SHIFT), 0xFE51, ord("a"), ord("e")
PAUSE, SELECT_ALL = (0x20, CONTROL | SHIFT), (A, CONTROL)
NUM_LOCK, END, F5, F8 = 0xFF7F, 0xFF57, 0xFFC2, 0xFFC5
PASSWORD, PIN, URL, TERMINAL = 8, 9, 5, 10
PRIVATE, HIDDEN = 1 << 11, 1 << 12
FIREFOX, LIBREOFFICE, QT_ON_X11 = "gtk3-im:firefox-esr", "gtk3-im:soffice", "QIBusInputContext"
GNOME, KDE = "gnome-shell", "wayland"  # the client of all programs there
BOTH = ["tomorrow", "tomato"]  # what is listed for "tom"
ONE = {"tomorrow": 0.9}
NOTHING: Mapping[str, object] = {"listed": [], "found": [], "learned": []}
FIRST = offer_after(Guessing(WORDS), "", limit=3, confidence=0.3)
LEARN = Settings(learn=True)
ACCEPT = Settings(keys=Keys(accept="Control+Space", next="F8", dismiss="F9"))

Step = str | int | tuple[Any, ...] | list[str] | Mapping[str, object]


def keysym_of(character: str) -> int:
    """The key of a character; beyond Latin-1, X11 adds its code point to a constant."""
    return ENTER if character == "\n" else ord(character) + (UNICODE if ord(character) > 0xFF else 0)


class Application:
    """A program with one text field, and the list of words below its cursor."""

    def __init__(
        self,
        *,
        before: str = "",
        program: str = "gtk3-im:gedit",
        tells: bool = True,
        late: int = 0,
        sentence: bool = False,
        settings: Settings | None = None,
        words: Mapping[str, float] = WORDS,
    ) -> None:
        self.before, self.after = before, ""
        self.tells, self.late, self.sentence = tells, late, sentence
        self.program = program
        self.keyboard = Guessing(words)
        self.found = self.keyboard.asked
        self.settings = settings or LEARN
        self.is_paused = False
        self.listed: list[str] = []
        self.selected = 0
        self.drawn = 0  # number of drawn lists
        self.key_shown = ""
        self.wanted: str | None = None
        self.asked = ""  # the last text for which words were found
        self.learned: list[str] = []
        self.past: list[str] = [before]
        self.now = 0.0
        self.field = Field(self, self.settings, clock=lambda: self.now)
        self.field.focus_in(program)
        self.tell()

    @property
    def known(self) -> str:
        return self.field.text

    # calls that a field makes

    def commit(self, text: str) -> None:
        self.before += text

    def delete(self, length: int) -> None:
        self.before = self.before[: len(self.before) - length]

    def show(self, choices: tuple[str, ...], selected: int, key: str) -> None:
        self.listed, self.selected, self.key_shown = list(choices), selected, key
        self.drawn += 1

    def ask(self, before: str | None) -> None:
        self.wanted = before

    def learn(self, line: str) -> None:
        self.learned.append(line)

    def ask_surrounding(self) -> None:
        pass

    def pause(self) -> None:
        self.is_paused = not self.is_paused

    # actions of the person and the application

    def tell(self) -> None:
        """The application reports its text of `late` keys ago, or of that only the sentence without its last space."""
        if self.tells:
            before = self.past[max(0, len(self.past) - 1 - self.late)]
            after = self.after
            if self.sentence:
                before, after = before.rpartition("\n")[2].rstrip(" ").rpartition(". ")[2], after.rstrip(" ")
            self.field.surrounding(before + after, len(before), len(before))

    def find(self) -> None:
        if self.wanted is not None:
            self.asked, self.wanted = self.wanted, None
            limit, confidence = self.settings.choices, self.settings.confidence
            options: dict[str, Any] = {"limit": limit, "letters": self.settings.letters}
            self.field.give(offer_after(self.keyboard, self.asked, confidence=confidence, **options))

    def press(self, keysym: int, state: int = 0) -> bool:
        """Press a key; if the application receives it, it reacts as applications do."""
        self.tell()  # as GTK does
        ended = self.field.key(keysym, state)
        assert not self.field.key(keysym, state | RELEASE)
        if not ended and not state & (CONTROL | ALT):
            if keysym == BACKSPACE:
                self.before = self.before[:-1]
            elif keysym == ENTER:
                self.before += "\n"
            elif keysym == RIGHT:
                self.before, self.after = self.before + self.after[:1], self.after[1:]
            elif keysym == LEFT and self.before:
                self.before, self.after = self.before[:-1], self.before[-1] + self.after
            elif keysym < 0x100 or keysym >= UNICODE:
                self.before += chr(keysym % UNICODE)
        self.past.append(self.before)
        self.find()
        return ended

    def passes(self, *key: int) -> None:
        assert not self.press(*key)

    def alone(self, character: str) -> None:
        """A key before the application reports its text, and before words are found for the new text."""
        self.field.key(ord(character), 0)

    def told(self, text: str, cursor: int | None = None, anchor: int | None = None) -> None:
        """The application reports this text, even if it holds another text."""
        at = len(text) if cursor is None else cursor
        self.field.surrounding(text, at, at if anchor is None else anchor)

    def click(self, before: str, after: str = "") -> None:
        """A click, a paste or an undo: the text changes, and the field gets no message."""
        self.before, self.after = before, after
        self.past.append(before)

    def fall_silent(self) -> None:
        self.tells = False

    def come_back(self) -> None:
        self.field.focus_out()
        self.field.focus_in(self.program)
        self.tell()

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def play(self, *steps: Step) -> None:
        """Type texts, press keys, check lists, compare dicts with attributes, call methods (also of the field)."""
        for step in steps:
            match step:
                case str():
                    for character in step:
                        ended = self.press(keysym_of(character))
                        assert not ended or self.before.endswith(character)  # with a waiting space
                case int():
                    self.press(step)
                case list():
                    assert self.listed == step
                case (str(name), *arguments):
                    getattr(self if hasattr(self, name) else self.field, name)(*arguments)
                case tuple():
                    self.press(*step)
                case Mapping():
                    assert {name: getattr(self, name) for name in step} == step


KINDS: dict[str, dict[str, Any]] = {
    "gtk": {},
    "chromium": {"tells": False},
    "firefox": {"late": 1},
    "libreoffice": {"sentence": True, "program": LIBREOFFICE},
    "libreoffice in GNOME": {"sentence": True, "program": GNOME},
}
"""Each kind of application: it reports its text, reports nothing, reports it one key late, or only the sentence."""

EVERYWHERE: dict[str, tuple[Sequence[Step], str]] = {
    "letters pass, and Tab takes the first word": (["See you tom", BOTH, TAB], "See you tomorrow"),
    "the space behind a word comes with the next letter, and not before a sign": (
        ["See you tom", TAB, "at toma", TAB, ", tom", TAB, " again"],
        "See you tomorrow at tomato, tomorrow again",
    ),
    "Backspace takes a letter back": (["See you tomx", BACKSPACE, BOTH, TAB], "See you tomorrow"),
    "Enter, space and digits take nothing": (["tom\ntom tom1"], "tom\ntom tom1"),
    "dead keys make a letter": (["caf", DEAD_ACUTE, E, " tom", BOTH, {"asked": "café tom"}], "café tom"),
    "whole typed lines are learned, and nothing else": (
        [
            *("See you tom", TAB, "at noon\nyes\n", ("click", "a long text that was pasted from somewhere")),
            *(" ok\n", "half of a line", ("focus_out",), {"learned": ["See you tomorrow at noon"]}),
        ],
        "a long text that was pasted from somewhere ok\nhalf of a line",
    ),
}


@pytest.mark.parametrize("application", KINDS)
@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_input_method_works_in_each_kind_of_application(name: str, application: str) -> None:
    steps, text = EVERYWHERE[name]
    it = Application(**KINDS[application])
    it.play(*steps)
    assert it.before == text


Play = tuple[Sequence[Step], str | None, dict[str, Any]]


def play(*steps: Step, text: str | None = None, **options: Any) -> Play:
    """The steps, the final text before the cursor, and the options of the application."""
    return steps, text, options


TAKING: dict[str, Play] = {
    "a taken word takes its list away, and the next words come": play(
        "see tom", ("key", TAB, 0), [], ("find",), ["tomorrow", "tomato", "the"]
    ),
    # Between them, a busy Qt would insert them the other way round.
    "the waiting space and its letter are inserted together": play(
        "See you tom", TAB, ("key", A, 0), ("passes", ord("t")), text="See you tomorrow at"
    ),
    "Delete takes the list away": play("tom", BOTH, ("passes", DELETE), []),
    "no key is shown for another key": play("tom", {"key_shown": ""}, settings=ACCEPT),
    "Shift+Tab walks": play("tom", {"key_shown": "⇥"}, BACK_TAB, {"selected": 1}, TAB, text="tomato"),
    "also in a field of several lines": play("see ", BACK_TAB, TAB, text="\nsee tomato", before="\n"),
    "else it goes to another field where no word is begun": play("see ", ("passes", *BACK_TAB)),
    "Escape closes the list until the next word, and without a list it is the application's": play(
        "to", ESCAPE, [], "m", [], " tom", BOTH, ESCAPE, ("passes", ESCAPE)
    ),
    "Tab is the form's where no word is begun": play(
        "see ", ["tomorrow"], {"key_shown": "→"}, ("passes", TAB), text="see ", words=ONE
    ),
    "the arrow takes there": play("see ", RIGHT, text="see tomorrow", words=ONE),
    "Tab takes in a field of several lines": play(
        "see ", TAB, text="Dear Anna,\nsee tomorrow", before="Dear Anna,\n", words=ONE
    ),
    "even if a mail program sends only one paragraph, and its last space as a no-break space": play(
        *(("told", "Dear Anna,\n"), ("told", ""), "see ", ("told", "see\xa0"), TAB, "x"),
        text="see tomorrow x", tells=False, words=ONE,
    ),
    "or above one": play(("click", "see ", "\nbye"), "t", BACKSPACE, TAB, text="see tomorrow", words=ONE),
    "but not if only an end of line follows, as in a page": play(
        ("click", "see ", "\n"), "t", BACKSPACE, ("passes", TAB), words=ONE
    ),
    "Tab is the form's behind a whole word, for which the list holds rare ones": play(
        "Anna", ["Annabel"], {"key_shown": "→"}, ("passes", TAB), words={"Annabel": 0.02}
    ),
    "and takes if the list was walked": play(
        "Anna", (TAB, SHIFT), TAB, text="Annabel", words={"Annabel": 0.02}
    ),
    "the arrow moves where text follows": play(
        ("click", "", " is far"), "tom", BOTH, ("passes", RIGHT), text="tom "
    ),
    "before a letter only what is sure is shown": play(
        "see ", [], "t", ["tomorrow"], words={"tomorrow": 0.2}
    ),
    "nothing is offered inside a word": play(("click", "see to", "ol"), "m", [], ("click", "to", "-tom"), "m", []),
    "words are offered before a closing quotation mark": play(("click", "see 'to", "'"), "m", BOTH),
    "keys are the person's choice": play("tom", (0x20, CONTROL), text="tomorrow", settings=ACCEPT),
    "also where no word is begun": play(
        "see ", (0x20, CONTROL), " ", F8, (0x20, CONTROL), text="see tomorrow tomato", settings=ACCEPT
    ),
    "a lock and F5 change nothing": play("tom", ("passes", NUM_LOCK), ("passes", F5), BOTH),
    "a function key closes the list": play("tom", BOTH, 0xFFC6, [], settings=ACCEPT),
    "in a line from right to left, the left arrow takes": play("של", LEFT, text="שלום", words={"שלום": 0.9}),
    "which is shown": play("של ", {"key_shown": "←"}, words={"שלום": 0.9}),
    "a line that begins with a sign has the direction of its letters": play(
        '"see ', RIGHT, text='"see tomorrow', words=ONE
    ),
    "and the right arrow goes back": play("של", ("passes", RIGHT), text="של", words={"שלום": 0.9}),
    "and Tab is no key then": play("tom", ("passes", TAB), text="tom", settings=ACCEPT),
    "the pause key stops everything and starts it again": play(
        *("to", PAUSE, [], "m and so on\n", [], {"learned": []}, PAUSE, "tom", BOTH)
    ),
    # Chromium on X11 also gives Tab to the page if the engine inserts a single character.
    "a last letter comes with its space where nothing is told": play(
        "tom", TAB, text="tomb ", tells=False, words={"tomb": 0.9}
    ),
    "no space waits behind a word that has none": play("see ", RIGHT, "x", text="see 今天x", words={"今天": 0.9}),
    "a text without the deleted eyes of a face is late": play(
        "tom", TAB, ":", ("tell",), ("key", ord(")"), 0), ("told", "tomorrow"), {"known": "tomorrow :)"}
    ),
    "eyes before a selection make no face": play(
        "tom", TAB, ":", ("told", "tomb: x", 5, 7), ("fall_silent",), ("passes", ord(")")), words={"tomb": 0.9}
    ),
    "where it is told, its space waits": play("tom", TAB, text="tomb", words={"tomb": 0.9}),
    "and no space waits for a command": play("tom", TAB, ("passes", ord("c"), CONTROL), text="tomorrow"),
    "which is not written twice": play("tom", TAB, "is", text="tomb is", tells=False, words={"tomb": 0.9}),
}  # fmt: skip

FOLLOWING: dict[str, Play] = {
    # GTK 4 resets once at a click. Firefox resets at each key; a busy Firefox resets after the next key.
    "a click takes the list away, and a reset at a key does not": play(
        "the tom", ("wait", 0.3), ("reset",), ("reset",), BOTH, ("wait", 1), ("reset",), []
    ),
    # GTK resets at a click, and reports the new cursor position with the next key.
    "a click soon after a key is known where the text is told with each key": play(
        *("the tom", ("tell",), ("reset",), BOTH, ("wait", 0.3), ("reset",), []),
        *(("click", "the", " tom"), "m", {"known": "them"}),
    ),
    "a first letter keeps its list when Firefox resets before it tells anything": play(
        "t", ("reset",), ["tomorrow", "tomato", "the"], program=FIREFOX, tells=False
    ),
    "text that is told from its last line on is not all of it": play(
        "Dear Anna,\nsee you", ("told", "Anna,\nsee you"), {"known": "Dear Anna,\nsee you"}
    ),
    # It reported "S", ten keys later "S|e"; all letters typed since then were lost until the next key.
    "a busy Firefox that tells cursor and text of different keys is not believed": play(
        *("See you at 9", ("told", ""), ("reset",), ("told", "S", 0), ("reset",), ("told", "S"), ("reset",)),
        *(("told", "Se", 1), ("reset",), ("told", "Se"), ("reset",), " tom", ("told", "See you at 9 tom", 15), "o"),
        *({"known": "See you at 9 tomo"}, ["tomorrow"]),
        tells=False,
    ),
    # It reported "motnh <3 a|", then "month <3 a|", after "month| <3 any": the next letter gave "monthk".
    "the space of a taken word waits where a busy Firefox tells another cursor": play(
        *(("click", "to", " day"), ("tell",), "m", TAB, ("told", "tom day", 4), ("told", "tomb day", 6), "x"),
        text="tomb x", program=FIREFOX, words={"tomb": 0.9},
    ),
    "a click behind the end of the word is known where a text is told after the next key": play(
        *(("click", "t", " day"), ("tell",), ("fall_silent",), "o", ("told", "t day", 1)),
        *("m", ("told", "to day", 6), {"known": "to daym"}), program=FIREFOX,
    ),
    "a bracket that the application closes doubles no letter where the text is told late": play(
        *("se", ("told", "s"), "e (", ("told", "see ()", 5), {"known": "see ("}), program=FIREFOX, tells=False
    ),
    "a click takes the list and the waiting space away": play(
        *("see tom", BOTH, ("click", "so"), ("tell",), [], ("click", "see tom"), ("tell",), "o", BACKSPACE, TAB),
        *(("click", "see"), ("tell",), "m"), text="seem"
    ),
    "an application that tells another text, and late, loses no letter": play(
        *("to", ("told", "t"), "m", ("told", "X to"), "o", ("told", "X tom"), {"known": "X tomo"}),
        program=FIREFOX, tells=False,
    ),
    "an application that was late is not late for ever": play(
        *("to", ("told", "t"), "m", ("told", "X tom"), "o", ("told", "X tomo"), "r", ("told", "X tomor")),
        {"known": "X tomor"}, program=FIREFOX, tells=False,
    ),
    "a click into a word just taken is known": play(
        *("see tom", ("tell",), TAB, ("wait", 0.3), ("reset",), ("click", "see tom", "orrow"), ("tell",)),
        {"known": "see tom"},
    ),
    "a text that comes late after a reset loses no letter": play(
        "tom", ("wait", 1.1), ("reset",), ("told", "to"), {"known": "tom"}, program=FIREFOX, tells=False
    ),
    "a reset soon after a key keeps the list where any text was told late": play(
        *("to", ("told", "t"), "m", ("told", "tom"), ("wait", 0.3), ("reset",), BOTH), program=FIREFOX, tells=False
    ),
    "a field that is left has no list, and its text is forgotten": play(
        "tom", BOTH, ("focus_out",), [], {"known": ""}
    ),
    "a field that becomes another kind of text keeps its list, one of passwords does not": play(
        "tom", ("content_type", 0, 1), BOTH, {"known": "tom"}, ("content_type", PASSWORD, 0), []
    ),
    "a field that the application empties is no password": play("see you", ("click", ""), "tom", BOTH),
    "a program begins without the text of the one before": play(
        "the tom", ("focus_in", FIREFOX), {"known": ""}, tells=False
    ),
    "a cursor that goes back into the words just typed is noticed": play(
        *("to tom", ("wait", 2), ("told", "to tom", 2), "m", {"known": "tom"}, BOTH),
        *(("told", "tom is", 3), "o", ("passes", RIGHT)),
        tells=False,
    ),
    **{
        f"after a click the words are those for that place, told {late} late": play(
            *("hello there and then", ("click", "to", " there"), ("tell",), ("click", "to", " there"), ("tell",)),
            *("mo", ["tomorrow"], TAB),
            text="tomorrow", late=late,
        )
        for late in (0, 1)
    },
    "after an undo or a paste the application is believed": play(
        "to", ("passes", ord("v"), CONTROL), ("click", "pasted to"), "m", {"asked": "pasted tom"}
    ),
    "an arrow ends the word where nothing is told": play("to", LEFT, "m", [], tells=False),
    "and Escape does not": play("x", ("passes", ESCAPE), BACKSPACE, "tom", BOTH, tells=False),
    "the line after it is the person's own": play(
        "a", (ord("z"), CONTROL), " b\nWe met at noon\n", {"learned": ["We met at noon"]}, tells=False
    ),
    "after a command, an application that tells its text does so first": play(
        "to", ("fall_silent",), (ord("z"), CONTROL), " tom", []
    ),
    "but not after Enter": play("see you", ("fall_silent",), "\ntom", BOTH),
    "a new line is known where nothing is told": play(
        "tom", (ord("z"), CONTROL), ENTER, "tom", BOTH, ("key", ENTER, 0), [], tells=False
    ),
    "a line with a pasted part is not learned there": play(
        "a", (ord("v"), CONTROL), " and so it is\n", {"learned": []}, tells=False
    ),
    "a late list is not shown in a pause": play(PAUSE, ("tell",), ("give", FIRST), []),
    "nor in a field of passwords": play(("content_type", PASSWORD, 0), ("give", FIRST), []),
    "nor beside a selection": play(("told", "tom", 0, 3), ("give", FIRST), []),
    "Escape ends the search, too": play("tom", ("alone", "a"), ("key", ESCAPE, 0), {"wanted": None}),
    "Backspace ends the old words": play("tom", ("key", BACKSPACE, 0), ("key", TAB, 0), text="tom"),
    "a command ends the word where nothing is told": play(
        "to", (ord("z"), CONTROL), "tom", [], " tom", BOTH, tells=False
    ),
    # Chromium on X11: no words were shown before the next space.
    **{
        f"a new text begins when all is selected and nothing is told, {keys}": play(
            *(LEFT, SELECT_ALL), *keys, *(("click", ""), "tom", {"asked": "tom"}, BOTH),
            *(" is a cat\n", {"learned": ["tom is a cat"]}),
            before="old text", tells=False,
        )
        for keys in ([], [BACKSPACE], [DELETE])
    },
    "but not when an arrow follows": play(SELECT_ALL, RIGHT, "tom", [], before="old text", tells=False),
    # It reported "|Dear " after Ctrl+A, so the new text seemed to stand before a word.
    "words are offered for a new text where a busy Firefox tells a cursor and no selection": play(
        *(SELECT_ALL, ("fall_silent",), ("told", "Dear ", 0), ("click", ""), "tom", BOTH),
        before="Dear ", program=FIREFOX,
    ),
    "what stood behind the cursor and is gone in a late text is gone": play(
        *(("click", "to", "day"), ("tell",), ("fall_silent",), " tom", [], ("told", "to t"), "o", ["tomorrow"]),
        before="to", program=FIREFOX,
    ),
    # A text was deleted and typed again. A busy Firefox reported only "D" of it, and "ear" was lost.
    **{
        f"letters typed where the text was unknown are kept, told {said!r}": play(
            SELECT_ALL, *(("alone", each) for each in "Dear"), ("told", said), {"known": known}, before="other text"
        )
        for said, known in (("D", "Dear"), ("", "Dear"), ("My Dear", "My Dear"), ("My De", "My Dear"))
    },
    "a formula of a spreadsheet gets no words": play("=tom", [], "(the1:the2)\n", {"learned": []}),
    "but a heading does": play("= The tom", BOTH),
    "so do a smile and an arrow": play("=) the tom", BOTH, "\n=> the tom", BOTH),
    "a selection has no list, also where the text before it looks late": play(
        "see tom", BOTH, ("told", "see tom", 4, 7), [], program=FIREFOX, tells=False
    ),
    "a selection is deleted": play(
        ("told", "see you later", 13, 8), ("key", BACKSPACE, 0), {"known": "see you "}
    ),
    "a selection is replaced": play(("told", "see you later", 13, 8), ("alone", "t"), {"known": "see you t"}),
}  # fmt: skip

COMPOSING: dict[str, Play] = {
    "a composed letter comes behind the space that waits": play(
        "see you tom", TAB, DEAD_ACUTE, A, text="see you tomorrow á"
    ),
    "keys that make no letter are all typed": play(
        DEAD_ACUTE, ("passes", ord("q")), DEAD_ACUTE, ("passes", ENTER), text="'q'\n"
    ),
    "in passwords": play(("content_type", PASSWORD, 0), DEAD_ACUTE, E, {"known": ""}, text="é"),
    "and in the pause": play(PAUSE, DEAD_ACUTE, E, {"known": ""}, text="é"),
    "a command ends a letter that is not whole": play(DEAD_ACUTE, ("passes", E, CONTROL), "e", text="e"),
    "a composed letter has words, and none before it is whole": play(
        "tom", BOTH, DEAD_ACUTE, [], BACKSPACE, " ", DEAD_ACUTE, E, ["écrire"], words={**WORDS, "écrire": 0.9}
    ),
    "a letter that is not whole ends with its field": play(DEAD_ACUTE, ("come_back",), "e", text="e"),
    "Backspace gives up a letter that is not whole": play(
        DEAD_ACUTE, BACKSPACE, "e", text="abe", before="ab"
    ),
}

SECRET: dict[str, Play] = {
    **{
        f"a field of purpose {purpose} with hints {hints}": play(
            *(("content_type", purpose, hints), {"known": ""}, "the tom", TAB, "is my secret one\n"),
            *({"known": ""}, ("focus_out",), NOTHING),
            before="hunter2",
        )
        for purpose, hints in (
            *((each, 0) for each in (PASSWORD, PIN, TERMINAL, URL)),
            *((0, each) for each in (PRIVATE, PRIVATE | 1, HIDDEN)),
        )
    },
    **{
        program: play(
            *("these are three words tom\n", NOTHING),
            program=program, settings=Settings(leave_out=("keepassxc",), learn=True),
        )
        for program in ("gtk3-im:KeePassXC", "kitty", "gtk3-im:gvim", "xim", "gtk4-im:org.keepassxc.KeePassXC")
    },
    "a password that is told masked": play("the tom", NOTHING, before="●●●", program=QT_ON_X11),
    "also after its first letters": play("tom", BOTH, ("told", "●●●"), [], {"known": ""}),
    "typed stars are no mask": play("* see you tom", BOTH, "\n* tom", BOTH, TAB, text="* see you tom\n* tomorrow"),
    # Qt on X11 has one field for a whole window, and does not report its purpose.
    "Qt on X11 before the first space": play("tom", NOTHING, " tom", BOTH, program=QT_ON_X11),
    "nor in Konsole, which does not report its text": play(
        "cd notes tom", NOTHING, program=QT_ON_X11, tells=False
    ),
    "nor in its panel below a text": play(
        ("told", "The first"), " tom", BOTH, ("told", ""), "cd notes tom", [], program=QT_ON_X11, tells=False
    ),
    "a passphrase there": play(
        *("correct horse battery staple\n", "correct horse battery staple.", ("focus_out",), {"learned": []}),
        program=QT_ON_X11,
    ),
    "a passphrase in KDE": play("correct horse battery staple\n", {"learned": []}, program=KDE),
    "the first word of a field in KDE": play("tom", NOTHING, " tom", BOTH, program=KDE),
    # Emacs reports neither text nor purpose.
    "a passphrase in Emacs in GNOME": play(
        "correct horse battery staple tom", NOTHING, "\n", {"learned": []}, program=GNOME, tells=False
    ),
    "nor in Konsole in KDE": play("cd notes tom", NOTHING, program=KDE, tells=False),
    "without the person's consent": play("see you tom", TAB, "then\n", {"learned": []}, settings=Settings()),
    "text that was not typed here": play(
        *("What I write here is mine", ("click", "correct horse battery staple."), ("tell",)),
        *(("focus_out",), {"learned": []}),
    ),
}  # fmt: skip

ALL = {**TAKING, **FOLLOWING, **COMPOSING, **SECRET}


@pytest.mark.parametrize("name", ALL)
def test_each_case_gives_the_expected_list_and_text(name: str) -> None:
    steps, text, options = ALL[name]
    it = Application(**options)
    it.play(*steps)
    assert text is None or it.before == text


def test_an_outdated_list_stays_until_a_new_list_or_a_timeout() -> None:
    it = Application()
    it.play("tom", ("alone", "x"), BOTH)  # a change would flicker
    it.field.late("to")
    it.play(BOTH)  # "to" is another text
    assert not it.field.key(TAB, 0), "though no word of it is taken"
    it = Application()
    it.play("tom", ("alone", "a"))
    it.field.late("toma")
    assert it.listed == ["tomato"]


def test_an_unchanged_list_is_drawn_once() -> None:
    it = Application(words=ONE)
    it.play("to")
    drawn = it.drawn
    it.play("morr")
    assert it.drawn == drawn


def test_a_late_list_is_not_shown_for_another_text() -> None:
    it = Application()
    it.play("to")
    offer = offer_after(it.keyboard, "to", limit=3, confidence=0.3)
    it.play(("alone", "x"))
    it.field.give(offer)
    it.field.late("tox")
    assert it.listed == []
    it = Application()
    it.play("to", ESCAPE, ("give", offer), [])  # Escape has closed the list of this word


def test_fast_typing_into_a_late_application_doubles_no_letter() -> None:
    """When the field believed Firefox's late text, it had "See you ttmy"."""
    it = Application(late=1)
    for character in "See you tom":
        it.field.key(ord(character), 0)
        it.before += character
        it.past.append(it.before)
        it.tell()
        assert it.field.text == it.before
    it.find()
    it.play(TAB)
    assert it.before == "See you tomorrow"


@pytest.mark.parametrize("program", [FIREFOX, GNOME, KDE])
@pytest.mark.parametrize("tells", [True, False])
def test_a_correction_is_offered_only_if_the_typed_letters_can_be_deleted(tells: bool, program: str) -> None:
    deletes = tells and program != KDE
    it = Application(tells=tells, program=program)
    it.play("I tdo")
    offer = offer_after(it.keyboard, "I tdo", limit=3, confidence=0.3, letters=1)
    it.field.give(type(offer).of("I tdo", [guess("today", 3)], confidence=0.3))
    it.play(["today"] if deletes else [], TAB)
    assert (it.before, it.known) == (("I today", "I today ") if deletes else ("I tdo", ""))


FACES: dict[str, Sequence[Step]] = {
    " :) and": [":) and"],
    " :-) ;-(": [":-) ;-("],
    " :D": [":", ("wait", 2), ("reset",), "D"],
    ": yes;x:30": [": yes;x:30"],
    ":))": [":", BACKSPACE, ":))"],
    ":\n)": [":\n)"],
}
"""The text after a taken word, and its keys."""


@pytest.mark.parametrize("program", [*KINDS, "kde"])
@pytest.mark.parametrize("text", FACES)
def test_the_space_of_a_taken_word_stays_before_a_face_if_the_application_deletes_and_is_not_late(
    text: str, program: str
) -> None:
    it = Application(**KINDS.get(program, {"program": KDE}))
    it.play("See you tom", TAB, *FACES[text])
    stays = program not in ("chromium", "firefox", "kde")
    assert it.before == it.known == "See you tomorrow" + (text if stays else text.removeprefix(" "))


OWN = "Please log in with the new word at the old place: "

PASTED: dict[str, tuple[Sequence[Step], list[str]]] = {
    "a line with pasted text is not learned": (
        [(ord("v"), CONTROL), ("click", f"{OWN}Falkenhof99"), " ok\n"], []
    ),
    "nor after a letter of that is selected and replaced": (
        [("told", f"{OWN}Falkenhof9", 60, 59), ("click", f"{OWN}Falkenhof"), "8\n"], []
    ),
    "nor if it was pasted behind the cursor": ([("click", OWN, "Falkenhof99"), ("tell",), "\n"], []),
    "nor if it was there, and Enter moved it into a new line": (
        [("click", "", "Somebody else wrote this"), ("tell",), "\n\nNot I: \n"], []
    ),
    "nor if Backspace has joined it with the new line": (
        [("click", "Somebody else wrote this"), ("tell",), "\n", BACKSPACE, " and not I\n"], []
    ),
    "nor if a part was typed while Foreword was off": ([PAUSE, "Falkenhof99", PAUSE, " ok\n"], []),
    "nor if all was typed then, and is told later": (
        ["\n", PAUSE, ("fall_silent",), "it is Falkenhof99", PAUSE, ("told", "it is Falkenhof99"), "\n"], [OWN.strip()]
    ),
    "but it is after all of that is deleted": (
        [("click", "Falkenhof99"), ("tell",), *[BACKSPACE] * 11, "See you at tom", TAB, "\n"],
        ["See you at tomorrow"],
    ),
    "a line that the application mends is learned": (
        [("click", OWN.replace("place", "palace")), "ok\n"], ["Please log in with the new word at the old palace: ok"]
    ),
    "also twice": (
        [("click", OWN.replace(": ", "se: ")), ("tell",), ("click", OWN.replace(": ", "sete: ")), "ok\n"],
        ["Please log in with the new word at the old placesete: ok"],
    ),
    "and one in which a part is selected for a moment": (
        [("told", OWN, 6, 0), ("told", OWN), "ok\n"], [f"{OWN}ok"]
    ),
    "and one in which the person takes a letter back": (["x", BACKSPACE, "ok\n"], [f"{OWN}ok"]),
    "and one that the person mends": (
        [*[LEFT] * 4, "r", *[RIGHT] * 4, "ok\n"], ["Please log in with the new word at the old plarce: ok"]
    ),
    # GTK 4 on Wayland reports no text after End.
    "also if a letter comes before the text": (
        [LEFT, LEFT, ("key", END, 0), ("alone", "o"), ("click", f"{OWN}o"), ("tell",), "k\n"], [f"{OWN}ok"]
    ),
}  # fmt: skip


CHANGED = "I changed my password."
AWAY: Step = ("come_back",)

GROWN: dict[str, tuple[Sequence[Step], list[str]]] = {
    "a sentence is learned once": (
        ["We met at noon.", AWAY, " It was very cold\n"], ["We met at noon.", "It was very cold"]
    ),
    "a deleted sentence is not learned": (
        ["We met at noon. It was very cold", ("click", "It was very cold"), " today\n"], ["It was very cold today"]
    ),
    "with the full stop of any script": (["घर जा रहा हूँ।", AWAY], ["घर जा रहा हूँ।"]),
    "a password is learned with the sentence before it, else it would not be taken out": (
        [CHANGED, AWAY, " It is Falkenhof99 now.", ("focus_out",)], [CHANGED, f"{CHANGED} It is Falkenhof99 now."]
    ),
    "also if Enter was pressed too early": (
        ["We met at noon\n", BACKSPACE, ". It was very cold\n"], ["We met at noon", "It was very cold"]
    ),
    "or twice": (
        ["We met at noon\n\n", BACKSPACE, BACKSPACE, " and slept\n"], ["We met at noon", "We met at noon and slept"]
    ),
    "or in the middle": (
        ["We met at noon and slept", *[LEFT] * 9, "\n", *[RIGHT] * 9, " very well\n"],
        ["We met at noon and slept", "and slept very well"],
    ),
    "also if Backspace moves the line up": (
        ["We met at noon\n\nI slept well", ("click", "We met at noon\n\n", "I slept well"), BACKSPACE, "\n"],
        ["We met at noon", "I slept well"],
    ),
    "and with the line before it": (
        [CHANGED, "\nIt is Falkenhof99 now\n"], [CHANGED, f"{CHANGED}\nIt is Falkenhof99 now"]
    ),
    "even if that line is too short to be learned": (
        ["Wifi password:\nIt is Falkenhof99 now\n"], ["Wifi password:\nIt is Falkenhof99 now"]
    ),
    "without a sentence that is gone before the field reports it": (
        ["I am here. ", ("tell",), ("alone", "T"), ("click", "T"), ("tell",), "hen we left\n"], ["Then we left"]
    ),
    "a line that begins like the last one has whole words": (
        ["I really love the\nI really love theatre and music\n"],
        ["I really love the", "I really love theatre and music"],
    ),
}  # fmt: skip


LINES = {**{name: ([OWN, *steps], learned) for name, (steps, learned) in PASTED.items()}, **GROWN}


@pytest.mark.parametrize("program", ["gtk3-im:gedit", GNOME])
@pytest.mark.parametrize("name", LINES)
def test_the_input_method_learns_new_sentences_and_no_line_with_pasted_text(name: str, program: str) -> None:
    steps, learned = LINES[name]
    it = Application(program=program)
    it.play(*steps)
    assert it.learned == learned


SENTENCES: dict[str, tuple[Sequence[Step], str]] = {
    "a password with the sentence before it": ([CHANGED, " It is Falkenhof99 now"], f"{CHANGED} It is Falkenhof99 now"),
    "one that the application mends": (
        ["I am here. They recieve ", ("click", "I am here. They receive "), "it. then ",
         ("click", "I am here. They receive it. Then "), "we see tom", TAB],
        "I am here. They receive it. Then we see tomorrow",
    ),
    "one behind a space that was not sent": (
        ["I am here. ", (RIGHT, CONTROL), "Then we left"], "I am here. Then we left"
    ),
    "one with the cursor before its full stop": (["I am here. Then we left. ", LEFT, LEFT], "I am here. Then we left."),
    "one to which the cursor returns": (
        [CHANGED, " It is Falkenhof99", LEFT, LEFT, RIGHT, RIGHT, " now"], f"{CHANGED} It is Falkenhof99 now"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", [LIBREOFFICE, GNOME])
@pytest.mark.parametrize("name", SENTENCES)
def test_a_line_is_learned_whole_if_only_its_last_sentence_is_sent(name: str, program: str) -> None:
    steps, line = SENTENCES[name]
    it = Application(program=program, sentence=True)
    it.play(*steps, "\n", {"learned": [line]})
