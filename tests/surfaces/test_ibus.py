"""Foreword in real applications: typed letters arrive, and taken words are inserted."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from foreword.ibus.field import TYPING_SECONDS
from foreword.ibus.install import own_command
from foreword.keyboard.memory import Memory
from program import ran
from surfaces.desktop import Desktop, Kind, missing

pytestmark = pytest.mark.all

LETTERS = ("The quick brown fox jumps over the lazy dog while nobody looks. " * 16)[:999].rstrip() + "!"
HOW_TO = Path(__file__).parents[2] / "docs/how-to/ibus.md"
SECRET = "the hunter2 tomor"


@pytest.fixture(scope="module", params=get_args(Kind))
def desktop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop with a running engine, and the fields of one toolkit on the screen."""
    kind: Kind = request.param
    if lacking := missing(kind):
        pytest.skip(f"{lacking} is not installed")
    home = tmp_path_factory.mktemp(kind)
    (home / "settings").mkdir()
    (home / "settings" / "settings.toml").write_text("learn = true\n")
    with Desktop(home) as made:
        made.start_ibus()
        made.start_engine("-m", "base")
        made.open(kind)
        made.letter_in("view")
        if not made.keys():  # seen once: IBus had given the first window no engine
            made.choose_engine()
        yield made


@pytest.fixture
def view(desktop: Desktop) -> Desktop:
    """The first field, empty and with the focus."""
    desktop.letter_in("view")  # then an empty field shows that the Delete is done
    desktop.press("ctrl+a", "Delete")
    desktop.wait_for("view", "")
    return desktop


def test_tab_takes_a_word_and_the_sentence_continues(view: Desktop) -> None:
    view.type("We meet tom")
    view.wait_for_offer("We meet tom")
    view.wait_for("view", "We meet tom")  # the suggestion is not in the text
    view.press("Tab")
    view.wait_for("view", "We meet tomorrow")
    view.type("at noon, not tom")
    view.wait_for_offer("We meet tomorrow at noon, not tom")
    view.press("Tab")
    view.type(".")
    view.wait_for("view", "We meet tomorrow at noon, not tomorrow.")
    view.type(" See you tom")
    view.wait_for_offer(" See you tom")
    view.press("Tab")
    view.type(":")
    time.sleep(0.5)  # an application that sends its text later keeps no space
    view.type(") and")
    face = ":)" if view.kind == "chromium" else " :)"  # on X11, Chromium deletes nothing
    view.wait_for("view", f"We meet tomorrow at noon, not tomorrow. See you tomorrow{face} and")


def test_a_thousand_letters_arrive_once_and_in_sequence(view: Desktop) -> None:
    """With any input source, a busy Firefox drops a key before it asks, and a busy Qt swaps two keys."""
    before = len(view.keys())
    view.type(LETTERS, milliseconds=30)
    match view.kind:
        case "qt6":
            view.until(lambda: sorted(view.held("view")) == sorted(LETTERS), "each letter arrives once")
        case "firefox":
            view.until(lambda: view.held("view") == view.keys()[before:], "each key arrives once")
            left = iter(LETTERS)
            assert all(each in left for each in view.held("view"))
            assert len(view.held("view")) > 950
        case _:
            view.wait_for("view", LETTERS)


def test_a_letter_of_several_keys_arrives(view: Desktop) -> None:
    view.type("caf")
    view.wait_for("view", "caf")  # some applications reset the input method after a letter
    view.press_each("dead_acute", "e")
    view.wait_for("view", "café")
    view.press_each("Multi_key", "o", "e")
    view.wait_for("view", "caféœ")
    view.type(" tom")
    view.wait_for_offer(" tom")
    view.press("Tab")
    view.wait_for("view", "caféœ tomorrow")


def test_undo_removes_a_taken_word_and_its_space(view: Desktop) -> None:
    if view.kind == "gtk3":
        pytest.skip("GTK 3 has no undo")
    view.type("We meet tom")
    view.wait_for_offer("We meet tom")
    view.press("Tab")
    view.wait_for("view", "We meet tomorrow")
    view.press("ctrl+z")
    view.until(lambda: "row" not in view.held("view"), "the word is undone", lambda: view.held("view"))
    left = view.held("view")
    assert "We meet tom".startswith(left)
    view.type("x")
    view.wait_for("view", f"{left}x")


def test_tab_leaves_a_form_field_and_typing_replaces_a_selection(view: Desktop) -> None:
    view.click("entry")
    view.press("ctrl+a")
    view.type("Dear ")
    view.wait_for("entry", "Dear ")
    view.press("Tab")
    view.until(lambda: view.held("focus") == "secret", "Tab goes to the next field")
    view.click("entry")
    view.press("ctrl+a")
    view.type("We meet tom")
    view.wait_for("entry", "We meet tom")
    view.wait_for_offer("We meet tom")
    view.press("Right")
    taken = re.compile("We meet tom.")
    view.until(lambda: bool(taken.match(view.held("entry"))), "the arrow takes", lambda: view.held("entry"))


