"""The suggestions for an editor, the lines that are learned, and the text that stays private."""

import time
from typing import Any

import pytest

from foreword.errors import ForewordError
from foreword.keyboard.suggest import Suggestion
from foreword.settings import Settings
from guessing import Guessing, guess

pytest.importorskip("pygls")

from lsp_client import INLINE, editing

WORDS = {"tomorrow": 0.6, "tomato": 0.2, "tom-tom": 0.1}


def test_a_suggestion_replaces_the_typed_letters() -> None:
    for encoding, end in (("utf-8", 12), ("utf-16", 10), ("utf-32", 9)):
        with editing(Guessing(WORDS), capabilities={"general": {"positionEncodings": [encoding]}}) as editor:
            editor.open("😀 See tom")
            first, second, _ = editor.complete(0, end)
            assert first["textEdit"] == {
                "range": {"start": {"line": 0, "character": end - 3}, "end": {"line": 0, "character": end}},
                "newText": "tomorrow ",
            }
            assert (first["label"], first["filterText"], first["preselect"]) == ("tomorrow", "tom", True)
            assert second["sortText"] > first["sortText"]


def test_a_correction_passes_the_filter_of_an_editor() -> None:
    keyboard = Guessing({})
    keyboard.suggest = lambda *_, **__: [guess("the", 3)]  # type: ignore[method-assign]
    with editing(keyboard) as editor:
        editor.open("teh")
        (item,) = editor.complete(0, 3)
        assert (item["filterText"], item["detail"], item["textEdit"]["newText"]) == ("teh", "for teh", "the ")


@pytest.mark.parametrize(
    ("text", "replaced", "taken"), [("See ", (0, 1), ["and ", ":)"]), ("teh", (3, 0), ["and ", "teh :)"])]
)
def test_all_suggestions_of_a_list_replace_the_same_letters(
    text: str, replaced: tuple[int, int], taken: list[str]
) -> None:
    """If they differ, Neovim replaces none: it would put a sign, with its space, behind a typed space."""
    keyboard = Guessing({})
    found = [guess(insert, count) for insert, count in zip(("and", " :)"), replaced, strict=True)]
    keyboard.suggest = lambda *_, **__: found  # type: ignore[method-assign]
    with editing(keyboard) as editor:
        editor.open(text)
        word, sign = (each["textEdit"] for each in editor.complete(0, len(text)))
        assert [word["newText"], sign["newText"]] == taken
        assert word["range"] == sign["range"]


@pytest.mark.parametrize(
    ("text", "at", "taken"),
    [
        ("tom", 3, "tomorrow "),
        ("tom.", 3, "tomorrow"),
        ("tom،", 3, "tomorrow"),
        ("tom।", 3, "tomorrow"),
        ("„tom“", 4, "tomorrow"),
        ("tom»", 3, "tomorrow"),
        ("tom—and", 3, "tomorrow"),
        ("tom (", 3, "tomorrow"),
        ("tom(", 3, "tomorrow "),
        ("tom and", 3, "tomorrow"),
        ("tom\nand", 3, "tomorrow "),
    ],
)
def test_a_suggestion_adds_a_space_only_where_it_is_needed(text: str, at: int, taken: str) -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.open(text)
        assert editor.complete(0, at)[0]["textEdit"]["newText"] == taken


def test_the_server_offers_nothing_inside_a_word_or_outside_prose() -> None:
    with editing(Guessing(WORDS)) as editor:
        for text in ("tomboy", "tom's", "tom-tom", "tom\u0301"):
            editor.open(text)
            assert editor.complete(0, 3) == []
        editor.open("```\ntom", "markdown")
        assert editor.complete(1, 3) == []
        editor.open("# tom", "gitcommit")
        assert editor.complete(0, 5) == []
        editor.open("# tom", "text", "file:///work/.git/COMMIT_EDITMSG")
        assert editor.complete(0, 5) == []
    with editing(Guessing(WORDS), name="Eglot") as editor:
        editor.open("<p>tom", "text", "file:///page.html")
        assert editor.complete(0, 6) == []


