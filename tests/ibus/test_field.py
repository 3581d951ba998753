"""Each way in which applications mislead an input method, and what a person sees of it: nothing."""

from collections.abc import Mapping

import pytest

from foreword.ibus.field import PRIVATE, Field
from foreword.ibus.keys import ALT, CONTROL, RELEASE, SHIFT
from foreword.keyboard.offers import find
from foreword.settings import Keys, Settings
from guessing import Guessing

WORDS = {"tomorrow": 0.6, "tomato": 0.4, "the": 0.4, "today": 0.1}
TAB, ESCAPE, ENTER, BACKSPACE, LEFT, RIGHT, DELETE = 0xFF09, 0xFF1B, 0xFF0D, 0xFF08, 0xFF51, 0xFF53, 0xFFFF
DEAD_ACUTE = 0xFE51
PASSWORD, PIN, URL, TERMINAL = 8, 9, 5, 10


class Application:
    """A program with one text field, and the list of words below its cursor."""

    def __init__(
        self,
        text: str = "",
        *,
        program: str = "gtk3-im:gedit",
        tells: bool = True,
        late: int = 0,
        settings: Settings | None = None,
        words: Mapping[str, float] = WORDS,
    ) -> None:
        self.before, self.after = text, ""
        self.tells, self.late = tells, late
        self.keyboard = Guessing(words)
        self.settings = settings or Settings()
        self.is_paused = False
        self.listed: list[str] = []
        self.selected = 0
        self.drawn = 0  # lists
        self.key_shown = ""
        self.wanted: str | None = None
        self.asked = ""  # the text that words were found for last
        self.learned: list[str] = []
        self.past: list[str] = [text]
        self.now = 0.0
        self.field = Field(self, self.settings, clock=lambda: self.now)
        self.field.focus_in(program)
        self.tell()

    # what a field asks for

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

    # what a person and the application do

    def tell(self) -> None:
        """The application tells its text, as it was `late` keys ago."""
        if self.tells:
            before = self.past[max(0, len(self.past) - 1 - self.late)]
            self.field.surrounding(before + self.after, len(before), len(before))

    def find(self) -> None:
        if self.wanted is not None:
            self.asked = self.wanted
            settings = self.settings
            offer = find(
                self.keyboard,
                self.wanted,
                limit=settings.choices,
                confidence=settings.confidence,
                letters=settings.letters,
            )
            self.wanted = None
            self.field.give(offer)

    def press(self, keysym: int, state: int = 0) -> bool:
        """A key; the application does with it what applications do, if it gets it."""
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
            elif keysym < 0x100:
                self.before += chr(keysym)
        self.past.append(self.before)
        self.find()
        return ended

    def type(self, text: str) -> None:
        for character in text:
            assert not self.press(ENTER if character == "\n" else ord(character))

    def set(self, before: str, after: str = "") -> None:
        """A click, a paste or an undo: the text is another one, and the field gets no word of it."""
        self.before, self.after = before, after
        self.past.append(before)


@pytest.fixture(params=["gtk", "chromium", "firefox"])
def application(request: pytest.FixtureRequest) -> Application:
    """Each kind of application: tells its text, tells nothing, tells it one key late."""
    return Application(tells=request.param != "chromium", late=1 if request.param == "firefox" else 0)


def test_letters_pass_and_tab_takes_the_first_word(application: Application) -> None:
    application.type("See you tom")
    assert application.listed == ["tomorrow", "tomato"]
    assert application.press(TAB)
    assert application.before == "See you tomorrow"


def test_the_space_behind_a_word_comes_with_the_next_letter_and_not_before_a_sign(
    application: Application,
) -> None:
    application.type("See you tom")
    application.press(TAB)
    application.type("at toma")
    assert application.before == "See you tomorrow at toma"
    application.press(TAB)
    application.type(", tom")
    application.press(TAB)
    application.type(" again")
    assert application.before == "See you tomorrow at tomato, tomorrow again"


def test_shift_tab_walks_and_tab_takes_what_is_selected() -> None:
    application = Application()
    application.type("tom")
    assert application.press(0xFE20, SHIFT)
    assert application.selected == 1
    assert application.press(TAB)
    assert application.before == "tomato"


