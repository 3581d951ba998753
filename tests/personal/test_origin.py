"""The model that another went on from is found by its weights, wherever it lies now."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.modelfolder import read
from foreword.personal.origin import Origin, origin_of, went_on
from foreword.personal.start import weights_digest
from foreword.personal.versions import keep
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

TOKENIZER = characters_tokenizer(dict.fromkeys("abc", 9))
GRAPH = toys.recurrent_graph(np.zeros(TOKENIZER.size, np.float32))


def toy(folder: Path, training: dict[str, object] | None = None) -> Model:
    return toys.model(folder, TOKENIZER, GRAPH, training)


def going_on_from(folder: Path, name: str, sha256: str) -> Model:
    return toy(folder, {"from": {"name": name, "sha256": sha256}})


@pytest.mark.parametrize("place", ["beside", "home", "versions"])
def test_it_is_found_beside_in_the_data_folder_and_among_the_versions(
    tmp_path: Path, home: Path, place: str
) -> None:
    folder = {"beside": tmp_path / "general", "home": home / "general", "versions": tmp_path / "me"}[place]
    sha256 = weights_digest(toy(folder).folder)
    if place == "versions":
        keep(folder)
    model = going_on_from(tmp_path / "me", "me" if place == "versions" else "general", sha256)
    found = origin_of(model)
    assert found is not None
    assert weights_digest(read(found.path)) == sha256
    assert went_on(model) == model.folder.training["from"]["name"]  # type: ignore[index]


def test_another_model_of_that_name_is_not_it(tmp_path: Path) -> None:
    toy(tmp_path / "general")
    assert origin_of(going_on_from(tmp_path / "me", "general", "0" * 64)) is None


def test_who_began_from_scratch_went_on_from_nothing(tmp_path: Path) -> None:
    model = toy(tmp_path / "me")
    assert (went_on(model), origin_of(model)) == (None, None)


def test_what_is_gone_is_noted(tmp_path: Path) -> None:
    assert Origin.of(toy(tmp_path / "scratch")).notes == ()
    sha256 = weights_digest(toy(tmp_path / "general").folder)
    found = Origin.of(going_on_from(tmp_path / "me", "general", sha256))
    assert found.model is not None
    assert (found.model.path, found.old, found.notes) == (tmp_path / "general", (), ())

    record: dict[str, object] = {
        "from": {"name": "general", "sha256": sha256},
        "old_sources": [{"sha256": "1", "name": "gone.txt"}],
    }
    without_old = Origin.of(toy(tmp_path / "you", record))
    assert (without_old.model is not None, without_old.old) == (True, ())
    assert "a copy learns without it" in without_old.notes[0]

    alone = Origin.of(going_on_from(tmp_path / "they", "general", "0" * 64))
    assert (alone.model, alone.old) == (None, ())
    assert alone.notes == (
        "they went on from general, which is not there any more: a copy begins from scratch",
    )
