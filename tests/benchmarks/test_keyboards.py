"""Another keyboard answers through pipes: a made-up one, and the real ones if they are installed."""

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.peers.environments import Unavailable
from benchmarks.peers.keyboard_process import CHECKOUT, PEERS, Peer, started

PROGRAM = """
import os, sys
sys.path.insert(0, {checkout!r})
from benchmarks.peers.keyboard_service import serve

class Keyboard:
    def __init__(self, train, scratch):
        print("what a library prints is no answer")
        os.write(1, b"nor is this\\n")
        self.words = train.read_text(encoding="utf-8").split()

    def suggest(self, text, limit):
        if text == "fail":
            raise ValueError("lost for words")
        begun = text[text.rfind(" ") + 1 :]
        return [word for word in self.words if word.startswith(begun)][:limit]

    def learn(self, text):
        self.words += text.split()

serve("no-such-package", Keyboard)
"""


@pytest.fixture
def train(tmp_path: Path) -> Path:
    file = tmp_path / "train.txt"
    file.write_text("see you tomorrow\nim Café\n", encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_keyboard_process_suggests_words_and_reports_its_last_error(tmp_path: Path, train: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(checkout=str(CHECKOUT)), encoding="utf-8")
    with started("Made-up", [sys.executable, str(program)], train) as keyboard:
        (found,) = keyboard.suggest("see you to", 3)
        assert (found.text, found.replace, found.insert) == ("tomorrow", 2, "tomorrow ")
        assert [each.text for each in keyboard.suggest("", 2)] == ["see", "you"]
        assert keyboard.suggest("zug", 3) == []
        assert keyboard.learn("zugzwang κόσμε😀\u2028x") == 1
        for begun, word in (("zug", "zugzwang"), ("C", "Café"), ("κόσμε😀", "κόσμε😀")):
            assert [each.text for each in keyboard.suggest(begun, 3)] == [word]
        for _ in range(2):
            with pytest.raises(Unavailable, match=r"^Made-up ended: ValueError: lost for words$"):
                keyboard.suggest("fail", 3)


@pytest.mark.all
@pytest.mark.parametrize("peer", PEERS, ids=[peer.key for peer in PEERS])
def test_each_installed_keyboard_learns_a_word_and_suggests_it(peer: Peer, train: Path) -> None:
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