def test_escape_sends_the_list_away_until_the_next_word() -> None:
    application = Application()
    application.type("to")
    assert application.press(ESCAPE)
    assert application.listed == []
    application.type("m")
    assert application.listed == []
    application.type(" tom")
    assert application.listed == ["tomorrow", "tomato"]
    application.press(ESCAPE)
    assert not application.press(ESCAPE), "without a list, Escape is the application's"


def test_enter_and_space_and_digits_take_nothing(application: Application) -> None:
    application.type("tom\ntom tom1")
    assert application.before == "tom\ntom tom1"


def test_tab_belongs_to_the_form_where_no_word_is_begun() -> None:
    application = Application(words={"tomorrow": 0.9})
    application.type("see ")
    assert application.listed == ["tomorrow"]
    assert application.key_shown == "→"
    assert not application.press(TAB)
    application = Application(words={"tomorrow": 0.9})
    application.type("see ")
    assert application.press(RIGHT)
    assert application.before == "see tomorrow"


def test_tab_takes_where_the_field_has_several_lines() -> None:
    application = Application("Dear Anna,\n", words={"tomorrow": 0.9})
    application.type("see ")
    assert application.press(TAB)
    assert application.before == "Dear Anna,\nsee tomorrow"


def test_tab_belongs_to_the_form_behind_a_whole_word() -> None:
    """For "Anna" the list may hold "Annabel"; nobody who goes on to the next field wants that."""
    application = Application(words={"Annabel": 0.02})
    application.type("Anna")
    assert application.listed == ["Annabel"]
    assert application.key_shown == "→"
    assert not application.press(TAB)
    application = Application(words={"Annabel": 0.02})
    application.type("Anna")
    assert application.press(TAB, SHIFT), "who walks the list wants it"
    assert application.press(TAB)
    assert application.before == "Annabel"


def test_a_click_takes_the_list_away_and_a_reset_at_a_key_does_not() -> None:
    """GTK 4 resets once at a click. Firefox does at each key, a busy one after the next key."""
    application = Application()
    application.type("the tom")
    application.now += 0.3
    application.field.reset()
    application.field.reset()
    assert application.listed == ["tomorrow", "tomato"]
    application.now += 1
    application.field.reset()
    assert application.listed == []


def test_a_click_soon_after_a_key_is_known_where_the_text_is_told_with_each_key() -> None:
    """GTK resets at a click, and tells where the cursor is now when the next key comes."""
    application = Application()
    application.type("the tom")
    application.tell()
    application.field.reset()
    assert application.listed == ["tomorrow", "tomato"], "it belongs to the key"
    application.now += 0.3
    application.field.reset()
    assert application.listed == []
    application.set("the", " tom")
    application.type("m")
    assert application.field.text == "them"


def test_a_first_letter_keeps_its_list_when_firefox_resets_before_it_tells_anything() -> None:
    application = Application(program="gtk3-im:firefox-esr", tells=False)
    application.type("t")
    application.field.reset()
    assert application.listed


def test_the_right_arrow_moves_where_text_follows() -> None:
    application = Application()
    application.set("", " is far")
    application.type("tom")
    assert application.listed
    assert not application.press(RIGHT)


def test_before_a_letter_only_what_is_sure_is_shown() -> None:
    application = Application(words={"tomorrow": 0.2})
    application.type("see ")
    assert application.listed == []
    application.type("t")
    assert application.listed == ["tomorrow"]


def test_a_list_that_no_longer_fits_goes_with_the_new_one_or_when_that_takes_long() -> None:
    application = Application()
    application.type("tom")
    application.field.key(ord("x"), 0)
    assert application.listed, "it would flicker"
    application.field.late("to")
    assert application.listed, "that was another text"
    assert not application.field.key(TAB, 0), "though no word of it is taken"
    application = Application()
    application.type("tom")
    application.field.key(ord("a"), 0)
    application.field.late("toma")
    assert application.listed == ["tomato"]


def test_a_list_that_stays_is_drawn_once() -> None:
    application = Application(words={"tomorrow": 0.9})
    application.type("to")
    drawn = application.drawn
    application.type("morr")
    assert application.drawn == drawn