def test_automatic_suggestions_need_enough_letters_or_a_likely_word() -> None:
    unsaid, asked, triggered, going_on = range(4)
    with editing(Guessing({"tomorrow": 0.2}), Settings(letters=2)) as editor:
        for text in ("See ", "See t"):
            editor.open(text)
            assert editor.complete(0, len(text), asked)
            for kind in (unsaid, triggered, going_on):
                assert editor.complete(0, len(text), kind) == []
        editor.change("See to")
        assert len(editor.complete(0, 6, triggered)) == 1
    with editing(Guessing({"tomorrow": 0.4}), Settings(letters=2)) as editor:
        editor.open("See ")
        assert len(editor.complete(0, 4, triggered)) == 1


def test_an_editor_with_inline_suggestions_gets_no_automatic_list() -> None:
    keyboard = Guessing(WORDS)
    with editing(keyboard, capabilities=INLINE) as editor:
        assert "triggerCharacters" not in editor.capabilities["completionProvider"]
        editor.open("See tom")
        (item,) = editor.inline(0, 7)
        assert item["insertText"] == "tomorrow "
        assert item["range"]["start"] == {"line": 0, "character": 4}
        editor.change("See toma")
        assert editor.inline(0, 8) == [], "not likely enough"
        assert keyboard.reported == [["tomorrow"], []], "nobody has seen the other words"
        editor.change("See t")
        assert len(editor.complete(0, 5)) > len(editor.inline(0, 5, selected="tomorrow "))
        assert len(keyboard.reported) == 3, "the list is what was seen"
    with editing(Guessing(WORDS)) as editor:
        triggers = editor.capabilities["completionProvider"]["triggerCharacters"]
        assert {*" 'aéя", *"ếוيहिქกいイ中한"} <= {*triggers}
        assert "inlineCompletionProvider" not in editor.capabilities


def test_saved_text_is_learned_only_with_permission() -> None:
    for may_learn in (True, False):
        with editing(keyboard := Guessing(WORDS), learns=may_learn) as editor:
            editor.open("It was there.\n")
            editor.change("I wrote it.\n", 1, 0, 1, 0)
            editor.save()
        assert keyboard.learned == ["I wrote it."] * may_learn


@pytest.mark.parametrize(
    ("asked", "learned"),
    [({"name": "Helix"}, 0), ({"name": "Kate"}, 1), ({"options": {"sendsKeys": True}}, 0)],
)
def test_a_long_text_is_learned_only_from_a_slow_editor(asked: dict[str, Any], learned: int) -> None:
    with editing(keyboard := Guessing(WORDS), learns=True, **asked) as editor:
        editor.open("")
        editor.change("A sentence that somebody has typed without a pause.", 0, 0, 0, 0)
        editor.save()
    assert len(keyboard.learned) == learned


@pytest.mark.parametrize(("name", "learned"), [("Eglot", "Yes."), ("pipe", "Yes.Ye")])
def test_a_change_that_emacs_sends_again_is_made_once(name: str, learned: str) -> None:
    start, end = ({"line": 0, "character": column} for column in (0, 2))
    first = {"range": {"start": start, "end": start}, "text": "Ye"}
    second = {"range": {"start": end, "end": end}, "text": "s."}
    with editing(keyboard := Guessing(WORDS), learns=True, name=name) as editor:
        editor.open("")
        for version, changes in ((1, [first]), (2, [first, second])):
            document = {"uri": editor.uri, "version": version}
            editor.notify("textDocument/didChange", textDocument=document, contentChanges=changes)
        editor.save()
    assert keyboard.learned == [learned]


def test_a_new_text_is_learned_if_it_gets_a_name_or_a_language() -> None:
    """VS Code inserts it into an empty file and closes the first one; then it opens it in the language of the first."""
    with editing(keyboard := Guessing(WORDS), learns=True, options={"sendsKeys": True}) as editor:
        editor.open("", uri="untitled:1")
        for column, letter in enumerate(text := "A letter that I have typed, and have not saved before."):
            editor.change(letter, 0, column, 0, column)
        editor.open("", uri="file:///letter.md")
        editor.change(text, 0, 0, 0, 0)
        editor.notify("textDocument/didClose", textDocument={"uri": "untitled:1"})
        editor.notify("textDocument/didClose", textDocument={"uri": editor.uri})
        editor.open(text, "markdown", editor.uri)
        for version in (0, 1):
            editor.change(f"{version}\n", 0, 0, 0, 0, version=version)
        editor.save()
    assert keyboard.learned == ["1", text], "the text that it opened has the change of the same version"


