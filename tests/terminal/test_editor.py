"""The whole editor: keys go in through a pipe, and the tests read the screen."""

import os
from dataclasses import replace
from pathlib import Path
from threading import Event
from unittest.mock import Mock

import pytest

from foreword.errors import MemoryBusy
from foreword.keyboard.suggest import Suggestion
from foreword.terminal import status_lines
from foreword.terminal.edited_file import UNSAVED, TextFile, left_behind
from foreword.terminal.text_entry import Tally
from guessing import Guessing
from terminal_screen import SETTINGS, Holds, Screen, Shows, Terminal, hung_up, keep, played, run

CTRL = {letter: chr(ord(letter) - 96) for letter in "acegkoqsuvwxyz"}
ESC, TAB, DOWN, RIGHT, LEFT, UP = "\x1b", "\t", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[A"
ALT_RIGHT, ALT_1, ALT_S, F1 = "\x1b[1;3C", "\x1b1", "\x1bs", "\x1bOP"
PAGE_DOWN = "\x1b[6~"
ENTER, BACKSPACE = "\r", "\x7f"
PASTE = "\x1b[200~{}\x1b[201~"
THROW_AWAY = (CTRL["q"], "n")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("see you tom", TAB), "see you tomorrow "),
        (("tom", RIGHT), "tomorrow "),
        (("tom", ALT_RIGHT), "tomorrow "),
        (("tom", "\x1bf"), "tomorrow "),
        (("t", DOWN, RIGHT, ENTER), "today "),
        (("t", DOWN, DOWN, UP, TAB), "tomorrow "),
        (("t", DOWN, "2"), "today "),
        (("t", "\x1b2"), "today "),
        (("t", DOWN, ESC, "x"), "tx"),
        (("t", DOWN, " "), "t "),
        (("tom", ESC, TAB), "tom"),
        (("tom", TAB, CTRL["z"]), "tom"),
        (("tom", TAB, "\x1f"), "tom"),
        (("tom", TAB, CTRL["z"], CTRL["y"]), "tomorrow "),
        (("one two", "\x1b[1;2D\x1b[1;2D\x1b[1;2D", CTRL["x"], CTRL["a"], CTRL["v"]), "twoone "),
        (("one two", CTRL["w"]), "one "),
        (("one two", CTRL["a"], CTRL["k"]), ""),
        (("one", CTRL["u"], BACKSPACE), ""),
        ((PASTE.format("a\ttab\r\nb"),), "a\ttab\nb"),
        (("a", "\x1bq", "\x1b[15~", "b"), "aqb"),
        (tuple("👨\u200d👩\u200d👧"), "👨\u200d👩\u200d👧"),
        (tuple("10\u00a0000\u202f€"), "10\u00a0000\u202f€"),
        (("a", "\x00", "\x1d", "b"), "ab"),
        (("a", ENTER, "b", UP, "x"), "ax\nb"),
        (("a", "\x1b[13;2u", "\x1b[15;3~", "\x1b[27;5;9~", "\x1b[a", "b"), "ab"),
        (("one two", "\x1b[1;2D" * 3, "\x1b[2;5~"), "one two"),
    ],
)
def test_each_key_changes_the_text_as_documented(tmp_path: Path, keys: tuple[str, ...], text: str) -> None:
    outcome = played(tmp_path, *keys, Holds(text), *(THROW_AWAY if text else THROW_AWAY[:1]))
    assert (outcome.was_stopped, outcome.is_kept) == (False, False)
    assert left_behind(tmp_path / UNSAVED) == []


def test_the_screen_shows_the_inline_suggestion_the_choices_and_the_saved_keys(tmp_path: Path) -> None:
    async def play(screen: Screen) -> None:
        await screen.see(" 1 tomorrow  2 today")  # before the first key
        await screen.press("see you t")
        await screen.see("see you tomorrow")
        *_, choices, status, keys = screen.rows()
        assert choices == " 1 tomorrow  2 today"
        assert status.startswith(" no name yet *")
        assert status.endswith("0 of 9 keys saved (0%) · toy")
        assert keys.startswith(" ^G help  Tab takes the word")
        assert keys.endswith("^Q leave")
        await screen.press(TAB)
        await screen.see("7 of 17 keys saved (41%)")
        assert screen.editor.tally == Tally(written=17, saved=7)
        await screen.press(*THROW_AWAY)

    run(play, tmp_path)