def test_nothing_is_offered_inside_a_word() -> None:
    application = Application()
    application.set("see to", "ol")
    application.type("m")
    assert application.listed == []


@pytest.mark.parametrize(
    ("told", "text"), [("D", "Dear"), ("", "Dear"), ("My Dear", "My Dear"), ("My De", "My Dear")]
)
def test_letters_typed_where_the_text_was_unknown_are_kept(told: str, text: str) -> None:
    """A busy Firefox told "D" of a text that was deleted and begun anew, and "ear" was gone."""
    application = Application("other text")
    application.press(ord("a"), CONTROL)
    for character in "Dear":
        application.field.key(ord(character), 0)
    application.field.surrounding(told, len(told), len(told))
    assert application.field.text == text


def test_text_that_is_told_from_its_last_line_on_is_not_all_of_it() -> None:
    application = Application()
    application.type("Dear Anna,\nsee you")
    application.field.surrounding("Anna,\nsee you", 13, 13)
    assert application.field.text == "Dear Anna,\nsee you"


def test_fast_typing_before_the_application_tells_anything_is_not_doubled() -> None:
    """Believing Firefox's late text gave "See you ttmy"."""
    application = Application(late=1)
    for character in "See you tom":
        application.field.key(ord(character), 0)
        application.before += character
        application.past.append(application.before)
        application.tell()
        assert application.field.text == application.before
    application.find()
    application.press(TAB)
    assert application.before == "See you tomorrow"


def test_a_busy_firefox_that_tells_cursor_and_text_of_different_keys_is_not_believed() -> None:
    """It told "S", ten keys later "S|e", and all that was typed since was gone until the next key."""
    application = Application(tells=False)
    application.type("See you at 9")
    for text, cursor in (("", 0), ("S", 0), ("S", 1), ("Se", 1), ("Se", 2)):
        application.field.surrounding(text, cursor, cursor)
        application.field.reset()
    application.type(" tom")
    application.field.surrounding("See you at 9 tom", 15, 15)
    application.type("o")
    assert application.field.text == "See you at 9 tomo"
    assert application.listed == ["tomorrow"]


def test_a_cursor_that_goes_back_into_the_words_just_typed_is_noticed() -> None:
    application = Application(tells=False)
    application.type("to tom")
    application.now += 2
    application.field.surrounding("to tom", 2, 2)
    application.type("m")
    assert application.field.text == "tom"
    assert application.listed == ["tomorrow", "tomato"]
    application.field.surrounding("tom is", 3, 3)
    application.type("o")
    assert not application.press(RIGHT), "text follows"


@pytest.mark.parametrize("late", [0, 1])
def test_after_a_click_elsewhere_the_words_are_those_for_that_place(late: int) -> None:
    application = Application(late=late)
    application.type("hello there and then")
    application.set("to", " there")
    application.tell()
    application.set("to", " there")
    application.tell()
    application.type("m")
    application.type("o")
    assert application.listed == ["tomorrow"]
    application.press(TAB)
    assert application.before + application.after == "tomorrow there"


def test_after_an_undo_or_a_paste_the_application_is_believed() -> None:
    application = Application()
    application.type("to")
    assert not application.press(ord("v"), CONTROL)
    application.set("pasted to")
    application.type("m")
    assert application.asked == "pasted tom"


def test_where_nothing_is_told_a_command_ends_the_word() -> None:
    application = Application(tells=False)
    application.type("to")
    application.press(ord("z"), CONTROL)
    application.type("tom")
    assert application.listed == []
    application.type(" tom")
    assert application.listed == ["tomorrow", "tomato"]


@pytest.mark.parametrize("more", [[], [BACKSPACE], [DELETE]])
def test_where_nothing_is_told_a_new_text_begins_when_all_is_selected(more: list[int]) -> None:
    """Chromium on X11: nothing was offered before the next space."""
    application = Application("old text", tells=False, settings=Settings(learn=True))
    application.press(LEFT)
    application.press(ord("a"), CONTROL)
    for key in more:
        application.press(key)
    application.set("")
    application.type("tom")
    assert application.asked == "tom"
    assert application.listed == ["tomorrow", "tomato"]
    application.type(" is a cat\n")
    assert application.learned == ["tom is a cat"]


