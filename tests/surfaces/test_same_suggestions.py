"""The same text, model, memory and settings give the same words and the same accepted text on every surface.

The docstring of `foreword.keyboard.offers.offer_after` lists all differences.
"""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import DummyInput
from prompt_toolkit.output import DummyOutput

from foreword.keyboard.memory import Memory, memory_path
from foreword.keyboard.offers import Offer
from foreword.keyboard.suggest import Keyboard
from foreword.settings import Settings, settings_path
from foreword.terminal.edited_file import EditedFile
from foreword.terminal.editor import Editor, EditorSettings
from foreword.terminal.text_entry import TextEntry
from program import PATIENCE, CommandLine

BASE = Path(__file__).parents[2] / "src/foreword/base"
LEARNED = "the quick brown fox jumps over the lazy dog\nsee you tomorrow at the quay\n" * 30
TEXTS = {
    "a word begun": "the quick br",
    "before a letter, likely": "see you tomorrow at the ",
    "before a letter, unlikely": "I have seen a ",
    "a typo": "see you tomorow",
    "a capital": "See you Tom",
    "lines": "the lazy dog\nsee y",
    "a finished sentence": "See you. ",
    "marks": "“the quick bro",
    "emoji": "😀👩🏽‍🚀 see you to",
    "an accent of its own": "cafe\u0301 see yo",
    "long": "the lazy dog sleeps. " * 70 + "see you tom",
}
SETTINGS = {
    "as delivered": Settings(),
    "talkative": Settings(letters=0, choices=5, confidence=0.05),
    "quiet": Settings(letters=3, choices=1, confidence=1),
}


class Shown(NamedTuple):
    """Each listed word, with the text before the cursor after it is taken; that text for the inline suggestion."""

    words: tuple[tuple[str, str], ...]
    inline: str | None = None