def test_a_message_is_shown_whole_beside_a_long_name(tmp_path: Path) -> None:
    name = f"{'n' * 60}.txt"
    said = Shows(f"\n nothing to undo\n 1 tomorrow  2 today\n {name}")
    played(tmp_path, CTRL["z"], said, "x", Shows(f"\n\n {name} *"), *THROW_AWAY, path=tmp_path / name)
    longer = f"{'n' * 100}.txt"
    played(tmp_path, "x", Shows(f" …{longer[-75:]} *"), *THROW_AWAY, path=tmp_path / longer)


def test_one_key_takes_a_word_and_another_one_the_phrase_that_it_begins(tmp_path: Path) -> None:
    keyboard = Guessing({"tomorrow": 0.9}, {"tomorrow": "morning"})
    word = "tom", Shows(" 1 tomorrow  2 tomorrow morning"), TAB, Holds("tomorrow "), CTRL["z"], Holds("tom")
    played(tmp_path, *word, "o", "\x1b2", Holds("tomorrow morning "), *THROW_AWAY, keyboard=keyboard)


def test_the_cursor_column_is_right_after_wide_letters_accents_and_emoji(tmp_path: Path) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("我们 e\u0301 🙂 tom")
        await screen.see("tomorrow")
        drawn = screen.editor.app.renderer.last_rendered_screen
        assert drawn is not None
        row = drawn.data_buffer[0]
        assert [row[column].char for column in (0, 2, 5, 7, 10)] == ["我", "们", "e\u0301", "🙂", "t"]
        position = screen.editor.app.layout.current_window
        assert drawn.get_cursor_position(position).x == 13
        terminal = screen.editor.app.output
        assert isinstance(terminal, Terminal)
        assert "\x1b[20G" in terminal.placed  # after the heart in the choices
        # type a thumb, select it, paste another over it
        for keys in (" 👍🏽", "\x1b[1;2D", PASTE.format("👍🏾")):
            terminal.placed.clear()
            await screen.press(keys)
            assert "\x1b[19G" in terminal.placed  # it has two or four columns, depending on the terminal
        await screen.press(*THROW_AWAY)

    run(play, tmp_path, keyboard=Guessing({"tomorrow": 0.9, "tom❤️": 0.4}))


def test_a_space_in_the_last_column_moves_no_text(tmp_path: Path) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("one" + "x" * 76, " ")
        drawn = screen.editor.app.renderer.last_rendered_screen
        assert drawn is not None
        assert drawn.get_cursor_position(screen.editor.app.layout.current_window).x == 79
        await screen.press("y")
        assert screen.rows()[:2] == ["one" + "x" * 76, "y"]
        terminal = screen.editor.app.output
        assert isinstance(terminal, Terminal)
        for terminal.columns in (1, 80):  # such as a window that is being opened
            await screen.press("y")
        assert screen.rows()[:2] == ["one" + "x" * 76, "yyy"]
        await screen.press(*THROW_AWAY)

    run(play, tmp_path)


def test_a_save_learns_nothing_pasted_from_another_program(tmp_path: Path) -> None:
    """Another person may have written it. Text that was moved here is the writer's own."""
    keyboard, letter = Guessing({}), "Dear Ann, we leave on Monday.\r\nYours, Bo"
    pasted = PASTE.format(letter), ENTER, "I like Bo. ", PASTE.format("He said that he would come.")
    moved = *pasted, CTRL["a"], "\x1b[1;2F", CTRL["x"], CTRL["v"], CTRL["s"], CTRL["q"]
    outcome = played(tmp_path, *moved, path=tmp_path / "diary.txt", keyboard=keyboard)
    assert [*keyboard.learned, *outcome.unlearned] == ["I like Bo."]


def test_a_save_asks_for_a_name_and_learns_each_line_once(tmp_path: Path) -> None:
    keyboard, home, path = Guessing({"tomorrow": 0.9}), tmp_path / "home", tmp_path / "letter.txt"
    first = "see you tom", TAB, "there", CTRL["s"], Shows("Save as:"), f"{path}{ENTER}"
    saved = Shows("saved; learning 1 line"), Holds("see you tomorrow there\n", path)
    outcome = played(home, *first, *saved, f"{ENTER}bye", CTRL["s"], CTRL["s"], CTRL["q"], keyboard=keyboard)
    assert [*keyboard.learned, *outcome.unlearned] == ["see you tomorrow there", "bye"]
    assert path.read_text("utf-8").endswith("there\nbye\n")
    assert left_behind(home / UNSAVED) == []