def test_a_busy_firefox_that_tells_a_cursor_and_no_selection_offers_words_for_the_new_text() -> None:
    """It told "|Dear " after Ctrl+A. Nothing was offered for what was typed over it, as if it stood before a word."""
    application = Application("Dear ", program="gtk3-im:firefox-esr")
    application.press(ord("a"), CONTROL)
    application.tells = False
    application.field.surrounding("Dear ", 0, 0)
    application.set("")
    application.type("tom")
    assert application.listed == ["tomorrow", "tomato"]


def test_what_stood_behind_the_cursor_and_is_gone_in_a_late_text_is_gone() -> None:
    application = Application("to", program="gtk3-im:firefox-esr")
    application.set("to", "day")
    application.tell()
    application.tells = False
    application.type(" tom")
    assert application.listed == []
    application.field.surrounding("to t", 4, 4)
    application.type("o")
    assert application.listed == ["tomorrow"]


def test_where_nothing_is_told_an_arrow_after_select_all_ends_the_word() -> None:
    application = Application("old text", tells=False)
    application.press(ord("a"), CONTROL)
    application.press(RIGHT)
    application.type("tom")
    assert application.listed == []


def test_dead_keys_make_a_letter(application: Application) -> None:
    """GTK 3, Qt, Firefox and Chromium leave that to the engine."""
    application.type("caf")
    assert application.press(DEAD_ACUTE)
    assert application.press(ord("e"))
    assert application.before == "café"
    application.type(" tom")
    assert application.listed == ["tomorrow", "tomato"]
    assert application.asked == "café tom"


def test_a_composed_letter_comes_behind_the_space_that_waits() -> None:
    application = Application()
    application.type("see you tom")
    application.press(TAB)
    application.press(DEAD_ACUTE)
    application.press(ord("a"))
    assert application.before == "see you tomorrow á"


def test_keys_that_make_no_letter_are_all_typed() -> None:
    application = Application()
    application.press(DEAD_ACUTE)
    assert not application.press(ord("q"))
    application.press(DEAD_ACUTE)
    assert not application.press(ENTER)
    assert application.before == "'q'\n"


def test_letters_are_composed_in_passwords_and_in_the_pause() -> None:
    application = Application()
    application.field.content_type(PASSWORD, 0)
    application.press(DEAD_ACUTE)
    application.press(ord("e"))
    assert (application.before, application.field.text) == ("é", "")
    application = Application()
    application.press(0x20, CONTROL | SHIFT)
    application.press(DEAD_ACUTE)
    application.press(ord("e"))
    assert application.before == "é"


def test_backspace_gives_up_a_letter_that_is_not_whole() -> None:
    application = Application("ab")
    application.press(DEAD_ACUTE)
    assert application.press(BACKSPACE)
    application.type("e")
    assert application.before == "abe"


def test_a_selection_is_replaced() -> None:
    application = Application()
    application.field.surrounding("see you later", 13, 8)
    application.field.key(ord("t"), 0)
    assert application.field.text == "see you t"


def test_a_correction_is_offered_only_where_the_typed_letters_can_be_deleted() -> None:
    for tells in (True, False):
        application = Application(tells=tells)
        application.type("tdo")
        offer = find(application.keyboard, "tdo", limit=3, confidence=0.3, letters=1)
        typo = find(Guessing({"tdoday": 1}), "tdo", limit=1, confidence=0.3)
        choice = typo.choices[0].suggestion
        fixed = type(choice)(text="today", replace=3, insert="today ", probability=0.5, correction=True)
        application.field.give(type(offer).of("tdo", [fixed], confidence=0.3))
        assert application.listed == (["today"] if tells else [])
        if tells:
            application.press(TAB)
            assert application.before == "today"


