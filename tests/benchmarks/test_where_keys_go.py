"""What benchmarks/where_keys_go.py promises: it counts as the replay does, and each bit once."""

from collections import Counter

import pytest

from benchmarks.where_keys_go import Counted, bits_by_place
from foreword.assess.bits import bits_per_character
from foreword.assess.keystrokes import replay
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from guessing import Guessing

MESSAGES = ["see you tomorrow", "see you at the quay, tomorrow"]


def test_savings_are_those_of_the_replay(model: Model) -> None:
    counts = Counted(written=Counter())
    keyboard = Keyboard(model, Memory.open())
    for message in MESSAGES:
        counts.type(message, keyboard)
    assert counts.savings() == pytest.approx(replay(Keyboard(model, Memory.open()), MESSAGES).savings)


def test_a_word_counts_by_how_often_it_was_written_and_is_never_offered_where_it_was_typed_out() -> None:
    counts = Counted(written=Counter({"you": 20, "so": 1}))
    counts.type("You see so!", Guessing({"You": 0.9}))  # type: ignore[arg-type]
    found = {kind: (each.characters, each.keys, each.never) for kind, each in counts.kinds.items()}
    assert found == {
        "20 times or more": (4, 1, 0),  # taken, and the space with it
        "never before": (3, 3, 3),
        "1 to 19 times": (2, 2, 2),
        "signs": (3, 3, 0),  # the space that nothing brought, the sign, Enter
    }
    assert counts.written["see"] == 1


def test_the_bits_of_all_places_are_those_of_the_text(model: Model) -> None:
    text = "\n".join(MESSAGES)
    spent = bits_by_place(model, text)
    assert sum(spent.values()) == pytest.approx(bits_per_character(model, text))
    assert all(bits > 0 for bits in spent.values())