@pytest.mark.parametrize(("answers", "written"), [("y", "old\nnew\n"), ("n", "old\n")])
def test_the_editor_asks_about_unsaved_text_at_its_end(tmp_path: Path, answers: str, written: str) -> None:
    home, path = tmp_path / "home", tmp_path / "a.txt"
    path.write_text("old\n", "utf-8")
    asked = f"{ENTER}new", CTRL["q"], Shows("Save before leaving? y, n, or Esc to stay"), "x", ESC
    played(home, *asked, Holds("old\nnew"), CTRL["q"], answers, Holds(written, path), path=path)
    assert left_behind(home / UNSAVED) == []


def test_the_count_of_saved_keys_continues_in_another_file(tmp_path: Path) -> None:
    other, bad = tmp_path / "other.txt", tmp_path / "bad.bin"
    other.write_text("the other\n", "utf-8")
    bad.write_bytes(b"\xff\xfe\0")
    kept = Shows("it holds NUL characters"), Holds("tomorrow ")
    refused = "tom", TAB, CTRL["o"], "n", f"{bad}{ENTER}", *kept
    opened = CTRL["o"], "n", f"{other}{ENTER}", Holds("the other"), Shows("5 of 9 keys saved")
    played(tmp_path / "home", *refused, *opened, CTRL["q"])


def test_the_editor_asks_before_it_overwrites_another_file(tmp_path: Path) -> None:
    path = tmp_path / "taken.txt"
    path.write_text("precious\n", "utf-8")
    save = ALT_S, f"{path}{ENTER}", Shows("There is a file taken.txt already. Write over it?")
    played(tmp_path / "home", "x", *save, ESC, Holds("precious\n", path), *save, "y", CTRL["q"])
    assert path.read_text("utf-8") == "x\n"


def test_a_pasted_name_is_one_line_and_ctrl_q_quotes_no_key_of_it(tmp_path: Path) -> None:
    asked = "x", ALT_S, "y", CTRL["q"], ALT_S, PASTE.format(f"{tmp_path}/lett\r\ner.txt"), ENTER
    played(tmp_path, *asked, Shows(" letter.txt  saved"), Holds("x\n", tmp_path / "letter.txt"), CTRL["q"])


def test_a_change_or_a_full_disk_costs_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old\n", "utf-8")

    async def play(screen: Screen) -> None:
        await screen.press("!")
        path.write_text("theirs\n", "utf-8")
        await screen.press(CTRL["s"])
        await screen.see("Another program has changed a.txt")
        await screen.press(ESC)
        assert path.read_text("utf-8") == "theirs\n"
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", Mock(side_effect=OSError(28, "No space left on device")))
            await screen.press(CTRL["s"], "y")
            await screen.see("not saved: No space left on device")
        assert screen.text == "old!"
        await screen.press(CTRL["s"], "y", CTRL["q"])

    run(play, tmp_path / "home", path=path)
    assert path.read_text("utf-8") == "old!\n"


def test_the_editor_offers_an_unsaved_draft_and_restores_it(tmp_path: Path) -> None:
    home, path, keyboard = tmp_path / "home", tmp_path / "a.txt", Guessing({})
    TextFile(path=path).write("on the disk")
    keep(home, "more than that", path)
    keep(home, "of another file", tmp_path / "b.txt")
    asked = "There is an unsaved text (", ", 14 characters). Bring it back?", "Esc for later"
    offered = map(Shows, asked)
    back = "y", Holds("more than that"), Shows("a.txt *")
    outcome = played(home, *offered, *back, "!", CTRL["s"], CTRL["q"], path=path, keyboard=keyboard)
    assert path.read_text("utf-8") == "more than that!\n"
    assert [*keyboard.learned, *outcome.unlearned] == ["more than that!"]
    assert [each.text for each in left_behind(home / UNSAVED)] == ["of another file"]
    played(home, Shows("unsaved texts of other files:"), CTRL["q"])


@pytest.mark.parametrize("before", ["old\n", None])
def test_a_restored_draft_overwrites_no_later_change_of_others(tmp_path: Path, before: str | None) -> None:
    home, path = tmp_path / "home", tmp_path / "a.txt"
    if before is not None:
        path.write_text(before, "utf-8")
    keep(home, "mine", path)
    path.write_text("theirs\n", "utf-8")
    asked = CTRL["s"], Shows("Another program has changed a.txt"), ESC, Holds("theirs\n", path)
    hung_up(home, "y", path=path)
    played(home, "y", Holds("mine"), *asked, CTRL["s"], "y", Holds("mine\n", path), CTRL["q"], path=path)


