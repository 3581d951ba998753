"""The background model: its words take part in every list, and its share is fixed by the model."""

from pathlib import Path

import pytest

from foreword.keyboard.background import Background
from foreword.keyboard.casing import written
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import observations
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import NGRAMS
from foreword.modelfolder.ngrams import Ngrams
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.state_cache import Predictor
from toys import indifferent, ngrams

WORDS = {"sea": 0.1, "see": 0.2, "Sea": 0.1, "Seb": 0.05, "séance": 0.05, "you": 0.3, "tea": 0.2}
TABLE = {(): WORDS, ("you",): {"see": 0.5, "Seb": 0.25}, ("\n", "you"): {"tea": 0.9}}


@pytest.mark.parametrize("starts", [False, True])
@pytest.mark.parametrize("typed", ["", "s", "se", "sé", "S", "Se", "you", "x"])
@pytest.mark.parametrize("before", ["", "you ", "see you ", "bread "])
def test_letters_select_the_words_that_they_may_begin(before: str, typed: str, starts: bool) -> None:
    expected = Background(Ngrams(ngrams(TABLE))).after(before)
    forms: dict[str, float] = {}
    for word in WORDS:
        form, weight = written(typed, word, starts=starts)
        forms[form] = forms.get(form, 0.0) + weight * expected.probability(word)
    found, mass = expected.fitting(typed, 9, starts=starts)
    assert mass == pytest.approx(sum(forms.values()), rel=1e-5)
    assert found == pytest.approx({form: chance for form, chance in forms.items() if chance}, rel=1e-5)


def test_the_share_grows_with_the_symbols_found() -> None:
    background = Background(Ngrams(ngrams(TABLE)))
    assert [background.after(each).share for each in ("bread ", "see you ", "you ")] == pytest.approx(
        [0.1, 0.2, 0.3]
    )
    assert Background(None).after("you ").mixed(0.5, 1.0) == 0.5


@pytest.fixture
def model(tmp_path: Path) -> Model:
    made = indifferent(tmp_path / "model", "abcdefghijklmnopqrstuvwxyzSé ")
    (made.path / NGRAMS).write_bytes(ngrams(TABLE))
    return Model.open(made.path)


def test_a_word_of_the_n_grams_is_offered_with_its_share_of_the_mixture(model: Model) -> None:
    keyboard = Keyboard(model)
    assert [each.text for each in keyboard.suggest("you ", 2)] == ["tea", "see"]
    (first, *_), _ = keyboard.weigh("you ")
    assert (first.word, first.memory) == ("tea", 0.0)
    assert first.network == pytest.approx(0.3 * 0.9, rel=0.05)
    assert [each.text for each in keyboard.suggest("see you s", 2)] == ["see", "Seb"]


def test_a_written_word_has_the_mixture_as_the_probability_of_the_network(model: Model) -> None:
    predictor, background, memory = Predictor(model), Background(model.ngrams), Memory.open()
    line, beam = "you see", Beam(predictor)
    alone, both = (
        [each.network for each in observations(predictor, beam, each, memory, line)]
        for each in (Background(None), background)
    )
    wanted = [
        background.after(before).mixed(chance, background.after(before).probability(word))
        for before, word, chance in (("", "you", alone[0]), ("you ", "see", alone[1]))
    ]
    assert both == pytest.approx(wanted)
