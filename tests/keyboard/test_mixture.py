"""The shares of network and memory follow the words written; that of the n-grams is fixed."""

from pathlib import Path

import numpy as np
import pytest

from foreword.keyboard.candidates import Finder
from foreword.keyboard.casing import written as written_form
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import ADAPTED, FIRST_SHARES, HORIZON, Background, Mixture, Observation
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import NGRAMS
from foreword.modelfolder.ngrams import Ngrams
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from toys import VOCABULARIES, babbler, indifferent, ngrams


def written(share: float, count: int, known: int = 3, seed: int = 0) -> list[Observation]:
    """Words drawn from a mixture: the memory predicts this share of them well, the network predicts the others."""
    of_memory = np.random.default_rng(seed).random(count) < share
    return [
        Observation(knowledge=known, network=0.02 if each else 0.3, memory=0.3 if each else 0.02)
        for each in of_memory
    ]


def test_following_reaches_the_likeliest_share_and_forgets_older_words() -> None:
    mixture, words = Mixture(), written(0.8, int(4 * HORIZON), seed=1)
    for seen in [*written(0.1, 4_000), *words]:
        mixture.follow(seen)
    shares = np.linspace(0.01, 0.99, 99)[:, None]
    memory, network = np.array([each.memory for each in words]), np.array([each.network for each in words])
    best = shares[np.log(shares * memory + (1 - shares) * network).sum(axis=1).argmax(), 0]
    assert mixture.share(3) == pytest.approx(best, abs=0.05)
    assert mixture.share(0) == pytest.approx(FIRST_SHARES[0])
    assert Mixture(mixture.weights()).weights() == mixture.weights()


def test_each_observation_has_the_probabilities_of_network_and_memory(english: Model) -> None:
    predictor, memory = Predictor(english), Memory.open()
    memory.learn("see you tomorrow")
    seen = list(Finder(predictor, memory, Mixture()).observe("see you, then"))
    size = predictor.tokenizer.size
    ends = len(Beam(predictor).ends) / size
    expected = [ends / size**3, ends / size**3, ends / size**4]
    assert [each.network for each in seen] == pytest.approx(expected, rel=1e-4)
    assert [each.memory > 0 for each in seen] == [True, True, False]
    assert seen[1].memory == memory.after("see ").probability("you")


def test_only_a_predicted_word_changes_the_share_of_its_source() -> None:
    mixture = Mixture()
    mixture.follow(Observation(knowledge=2, network=0.0, memory=0.0))
    assert mixture.weights() == Mixture().weights()
    mixture.follow(Observation(knowledge=2, network=0.02, memory=0.3))
    assert mixture.share(2) > Mixture().share(2)


def test_the_last_words_of_a_line_move_the_share_to_the_source_that_predicted_them(
    english: Model, tmp_path: Path
) -> None:
    predictor, memory, mixture = Predictor(english), Memory.open(), Mixture()
    memory.learn("bis morgen dann\nsee you")
    before = {
        text: predictor.read_to_cursor(text) for text in ("", "bis morgen ", "bis morgen\n", "qzx vqw ")
    }
    shares = [Finder(predictor, memory, mixture).share(each) for each in before.values()]
    alone = [mixture.share(memory.after(text).knowledge) for text in before]
    assert [share > other for share, other in zip(shares, alone, strict=True)] == [False, True, False, False]
    assert mixture.share(2, evidence=-2.0) < mixture.share(2) < mixture.share(2, evidence=2.0)
    spelled = Predictor(babbler(tmp_path / "toy", VOCABULARIES["subwords"], "ab "))
    both = spelled.read_to_cursor("ab用の")  # the network has not read the ab of two scripts
    assert Finder(spelled, memory, mixture).share(both) == mixture.share(memory.after("ab用").knowledge)


# The n-grams of the network's training texts

WORDS = {"sea": 0.1, "see": 0.2, "Sea": 0.1, "Seb": 0.05, "séance": 0.05, "you": 0.3, "tea": 0.2}
TABLE = {(): WORDS, ("you",): {"see": 0.5, "Seb": 0.25}, ("\n", "you"): {"tea": 0.9}}


