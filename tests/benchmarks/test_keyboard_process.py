"""Another keyboard answers through pipes: the plumbing with a made-up one, the real ones where they are installed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.peers import keyboard_process
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.keyboard_process import CHECKOUT, PEERS, KeyboardProcess, Peer, started
from benchmarks.peers.keyboard_service import INSTALL, Missing, installed
from foreword.assess.keystrokes import Learns, replay

PROGRAM = """
import os, sys, time
sys.path.insert(0, {checkout!r})
from benchmarks.peers.keyboard_service import Missing, serve

class Keyboard:
    def __init__(self, train, scratch):
        print("what a library prints is no answer")
        os.write(1, b"nor is this\\n")
        if {fails!r} == "missing":
            raise Missing("it is not installed")
        if {fails!r} == "opening":
            raise ValueError("no memory of that")
        self.words = train.read_text(encoding="utf-8").split()

    def suggest(self, text, limit):
        if {fails!r} == "suggesting":
            raise ValueError("lost for words")
        if {fails!r} == "silent":
            time.sleep(60)
        if text == "?":
            return [os.environ["HOME"], os.environ["XDG_DATA_HOME"], str("PYTHONPATH" in os.environ), os.getcwd()]
        begun = text[text.rfind(" ") + 1 :]
        return [word for word in self.words if word.startswith(begun)][:limit]

    def learn(self, text):
        self.words += text.split()

serve("no-such-package", Keyboard)
"""

Start = Callable[..., KeyboardProcess]


@pytest.fixture
def train(tmp_path: Path) -> Path:
    file = tmp_path / "train.txt"
    file.write_text("see you tomorrow\nim Café\n", encoding="utf-8")
    return file


@pytest.fixture
def start(tmp_path: Path, train: Path) -> Iterator[Start]:
    """Starts the made-up keyboard, which fails where it is told to; all of them end with the test."""
    with ExitStack() as ends:

        def run(fails: str = "") -> KeyboardProcess:
            program = tmp_path / "program.py"
            program.write_text(PROGRAM.format(checkout=str(CHECKOUT), fails=fails), encoding="utf-8")
            return ends.enter_context(started("Made-up", [sys.executable, str(program)], train))

        yield run


def test_it_suggests_what_it_was_started_with_and_what_it_learns_in_letters_of_all_kinds(
    start: Start,
) -> None:
    keyboard = start()

    (found,) = keyboard.suggest("see you to", 3)
    assert (found.text, found.replace, found.insert) == ("tomorrow", 2, "tomorrow ")
    assert [each.text for each in keyboard.suggest("", 2)] == ["see", "you"]
    assert keyboard.suggest("κόσμε😀", 3) == []
    assert keyboard.learn("κόσμε😀\u2028x") == 1
    assert [each.text for each in keyboard.suggest("κόσμε😀", 3)] == ["κόσμε😀"]


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        ("missing", "it is not installed"),
        ("opening", "Made-up ended: ValueError: no memory of that"),
        ("suggesting", "Made-up ended: ValueError: lost for words"),
    ],
)
def test_one_that_fails_gives_its_last_words(start: Start, fails: str, words: str) -> None:
    with pytest.raises(Unavailable, match=f"^{words}$"):
        start(fails).suggest("see", 3)


def test_messages_are_typed_with_it_as_with_ours(start: Start) -> None:
    """A letter and the word for what it knows, and Enter; the long word only where it has learned it."""
    keyboard = start()
    assert isinstance(keyboard, Learns)

    fixed = replay(keyboard, ["im zugzwang"] * 2, limit=3, learn=False)
    learning = replay(keyboard, ["im zugzwang"] * 2, limit=3)

    assert [typed.keys for typed in fixed.messages] == [2 + 8 + 1] * 2
    assert [typed.keys for typed in learning.messages] == [2 + 8 + 1, 2 + 2 + 1]


def test_it_has_a_home_of_its_own_that_ends_with_it(
    tmp_path: Path, train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files must not meet those that the same keyboard keeps for a person, nor its Python ours."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(checkout=str(CHECKOUT), fails=""), encoding="utf-8")

    with started("Made-up", [sys.executable, str(program)], train) as keyboard:
        home, data, paths, where = [each.text for each in keyboard.suggest("?", 9)]
        assert Path(home).is_dir()

    assert home == data
    assert not Path(home).exists()
    assert paths == "False"
    assert Path(where) == CHECKOUT


def test_one_that_is_silent_is_not_waited_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard = start("silent")
    monkeypatch.setattr(keyboard_process, "ANSWERING_SECONDS", 0.2)

    with pytest.raises(Unavailable, match=r"^Made-up did not answer within 0 seconds$"):
        keyboard.suggest("see", 3)


@pytest.mark.parametrize("said", ["not JSON", "[]", '"words"', '{"letters": 1}'])
def test_an_answer_that_is_none_is_a_reason(tmp_path: Path, train: Path, said: str) -> None:
    with (
        pytest.raises(Unavailable, match="which has no 'version'"),
        started("Made-up", [sys.executable, "-c", f"print({said!r}, flush=True); input()"], train),
    ):
        pass


def test_what_is_not_installed_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(
        Missing, match=rf"^onboard is not installed \(.* is missing\); as root, run {INSTALL}$"
    ):
        installed(str(tmp_path / "gone"), "onboard")
    assert installed(str(tmp_path), "onboard") == tmp_path
    assert (CHECKOUT / INSTALL).is_file()


@pytest.mark.parametrize("peer", PEERS, ids=[peer.key for peer in PEERS])
def test_the_real_ones_learn_a_word_and_suggest_it(peer: Peer, train: Path) -> None:
    train.write_text("see you at the zugzwang\n" * 5, encoding="utf-8")
    with ExitStack() as ends:
        try:
            keyboard = ends.enter_context(started(peer.title, peer.command, train))
        except Unavailable as reason:
            pytest.skip(str(reason))

        assert keyboard.version
        assert "zugzwang" in [each.text for each in keyboard.suggest("at the zug", 3)]
        assert "zugzwang" in [each.text for each in keyboard.suggest("you at the ", 3)]
        assert keyboard.suggest("xqzv", 3) == []
        for _ in range(3):
            keyboard.learn("never qwyjibo again")
        assert "qwyjibo" in [each.text for each in keyboard.suggest("never qw", 3)]
        assert len(keyboard.suggest("t", 2)) == 2
