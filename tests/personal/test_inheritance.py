"""What a run takes over from a finished model, and what a finished model cannot become."""

import hashlib
from pathlib import Path

import pytest

import toys
from foreword.corpus.streams import SourceRecord
from foreword.errors import ModelForeign, OptionError, SourceMissing
from foreword.personal.inheritance import check_unchanged, further, own_sources, tables_of
from foreword.personal.order import order_for
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer
from foreword.training.recipe import Table, fine_tuning_rate, recipe_of

TRAINING: dict[str, object] = {
    "batch": 5,
    "layout": "windows",
    "context": 4,
    "steps": 700,
    "learning_rate": 0.9,
}
RECIPE: dict[str, object] = {
    "text": {"held_out": 0.3, "encoding": "latin-1", "vocabulary": 300},
    "model": {"architecture": "of another version"},
    "training": TRAINING,
}


def finished(tmp_path: Path, **training: object) -> Model:
    """A vanilla network of one unit, with this in its training.json."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    return toys.model(tmp_path / "me", tokenizer, graph, training)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_network_is_taken_over_and_trained_at_a_rate_of_its_own(tmp_path: Path) -> None:
    tables = tables_of(finished(tmp_path), {}, more=False)
    assert tables["model"] == {"architecture": "rnn", "embedding": 1, "hidden": 1, "layers": 1}
    assert tables["text"] == {"unit": "characters"}
    assert tables["training"]["learning_rate"] == fine_tuning_rate("rnn", {"hidden": 1, "layers": 1})
    recipe_of(tables)


def test_only_how_its_text_was_cut_is_taken_over_to_new_text(tmp_path: Path) -> None:
    tables = tables_of(finished(tmp_path, recipe=RECIPE), {}, more=False)
    assert set(tables["training"]) == {"layout", "context", "stride", "learning_rate"}
    assert (tables["training"]["layout"], tables["training"]["context"]) == ("windows", 4)
    assert "held_out" not in tables["text"]


def test_with_more_it_goes_on_as_it_was_trained_but_for_the_length_and_the_rate(tmp_path: Path) -> None:
    tables = tables_of(finished(tmp_path, recipe=RECIPE), {}, more=True)
    assert tables["text"] == {"unit": "characters", "held_out": 0.3}
    assert tables["training"]["batch"] == 5
    assert "steps" not in tables["training"]
    assert tables["training"]["learning_rate"] == fine_tuning_rate("rnn", {"hidden": 1, "layers": 1})


def test_what_is_asked_for_goes_over_what_is_taken_over(tmp_path: Path) -> None:
    asked: dict[str, Table] = {
        "text": {"unit": "characters", "held_out": 0.3, "encoding": None},
        "model": {"architecture": None, "hidden": 1, "dropout": 0.5},
        "training": {"batch": 3, "learning_rate": 0.5},
    }
    tables = tables_of(finished(tmp_path, recipe=RECIPE), asked, more=True)
    assert tables["model"]["dropout"] == 0.5
    assert (tables["training"]["batch"], tables["training"]["learning_rate"]) == (3, 0.5)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"model": {"architecture": "gru"}},
            "architecture gru: me is a finished network, and its weights fit architecture rnn alone",
        ),
        ({"model": {"hidden": 2}}, "hidden 2: .* fit hidden 1 alone; leave that out, or train from scratch"),
        ({"text": {"unit": "words"}}, "units words: .* fit units characters alone"),
        ({"text": {"vocabulary": 400}}, "text.vocabulary 400: .* fit its own tokens alone"),
    ],
)
def test_what_a_finished_network_cannot_become_is_refused_with_the_reason(
    tmp_path: Path, asked: dict[str, Table], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        tables_of(finished(tmp_path), asked, more=False)


def test_with_more_no_other_share_may_be_held_out(tmp_path: Path) -> None:
    """What was measured on would be learned, and the next figures would be too good."""
    asked: dict[str, Table] = {"text": {"held_out": 0.1}}
    model = finished(tmp_path, recipe=RECIPE)
    assert tables_of(model, asked, more=False)["text"]["held_out"] == 0.1
    with pytest.raises(OptionError, match=r"--held-out 0.1 is given, but me was trained with 0.3"):
        tables_of(model, asked, more=True)


def test_settings_of_another_version_are_left_aside_and_wrong_ones_are_named(tmp_path: Path) -> None:
    recipe = {"text": 3, "training": {"batch": 6, "of a later version": 1}, "more": {}}
    assert tables_of(finished(tmp_path, recipe=recipe), {}, more=True)["training"]["batch"] == 6
    nothings: tuple[object, ...] = (None, 3, {"training": []})
    for nothing in nothings:
        tables_of(finished(tmp_path, recipe=nothing), {}, more=True)
    wrong = finished(tmp_path, recipe={"training": {"layout": "spiral"}})
    with pytest.raises(
        ModelForeign, match=r"training.json holds no recipe of Foreword's: training.layout is"
    ):
        tables_of(wrong, {}, more=False)


def records(tmp_path: Path) -> dict[str, object]:
    """Of a model that learned from two files, one of them twice, and a sample, with an old file along."""
    for name in ("a", "b", "old"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    places = {digest(name): str(tmp_path / name) for name in ("a", "b", "old")}
    places[digest("sample")] = "sample:chitchat"
    return {
        "sources": [{"name": name, "sha256": digest(name)} for name in ("a", "sample", "b", "a")],
        "old_sources": [{"name": "old", "sha256": digest("old")}],
        "private": {"places": places},
    }


def test_its_own_texts_are_found_where_they_lay_in_their_order(tmp_path: Path) -> None:
    model = finished(tmp_path, **records(tmp_path))
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert own_sources(model) == (a, "sample:chitchat", b, a)
    assert own_sources(model, "old_sources") == (str(tmp_path / "old"),)
    assert own_sources(finished(tmp_path, sources=[], old_sources=[]), "old_sources") == ()


def test_without_sources_it_goes_on_with_its_own_in_their_encoding(tmp_path: Path) -> None:
    model = finished(tmp_path, recipe=RECIPE, **records(tmp_path))
    order = order_for([], model.path, more=True)
    own = further(order, model)
    assert own.own_text
    assert own.sources == own_sources(model)
    assert own.old == own_sources(model, "old_sources")
    assert own.recipe["text"]["encoding"] == "latin-1"
    given = further(order_for(["new.txt"], model.path, more=True, old=["b"]), model)
    assert (given.own_text, given.sources, given.old) == (False, ("new.txt",), ("b",))
    assert "encoding" not in given.recipe["text"]
    start = order_for([], tmp_path / "other", start=model.path)
    assert further(start, model).sources == ()


def test_a_text_that_is_gone_or_was_never_to_be_found_again_is_to_be_handed_in(tmp_path: Path) -> None:
    model = finished(tmp_path, **records(tmp_path))
    (tmp_path / "b").unlink()
    with pytest.raises(SourceMissing, match=r"/b is gone.*: foreword train SOURCE --more -o .*/me$"):
        own_sources(model)
    by_standard_input = {"sources": [{"sha256": "1"}], "private": {"places": {"1": ""}}}
    with pytest.raises(SourceMissing, match="me does not say where all of its texts lie; hand in the text"):
        own_sources(finished(tmp_path, **by_standard_input))
    nothings: tuple[dict[str, object], ...] = (
        {},
        {"sources": []},
        {"sources": 3},
        {"sources": [], "private": 3},
    )
    for nothing in nothings:
        with pytest.raises(SourceMissing, match="me does not say"):
            own_sources(finished(tmp_path, **nothing))


def test_a_text_that_has_changed_is_not_taken_for_the_one_that_was_learned(tmp_path: Path) -> None:
    model = finished(tmp_path, **records(tmp_path))
    texts = [SourceRecord(name, digest(name), 1) for name in ("a", "sample", "b", "a")]
    check_unchanged(model, texts)
    with pytest.raises(SourceMissing, match="b has changed since me learned from it; hand in the text"):
        check_unchanged(model, [*texts[:2], SourceRecord("b", digest("c"), 1), texts[3]])