def test_escape_and_the_pause_key_close_the_list(view: Desktop) -> None:
    view.type("We meet tom")
    view.wait_for_offer("We meet tom")
    view.press("Escape")
    view.wait_for_no_list()
    view.press("ctrl+shift+space")
    view.type(" and tom")
    view.wait_for("view", "We meet tom and tom")
    view.wait_for_no_list()  # after the message that suggestions are off
    view.press("ctrl+shift+space")
    view.type(" again tom")
    view.wait_for_offer(" tom")


def test_a_click_elsewhere_in_the_text_closes_the_list(view: Desktop) -> None:
    view.type("We meet tom")
    view.wait_for_offer("We meet tom")
    time.sleep(TYPING_SECONDS)  # before that, a reset on a busy machine counts as the answer to a key
    view.click("view", across=22)
    view.wait_for_no_list()
    view.wait_for("view", "We meet tom")


def test_the_engine_learns_a_line_but_not_a_password(view: Desktop) -> None:
    view.type("We meet at the old harbour")
    view.press("Return")
    view.wait_for("view", "We meet at the old harbour\n")  # a late letter would go to the field of the click
    view.click("secret")
    view.type(SECRET)
    view.wait_for("secret", SECRET)
    assert not view.list_is_seen() or view.kind == "qt6"
    view.xdotool("key", "Return")
    view.click("view")
    if view.kind == "qt6":  # on X11, Qt does not report the purpose of a field
        assert not (view.home / "models" / "base.memory").exists()
        return
    with closing(Memory.open(view.home / "models" / "base.memory")) as memory:
        view.until(lambda: memory.times("harbour") > 0, "the line is learned")
        assert not any("hunter" in each.text for each in memory.messages())


def test_a_killed_engine_loses_no_letter(view: Desktop) -> None:
    view.type("and tom")
    view.wait_for_offer("and tom")
    view.kill_engine()
    view.type("orrow all goes on")
    view.wait_for("view", "and tomorrow all goes on")
    assert "tom" not in (view.home / "engine.log").read_text()


def test_the_engine_connects_only_to_the_daemon(tmp_path: Path) -> None:
    watch = ("strace", "-f", "-qq", "-e", "trace=%network")
    if lacking := missing("gtk3"):
        pytest.skip(f"{lacking} is not installed")
    tried = [*watch, "true"]
    if not shutil.which("strace") or subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("strace is not installed, or not allowed")
    with Desktop(tmp_path / "home") as desktop:
        desktop.start_ibus()
        desktop.start_engine("-m", "base", under=(*watch, "-o", str(tmp_path / "calls")))
        desktop.open("gtk3")
        desktop.type("We meet tom")
        desktop.wait_for_offer("We meet tom")
        calls = (tmp_path / "calls").read_text()
    families = set(re.findall(r"\bsocket(?:pair)?\((\w+)", calls))
    assert families == {"AF_UNIX"}
    assert len(re.findall(r"\bconnect\(", calls)) == 1


def test_the_commands_of_the_how_to_work(tmp_path: Path) -> None:
    """All its commands, except pip and the engine of another model."""
    if lacking := missing("gtk3"):
        pytest.skip(f"{lacking} is not installed")
    blocks = re.findall(r"^```sh\n(.*?)^```$", HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert "".join(blocks).splitlines() == [
        'python -m pip install ".[ibus]"',
        "foreword ibus install",
        "foreword doctor",
        "foreword ibus",  # the other tests run it
        "foreword ibus install -m work --private",
        "foreword ibus install --uninstall",
    ]
    with Desktop(tmp_path / "home") as desktop:

        def foreword(*arguments: str) -> str:
            done = ran(sys.executable, "-m", "foreword", *arguments, env=desktop.environment)
            assert done.returncode == 0, done.stderr
            return done.stdout

        foreword("ibus", "install")
        folder = desktop.home / ".local/share/ibus/component"
        written = (folder / "foreword.xml").read_text()
        assert f"{shlex.join(own_command())}</exec>" in written
        (line,) = (desktop.home / ".config/environment.d/60-foreword-ibus.conf").read_text().splitlines()[1:]
        name, _, value = line.partition("=")
        assert value == f"{folder}:${{IBUS_COMPONENT_PATH:-/usr/share/ibus/component}}"
        desktop.start_ibus(**{name: f"{folder}:/usr/share/ibus/component"})
        desktop.open("gtk3")
        assert re.search("Input method +not set up +installed, but not among", foreword("doctor"))
        subprocess.run(["ibus", "engine", "foreword"], env=desktop.environment, check=False)
        desktop.until(lambda: "the input source in use" in foreword("doctor"), "it is in use")
        desktop.type("We meet tomorr")  # each list from "tom" on has the word
        desktop.wait_for("view", "We meet tomorr")
        desktop.until(desktop.list_is_seen, "there is a list")
        desktop.press("Tab")
        desktop.wait_for("view", "We meet tomorrow")
        foreword("ibus", "install", "--uninstall")
        left = [each for each in desktop.home.rglob("*foreword*") if "Cache" not in str(each)]
        assert left == []