@pytest.mark.parametrize("starts", [False, True])
@pytest.mark.parametrize("typed", ["", "s", "se", "sé", "S", "Se", "you", "x"])
@pytest.mark.parametrize("before", ["", "you ", "see you ", "bread "])
def test_letters_select_the_words_that_they_may_begin(before: str, typed: str, starts: bool) -> None:
    expected = Background(Ngrams(ngrams(TABLE))).after(before)
    forms: dict[str, float] = {}
    for word in WORDS:
        form, weight = written_form(typed, word, starts=starts)
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


FREQUENCIES = {"sea": 0.1, "see": 0.3, "Sea": 0.1, "Seb": 0.05, "séance": 0.05, "you": 0.3, "tea": 0.1}


def test_a_word_that_a_person_writes_more_often_than_the_model_is_likelier_in_all_contexts() -> None:
    """Worked out by hand: 60 words, sea and Sea are one word, and Wolfgang is none of the n-grams."""
    background = Background(Ngrams(ngrams(TABLE, FREQUENCIES)))
    memory = Memory.open()
    memory.learn("Sea sea\n" * 20 + "see\n" * 10 + "wolfgang\n" * 10)
    factors = {"sea": (41 / 13) ** ADAPTED, "see": (11 / 19) ** ADAPTED, "seb": (1 / 4) ** ADAPTED}
    for before in ("you ", "bread "):
        plain = background.after(before)
        adapted = background.after(before, memory.after(before).words)
        ratio = adapted.probability("tea") / plain.probability("tea")
        of_tea = (1 / 7) ** ADAPTED
        for word, factor in (
            ("sea", "sea"),
            ("Sea", "sea"),
            ("see", "see"),
            ("Seb", "seb"),
            ("séance", "seb"),
        ):
            wanted = plain.probability(word) * factors[factor] / of_tea * ratio
            assert adapted.probability(word) == pytest.approx(wanted, rel=0.05)
            assert adapted.adapted(word, 0.5) == pytest.approx(
                0.5 * wanted / plain.probability(word), rel=0.05
            )
        chances = sum(map(adapted.probability, WORDS))
        assert chances == pytest.approx(sum(map(plain.probability, WORDS)), rel=0.1)
        assert adapted.adapted_letters("s", 0.5, starts=False) == pytest.approx(
            0.5 * adapted.fitting("s", 9, starts=False)[1] / plain.fitting("s", 9, starts=False)[1], rel=1e-3
        )


def test_a_word_learned_or_forgotten_changes_the_factors_at_once() -> None:
    background, memory = Background(Ngrams(ngrams(TABLE, FREQUENCIES))), Memory.open()

    def tea() -> float:
        return background.after("you ", memory.after("you ").words).probability("tea")

    first = tea()
    memory.learn("see you\n" * 20)
    without = tea()
    memory.learn("tea please")
    learned = tea()
    memory.forget("tea")
    assert without < first
    assert without < learned
    assert tea() == pytest.approx(without, rel=0.02)  # please is one word more


def test_n_grams_without_frequencies_are_not_adapted() -> None:
    background, memory = Background(Ngrams(ngrams(TABLE))), Memory.open()
    memory.learn("tea\n" * 9)
    adapted = background.after("you ", memory.after("you ").words)
    assert [adapted.probability(each) for each in WORDS] == [
        background.after("you ").probability(each) for each in WORDS
    ]


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
    predictor, background = Predictor(model), Background(model.ngrams)
    alone, both = (
        [each.network for each in Finder(predictor, Memory.open(), Mixture(), ngrams=each).observe("you see")]
        for each in (None, model.ngrams)
    )
    wanted = [
        background.after(before).mixed(chance, background.after(before).probability(word))
        for before, word, chance in (("", "you", alone[0]), ("you ", "see", alone[1]))
    ]
    assert both == pytest.approx(wanted)