def test_the_user_can_keep_or_delete_an_unsaved_draft(tmp_path: Path) -> None:
    keep(tmp_path, "first")
    keep(tmp_path, "second")
    played(tmp_path, Shows("6 characters"), ESC, Holds(""), CTRL["q"])
    assert len(left_behind(tmp_path / UNSAVED)) == 2
    played(tmp_path, Shows("6 characters"), "No", Shows("6 characters"), ESC, Holds(""), CTRL["q"])
    assert len(left_behind(tmp_path / UNSAVED)) == 2
    deleted = Shows("6 characters"), "\x04", Shows("5 characters")
    played(tmp_path, *deleted, "y", Holds("first"), *THROW_AWAY)
    assert left_behind(tmp_path / UNSAVED) == []


def test_a_draft_stays_until_a_new_one_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "first")

    async def play(screen: Screen) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", Mock(side_effect=OSError(28, "No space left on device")))
            await screen.press("y")
            await screen.see("would not survive a crash: No space left on device")
        assert screen.text == "first"
        await screen.press(*THROW_AWAY)

    run(play, tmp_path)
    monkeypatch.setattr(Path, "unlink", Mock(side_effect=OSError(5, "Input/output error", "unsaved")))
    played(tmp_path, "\x04", Shows("not deleted: Input/output error"), "!", *THROW_AWAY)
    played(tmp_path, "y", Shows("brought back"), Holds("first"), *THROW_AWAY)
    assert "first" in [each.text for each in left_behind(tmp_path / UNSAVED)]


def test_a_hangup_or_an_error_costs_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(screen: Screen) -> None:
        await screen.press(ESC, "precious too")
        error = OSError(5, "Input/output error", "a file")  # of the disk, not of the terminal
        monkeypatch.setattr(screen.editor.writing, "backspace", Mock(side_effect=error))
        screen.send(BACKSPACE)

    outcome = hung_up(tmp_path)
    assert (outcome.was_stopped, outcome.is_kept) == (True, False)  # nothing was unsaved
    outcome = hung_up(tmp_path, "precious")
    assert (outcome.was_stopped, outcome.is_kept) == (True, True)
    with pytest.raises(OSError, match="a file"):
        run(fails, tmp_path)
    assert [each.text for each in left_behind(tmp_path / UNSAVED)] == ["precious too", "precious"]


def test_the_editor_warns_as_long_as_it_cannot_keep_the_text(tmp_path: Path) -> None:
    warning, drafts = "unsaved text would not survive a crash: File exists", tmp_path / UNSAVED

    async def recovers(screen: Screen) -> None:
        await screen.press("precious")
        await screen.see(warning)
        await screen.press("!")
        assert warning in screen.shown()
        drafts.unlink()
        await screen.until(lambda: warning not in screen.shown())
        screen.hang_up()

    drafts.touch()  # no folder can be made there
    outcome = hung_up(tmp_path, "precious")
    assert (outcome.was_stopped, outcome.is_kept, outcome.problem) == (True, False, "File exists")
    outcome = run(recovers, tmp_path)
    assert (outcome.was_stopped, outcome.is_kept, outcome.problem) == (True, True, "")


def test_keys_do_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ends, waited = Event(), Event(), list[bool]()

    def slow(_: int) -> None:
        begun.set()
        waited.append(ends.wait(5))

    async def play(screen: Screen) -> None:
        monkeypatch.setattr(os, "fsync", slow)
        await screen.press("a")
        await screen.until(begun.is_set)
        await screen.press("b")
        ends.set()
        screen.hang_up()

    run(play, tmp_path)
    assert all(waited)
    assert [each.text for each in left_behind(tmp_path / UNSAVED)] == ["ab"]


def test_a_data_folder_that_keeps_nothing_does_not_stop_a_save(tmp_path: Path) -> None:
    (tmp_path / UNSAVED).touch()
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    saved = "text", CTRL["s"], Shows("saved"), Holds("text\n", path)
    played(tmp_path, *saved, CTRL["o"], f"{other}{ENTER}", Shows("b.txt"), CTRL["q"], path=path)


def test_the_editor_shows_a_suggestion_error_and_typing_continues(tmp_path: Path) -> None:
    async def play(screen: Screen) -> None:
        screen.send("!fail")
        await screen.see("it does not feel well")
        screen.send(" on")
        await screen.see("!fail on")
        for key in THROW_AWAY:
            screen.send(key)

    run(play, tmp_path)