Surface = Callable[[str], Shown]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that gives every kind of suggestion: words of network and memory, phrases, corrections."""
    folder = tmp_path_factory.mktemp("same") / "base"
    shutil.copytree(BASE, folder)
    memory = Memory.open(memory_path(str(folder)))
    memory.learn(LEARNED)
    memory.close()
    return folder


@pytest.fixture(scope="module")
def keyboard(folder: Path) -> Keyboard:
    return Keyboard.open(folder)


def terminal(keyboard: Keyboard, settings: Settings) -> Surface:
    """The editor of `foreword write`, without a screen: its thread finds the suggestions for the text."""
    limit, letters, confidence = settings.choices, settings.letters, settings.confidence
    chosen = EditorSettings(limit=limit, confidence=confidence, letters=letters, is_private=True, model="")

    def shown(text: str) -> Shown:
        found: SimpleQueue[Offer] = SimpleQueue()
        with TemporaryDirectory() as home, create_app_session(input=DummyInput(), output=DummyOutput()):
            thread = Editor(keyboard, EditedFile(Path(home), None), chosen)._keyboard_thread
            thread._deliver = found.put
            thread.ask(TextEntry(text).wants())
            offer = found.get(timeout=PATIENCE)
            thread.end()

        def taken(number: int | None) -> str:
            writing = TextEntry(text)
            writing.give(offer)
            assert writing.take_inline() if number is None else writing.take(number)
            return writing.draft.text

        rows = [(each.suggestion.text, taken(number)) for number, each in enumerate(offer.choices)]
        return Shown(tuple(rows), taken(None) if offer.inline else None)

    return shown


def input_method(keyboard: Keyboard, settings: Settings) -> Surface:
    """The engine on a test bus: the application reports its text, and the test types the last letter."""
    pytest.importorskip("dbus_fast", reason="the extra ibus is not installed")
    from foreword.ibus.engine import Service  # noqa: PLC0415 - dbus-fast may not be installed
    from ibus.test_engine import Bus  # noqa: PLC0415

    async def after(text: str, number: int | None) -> tuple[list[str], str]:
        bus = Bus()
        service = Service(keyboard, settings, bus)  # type: ignore[arg-type]
        (path,) = bus.call("/org/freedesktop/IBus/Factory", "CreateEngine", "s", "foreword")
        bus.call(path, "FocusInId", "ss", "/1", "gtk3-im:gedit")
        assert service.focused is not None
        field, code = service.focused.field, ord(text[-1])
        field.surrounding(text[:-1], len(text) - 1, len(text) - 1)
        is_found, give = asyncio.Event(), service._give
        service._give = lambda offer: (give(offer), is_found.set())  # type: ignore[assignment, func-returns-value, method-assign]
        bus.call(path, "ProcessKeyEvent", "uuu", code if code < 0x100 else 0x1000000 + code, 0, 0)
        await asyncio.wait_for(is_found.wait(), PATIENCE)
        service.keyboard_thread.end()
        words = [each.suggestion.text for each in field._choices]
        if number is not None:
            bus.call(path, "CandidateClicked", "uuu", number, 1, 0)
        return words, field.text

    def shown(text: str) -> Shown:
        words, _ = asyncio.run(after(text, None))
        return Shown(tuple((word, asyncio.run(after(text, at))[1]) for at, word in enumerate(words)))

    return shown


def page(keyboard: Keyboard, settings: Settings) -> Surface:
    """The request that the page of `foreword serve` sends while a person types."""
    pytest.importorskip("starlette", reason="the extra web is not installed")
    pytest.importorskip("httpx", reason="the tests of the page need httpx")
    from foreword.web.serving import Serving  # noqa: PLC0415 - Starlette may not be installed
    from web.conftest import client_of  # noqa: PLC0415

    client = client_of(Serving(keyboard, settings))

    def shown(text: str) -> Shown:
        reply = client.post("/v1/suggest", json={"text": text}).json()
        found = reply["suggestions"]
        rows = [(each["text"], text[: len(text) - each["replace"]] + each["insert"]) for each in found]
        return Shown(tuple(rows), rows[0][1] if reply["inline"] else None)

    return shown


def editor(keyboard: Keyboard, settings: Settings) -> Surface:
    """An editor that speaks to the language server, once with a list and once with inline suggestions."""
    pytest.importorskip("pygls", reason="the extra lsp is not installed")
    from lsp_client import INLINE, editing  # noqa: PLC0415 - pygls may not be installed

    def shown(text: str) -> Shown:
        line = text.count("\n")
        at = len(text.rpartition("\n")[2].encode("utf-16-le")) // 2

        def taken(span: dict[str, dict[str, int]], new: str) -> str:
            begin = text.rpartition("\n")[2].encode("utf-16-le")[: 2 * span["start"]["character"]]
            assert span["end"] == {"line": line, "character": at}
            return text[: text.rfind("\n") + 1] + begin.decode("utf-16-le") + new

        with editing(keyboard, settings) as asking:
            asking.open(text)
            edits = [(each["label"], each["textEdit"]) for each in asking.complete(line, at, 2)]
            rows = [(label, taken(edit["range"], edit["newText"])) for label, edit in edits]
        with editing(keyboard, settings, capabilities=INLINE) as asking:
            asking.open(text)
            inline = [taken(each["range"], each["insertText"]) for each in asking.inline(line, at)]
        return Shown(tuple(rows), inline[0] if inline else None)

    return shown


SURFACES = {"input method": input_method, "page": page, "editor": editor}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_shows_the_same_words(name: str, setting: str, keyboard: Keyboard) -> None:
    settings = SETTINGS[setting]
    first, other = terminal(keyboard, settings), SURFACES[name](keyboard, settings)
    for text in TEXTS.values():
        wanted, found = first(text), other(text)
        assert found.words == wanted.words, text
        assert found.inline == (None if name == "input method" else wanted.inline), text


def test_the_suggest_command_prints_the_same_words_as_the_editor(
    foreword: CommandLine, folder: Path, keyboard: Keyboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    settings_path().write_text("choices = 4\nletters = 0\n")
    for text in [*TEXTS.values()][:4]:  # each call opens the model again
        printed = json.loads(foreword("suggest", "-m", folder, "--json", text).out)
        rows = [(each["text"], text[: len(text) - each["replace"]] + each["insert"]) for each in printed]
        shown = terminal(keyboard, Settings(choices=4, letters=0))(text).words
        words = [each for each in shown if " " not in each[0]]  # a phrase follows its first word
        assert rows[: len(words)] == words


def test_the_sample_texts_give_every_kind_of_suggestion(keyboard: Keyboard) -> None:
    """Otherwise the tests above would compare nothing."""
    shown = {name: terminal(keyboard, Settings())(text) for name, text in TEXTS.items()}
    assert shown["before a letter, likely"].inline
    assert not shown["before a letter, unlikely"].words
    assert any(word.startswith("tomorrow") for word, _ in shown["a typo"].words)
    assert any(" " in word for each in shown.values() for word, _ in each.words), "no phrase"
    assert sum(bool(each.words) for each in shown.values()) >= len(TEXTS) - 2
