"""What benchmarks/feel.py promises: it counts as the replay does, and quiet is what it says."""

from pathlib import Path

import pytest

from benchmarks.feel import Typist, typed
from benchmarks.peers.contenders import Person
from foreword.assess.keystrokes import replay
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from guessing import Guessing

MESSAGES = ["see you tomorrow", "see you at the quay, tomorrow"]


@pytest.fixture
def person(tmp_path: Path) -> Person:
    (tmp_path / "train.txt").write_text("see you tomorrow\n" * 9, encoding="utf-8")
    (tmp_path / "typed.txt").write_text("\n".join(MESSAGES), encoding="utf-8")
    return Person.read(tmp_path, None)


def test_who_sees_all_words_saves_what_the_replay_says(person: Person, model: Model) -> None:
    typist = Typist(looks="words", confidence=0, letters=0)
    typed(person, model, [typist], is_newcomer=True)
    found = replay(Keyboard(model, Memory.open()), person.messages)
    assert typist.keys == sum(each.keys for each in found.messages)
    assert typist.figures()["savings"] == pytest.approx(found.savings)
    assert typist.figures()["shown"] == pytest.approx(found.shown)


def test_a_false_offer_is_one_of_which_nothing_came() -> None:
    typist = Typist(looks="list", confidence=0.3, letters=1)
    typist.type("see it", Guessing({"it": 0.9, "sea": 0.1, "so": 0.1, "see": 0.05}))
    # Before "s", the list is false: it, sea, so. Behind it "see" is taken, then "it", then Enter.
    assert (typist.keys, typist.characters) == (4, 7)
    assert typist.looked == {True: 2, False: 1}
    assert typist.shown == {True: 2, False: 1}
    assert typist.came == {True: 1, False: 1}
    quiet = Typist(looks="inline", confidence=0.95, letters=1)
    quiet.type("see it", Guessing({"see": 0.2, "it": 0.9}))
    assert (quiet.keys, quiet.figures()["shown"], quiet.figures()["savings"]) == (7, 0, 0)