def test_a_save_leaves_out_the_space_after_the_last_taken_word(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    saved = "see you tom", TAB, CTRL["s"], Holds("see you tomorrow\n", file)
    more = "maybe ", CTRL["s"], Holds("see you tomorrow maybe \n", file)
    played(tmp_path, *saved, *more, CTRL["q"], path=file)
    # no question: nothing is unsaved
    played(tmp_path, "tom", TAB, CTRL["s"], CTRL["q"], path=tmp_path / "b.txt")


@pytest.mark.parametrize(
    ("has_memory", "question", "told"),
    [
        (True, "Forget tomorrow and never suggest it again?", "foreword memory allow -m work tomorrow"),
        (False, "Forget tomorrow until the editor ends?", "forgotten until the editor ends"),
    ],
)
def test_a_confirmed_word_is_forgotten(tmp_path: Path, has_memory: bool, question: str, told: str) -> None:
    asked = DOWN, "\x1b[3~", Shows(question)
    refused = "n", Shows("1 tomorrow  2 today"), "\x1b[3~", Shows("y, n, or Esc to stay")
    agreed = "y", Shows(told), Shows(" 1 today"), Holds("t")
    settings = replace(SETTINGS, has_memory=has_memory)
    played(tmp_path, "t", *asked, *refused, *agreed, *THROW_AWAY, settings=settings)


def test_the_chosen_word_is_on_the_screen_even_if_not_all_fit(tmp_path: Path) -> None:
    words = {f"t{letter * 20}": 0.9 - at / 10 for at, letter in enumerate("abcd")}
    fit = Shows(f" 1 t{'a' * 20}  2 t{'b' * 20}")
    rest = Shows(f"\n 2 t{'b' * 20}  3 t{'c' * 20}  4 t{'d' * 20}\n")
    keys = "t", fit, DOWN, RIGHT, RIGHT, RIGHT, rest, LEFT, LEFT, LEFT, fit, ESC
    settings = replace(SETTINGS, limit=4)
    played(tmp_path, *keys, *THROW_AWAY, keyboard=Guessing(words), settings=settings)


def test_a_sign_is_shown_without_its_space_and_cannot_be_forgotten(tmp_path: Path) -> None:
    class Loving(Guessing):
        def suggest(self, text: str, limit: int = 3, **_: object) -> list[Suggestion]:
            return [Suggestion(text="❤️", replace=text.endswith(" "), insert=" ❤️ ", probability=0.9)]

    said = Shows("❤️ is no word; only words can be forgotten")
    keys = "hi ", Shows(" 1 ❤️"), DOWN, "\x1b[3~", said, TAB, Holds("hi ❤️ ")
    played(tmp_path, *keys, *THROW_AWAY, keyboard=Loving({}))


def test_the_editor_says_that_a_word_is_forgotten_only_if_it_is(tmp_path: Path) -> None:
    """Another program may write the memory for longer than Foreword waits."""

    class Busy(Guessing):
        def forget(self, word: str) -> None:
            assert pressed.wait(60)
            raise MemoryBusy("another program writes the memory")

    async def play(screen: Screen) -> None:
        await screen.press("t", DOWN, "\x1b[3~")
        screen.send("y")
        await screen.until(lambda: screen.editor.writing.chosen is None)
        assert "forgotten" not in screen.editor.message
        pressed.set()
        await screen.until(lambda: screen.editor.message == "another program writes the memory")
        await screen.press(*THROW_AWAY)

    pressed = Event()
    run(play, tmp_path, keyboard=Busy({"tomorrow": 0.9}))


@pytest.mark.parametrize(("columns", "key"), [(40, F1), (80, CTRL["g"])])
def test_the_help_breaks_and_scrolls_in_a_small_terminal(tmp_path: Path, columns: int, key: str) -> None:
    lines = status_lines.long(status_lines.HELP, 80)
    assert lines.count(("", "\n")) == status_lines.HELP.count("\n") < 21  # of the 24 rows of a small terminal

    async def play(screen: Screen) -> None:
        await screen.press(key)
        await screen.see("Words")
        pages = [screen.shown()]
        for _ in range(9):
            await screen.press(PAGE_DOWN)
            pages.append(screen.shown())
        assert "there is none, Tab takes choice 1" in " ".join(pages[0].split())
        assert "back." not in pages[0]
        assert "back." in pages[-1]
        assert "Words" not in pages[-1]
        terminal = screen.editor.app.output
        assert isinstance(terminal, Terminal)
        terminal.columns = 80
        await screen.press(UP, "x")
        assert screen.text == ""
        await screen.press(CTRL["q"])

    run(play, tmp_path, rows=12, columns=columns)