@pytest.mark.parametrize(
    ("purpose", "hints"), [(PASSWORD, 0), (PIN, 0), (TERMINAL, 0), (URL, 0), (0, PRIVATE), (0, PRIVATE | 1)]
)
def test_fields_for_secrets_are_refused(purpose: int, hints: int) -> None:
    application = Application("hunter2", settings=Settings(learn=True))
    application.field.content_type(purpose, hints)
    assert application.field.text == "", "what was told before is forgotten"
    application.type("the tom")
    application.press(TAB)
    application.type("is my secret one\n")
    application.field.focus_out()
    assert application.listed == []
    assert application.keyboard.asked == []
    assert application.learned == []


@pytest.mark.parametrize("program", ["gtk3-im:KeePassXC", "kitty", "xim", "gtk4-im:org.keepassxc.KeePassXC"])
def test_terminals_and_the_programs_of_the_persons_choice_are_refused(program: str) -> None:
    application = Application(program=program, settings=Settings(leave_out=("keepassxc",), learn=True))
    application.type("these are three words tom\n")
    assert application.keyboard.asked == []
    assert application.learned == []


def test_a_password_that_is_told_masked_is_refused() -> None:
    application = Application("●●●", program="QIBusInputContext")
    application.type("the tom")
    assert application.keyboard.asked == []


def test_qt_on_x11_offers_nothing_before_the_first_space() -> None:
    application = Application(program="QIBusInputContext", tells=False)
    application.type("tom")
    assert application.keyboard.asked == []
    application.type(" tom")
    assert application.listed == ["tomorrow", "tomato"]


def test_the_pause_key_stops_everything_and_starts_it_again() -> None:
    application = Application(settings=Settings(learn=True))
    application.type("to")
    assert application.press(0x20, CONTROL | SHIFT)
    assert application.listed == []
    application.type("m and so on\n")
    assert application.listed == []
    assert application.learned == []
    assert application.press(0x20, CONTROL | SHIFT)
    application.type("tom")
    assert application.listed == ["tomorrow", "tomato"]


def test_keys_are_the_persons_choice() -> None:
    application = Application(settings=Settings(keys=Keys(accept="Control+Space", dismiss="F9")))
    application.type("tom")
    assert application.press(0x20, CONTROL)
    assert application.before == "tomorrow"
    application = Application(settings=Settings(keys=Keys(accept="Control+Space", dismiss="F9")))
    application.type("tom")
    assert not application.press(TAB)


def test_whole_typed_lines_are_learned_and_nothing_else(application: Application) -> None:
    application.type("See you tom")
    application.press(TAB)
    application.type("at noon\nyes\n")
    application.set(application.before + "a long text that was pasted from somewhere")
    application.type(" ok\n")
    application.type("half of a line")
    application.field.focus_out()
    assert application.learned == ["See you tomorrow at noon"]


def test_a_sentence_is_learned_when_the_field_is_left_and_not_again() -> None:
    application = Application()
    application.type("We met at noon.")
    application.field.focus_out()
    application.field.focus_in("gtk3-im:gedit")
    application.tell()
    application.type(" It was very cold\n")
    assert application.learned == ["We met at noon.", " It was very cold"]


def test_a_list_that_comes_late_is_not_shown_for_another_text() -> None:
    application = Application()
    application.type("to")
    offer = find(application.keyboard, "to", limit=3, confidence=0.3)
    application.field.key(ord("x"), 0)
    application.field.give(offer)
    application.field.late("tox")
    assert application.listed == []


def test_nothing_is_learned_where_a_passphrase_does_not_say_that_it_is_one() -> None:
    """Qt on X11 has one field for a whole window, and does not say what it is for."""
    application = Application(program="QIBusInputContext")
    application.type("correct horse battery staple\n")
    application.type("correct horse battery staple.")
    application.field.focus_out()
    assert application.learned == []


def test_text_that_was_not_typed_here_is_not_learned_when_the_field_is_left() -> None:
    application = Application()
    application.type("What I write here is mine")
    application.set("correct horse battery staple.")
    application.tell()
    application.field.focus_out()
    assert application.learned == []


def test_where_nothing_is_told_a_last_letter_comes_with_its_space() -> None:
    """Chromium on X11 hands the key, which is Tab, to the page if one character is put in."""
    application = Application(tells=False, words={"tomb": 0.9})
    application.type("tom")
    application.press(TAB)
    assert application.before == "tomb "
    application.type("is")
    assert application.before == "tomb is"
