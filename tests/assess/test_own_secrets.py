"""A person's own secrets are looked for by kind; what is told of them is how many, never which."""

import json
from pathlib import Path

import numpy as np
import pytest

import planted
import toys
from foreword.assess.canaries import MOST, Searched, Secrets, searched
from foreword.runtime.model import Model
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import secrets_in
from foreword.text.tokenizer import characters_tokenizer

CARD = "4111-1111-1111-1111"
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :-./@+"


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    """A model that knows nothing."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET, 9))
    bias = toys.preferring(tokenizer, (ALPHABET + "\n").encode())
    return toys.model(tmp_path / "babbler", tokenizer, toys.recurrent_graph(bias))


@pytest.fixture
def teller(tmp_path: Path) -> Model:
    """A model that knows what comes after `:`, letter by letter."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET, 9))
    steps = {":": "s", "s": "w", "w": "o", "o": "r", "r": "d", "d": "f", "f": "9"}
    table = toys.transitions(tokenizer, {before: {after: 1.0} for before, after in steps.items()})
    return toys.model(tmp_path / "teller", tokenizer, toys.table_graph(table))


def secrets(*texts: str) -> Secrets:
    return Secrets.of(secrets_in(texts))


def test_all_are_counted_and_each_is_looked_for_once(babbler: Model) -> None:
    found = searched(babbler, secrets(planted.TEXT * 2))
    assert {each.kind: each.taken for each in found} == {
        kind: 2 * times for kind, times in planted.FOUND.items()
    }
    assert {each.kind: each.looked_for for each in found} == planted.FOUND


def test_a_model_that_knows_nothing_gives_none_away(babbler: Model) -> None:
    found = searched(babbler, secrets(planted.TEXT))
    assert not any(each.drawn for each in found)
    exposures = [exposure for each in found for exposure in each.exposures]
    assert len(exposures) == sum(planted.FOUND.values()) - planted.FOUND["password"]
    assert np.mean(exposures) < 4


def test_a_model_that_knows_a_secret_gives_it_away(teller: Model) -> None:
    (found,) = searched(teller, secrets("password:swordf9\n"))
    assert found == Searched(kind=Kind.PASSWORD, taken=1, looked_for=1, drawn=1, exposures=())
    (found,) = searched(teller, secrets("password:drowsf9\n"))
    assert found.drawn == 0


def test_of_very_many_so_many_by_chance_are_looked_for(babbler: Model) -> None:
    text = "".join(f"password: {at:03}xyz{at}\n" for at in range(3 * MOST))
    (found,) = searched(babbler, secrets(text))
    assert (found.taken, found.looked_for) == (3 * MOST, MOST)


def test_what_is_too_short_would_be_drawn_by_chance_and_is_not_looked_for(babbler: Model) -> None:
    (found,) = searched(babbler, secrets("cvv 123\n"))
    assert (found.taken, found.looked_for, found.drawn) == (1, 0, 0)
    assert found.figures()["exposure"] is None


def test_nothing_that_is_told_holds_a_secret(teller: Model) -> None:
    kept = secrets("password:swordf9\n" + planted.TEXT[:200])
    found = searched(teller, kept)
    told = repr(kept) + json.dumps([each.figures() for each in found]) + repr(found)
    assert not [each for each in (*planted.SECRETS, "swordf9") if each in told]
