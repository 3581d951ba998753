"""Another keyboard answers through pipes: the plumbing with a made-up one, the real ones where they are installed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.peers import keyboard_process
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.keyboard_process import CHECKOUT, PEERS, KeyboardProcess, Peer, started

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
    program = tmp_path / "program.py"
    with ExitStack() as ends:

        def run(fails: str = "") -> KeyboardProcess:
            program.write_text(PROGRAM.format(checkout=str(CHECKOUT), fails=fails), encoding="utf-8")
            return ends.enter_context(started("Made-up", [sys.executable, str(program)], train))

        yield run


@pytest.mark.slow
def test_it_suggests_what_it_has_learned_in_any_letters(start: Start) -> None:
    keyboard = start()
    (found,) = keyboard.suggest("see you to", 3)
    assert (found.text, found.replace, found.insert) == ("tomorrow", 2, "tomorrow ")
    assert [each.text for each in keyboard.suggest("", 2)] == ["see", "you"]
    assert keyboard.suggest("zug", 3) == []
    assert keyboard.learn("zugzwang κόσμε😀\u2028x") == 1
    assert [each.text for each in keyboard.suggest("zug", 3)] == ["zugzwang"]
    assert [each.text for each in keyboard.suggest("C", 3)] == ["Café"]
    assert [each.text for each in keyboard.suggest("κόσμε😀", 3)] == ["κόσμε😀"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fails", "words"),
    [
        ("missing", "^it is not installed$"),
        ("opening", "^Made-up ended: ValueError: no memory of that$"),
        ("suggesting", "^Made-up ended: ValueError: lost for words$"),
        ("silent", "^Made-up did not answer within 0 seconds$"),
    ],
)
def test_one_that_fails_gives_its_last_words_as_often_as_it_is_asked(
    start: Start, fails: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fails in ("missing", "opening"):
        with pytest.raises(Unavailable, match=words):
            start(fails)
        return
    keyboard = start(fails)
    if fails == "silent":
        monkeypatch.setattr(keyboard_process, "ANSWERING_SECONDS", 0.2)
    for _ in range(2):
        with pytest.raises(Unavailable, match=words):
            keyboard.suggest("see", 3)


@pytest.mark.all
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