def test_each_new_text_is_learned_by_itself() -> None:
    with editing(keyboard := Guessing(WORDS), learns=True) as editor:
        editor.open("", "scminput", "vscode-scm:git")
        for name in ("One.", "Two."):
            editor.open("", uri=f"untitled:{name}")
            editor.change("Dear Anna.\n", 0, 0, 0, 0)
            editor.change(name, 1, 0, 1, 0)
            editor.save()
    assert "\n".join(keyboard.learned).split() == ["Dear", "Anna.", "One.", "Dear", "Anna.", "Two."]


def test_changes_with_the_same_version_are_made() -> None:
    """Textadept counts seconds."""
    with editing(keyboard := Guessing(WORDS), learns=True) as editor:
        editor.open("")
        for text in ("See", "See you."):
            editor.change(text, version=1_700_000_000)
        editor.save()
    assert keyboard.learned == ["See you."]


@pytest.mark.parametrize("closes", [True, False])
def test_a_line_without_an_end_is_learned_when_the_text_or_the_editor_is_closed(closes: bool) -> None:
    with editing(keyboard := Guessing(WORDS), learns=True) as editor:
        editor.open("")
        editor.change("Not saved", 0, 0, 0, 0)
        editor.change("I wrote it", 0, 0, 0, 9)
        editor.save()
        editor.change(", unsaved", 0, 10, 0, 10)
        if closes:
            editor.notify("textDocument/didClose", textDocument={"uri": editor.uri})
        assert (editor.complete(0, 0), keyboard.learned) == ([], [])
    assert keyboard.learned == ["I wrote it"]


def test_the_lines_that_are_left_are_learned_before_the_answer_to_shutdown() -> None:
    """Helix kills the server after that answer."""
    with editing(keyboard := Guessing(WORDS), learns=True) as editor:
        editor.open("")
        editor.change("I wrote it", 0, 0, 0, 0)
        editor.save()
        editor.ask("shutdown")
        editor.end = lambda: editor.notify("exit")  # type: ignore[method-assign]
        assert keyboard.learned == ["I wrote it"]


@pytest.mark.parametrize("waits", [True, False])
def test_an_editor_that_closes_during_learning_loses_no_line(
    waits: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Neovim does not wait for the answer to shutdown."""

    class Slow(Guessing):
        def learn(self, text: str) -> int:
            time.sleep(0.1)
            return super().learn(text)

    keyboard = Slow(WORDS)
    lines = [f"It is line {number}." for number in range(30)]
    with editing(keyboard, learns=True) as editor:
        editor.open("")
        for number in range(30):
            editor.change("\n".join(lines[: number + 1]))
        editor.save()
        editor.complete(29, 15)
        assert len(keyboard.learned) < 30, "a question waits for one line at most"
        if not waits:
            editor.send({"id": 98, "method": "shutdown"})
            editor.end = lambda: editor.notify("exit")  # type: ignore[method-assign]
    assert "\n".join(keyboard.learned).split("\n") == lines
    assert len(keyboard.learned) < 30, "the rest is learned at once"
    assert caplog.text == "", "asyncio prints errors of tasks"


def test_an_excluded_editor_gets_no_suggestions() -> None:
    with editing(Guessing(WORDS), Settings(leave_out=("Pipe",)), learns=True) as editor:
        assert "completionProvider" not in editor.capabilities
        editor.open("tom")
        with pytest.raises(KeyError, match="result"):  # it asks all the same, and gets an error
            editor.complete(0, 3)
    assert editor.shown == []


class Failing(Guessing):
    """A keyboard that cannot suggest and repeats the given text in its error."""

    def suggest(self, text: str, *given: Any, **options: Any) -> list[Suggestion]:
        raise ForewordError("the disk is full") if "disk" in text else ValueError(text)


def test_typed_text_never_appears_in_messages_or_logs(capfd: pytest.CaptureFixture[str]) -> None:
    with editing(Failing({})) as editor:
        editor.open("my hunter2")
        assert editor.complete(0, 10) == []
        editor.write(b'{"jsonrpc":"2.0","id":99,"method":"textDocument/completion","params":{"a":"hunter2"}}')
        editor.write(b'{"hunter2')
        editor.change("disk")
        assert [editor.complete(0, 4), editor.complete(0, 4)] == [[], []]
        seen = editor.received.decode()
    assert editor.shown.count("foreword: the disk is full") == 1
    assert "hunter2" not in seen + "".join(capfd.readouterr())
