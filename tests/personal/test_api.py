"""The Python API: `foreword.train` gives a model, and `foreword.load` finds it again."""

import re
import signal
import sys
import threading
from pathlib import Path

import pytest

import foreword
from foreword.modelfolder import run_folder
from foreword.personal.events import Event, Finished, Progressed, Validated
from messages import RECIPE_FILE
from trainings import NEW, SMALL, learned, written

pytestmark = pytest.mark.slow
SHORT = {**SMALL, "training": {**SMALL["training"], "steps": 3}}


def test_the_example_on_the_first_page_of_the_manual_runs(old_text: Path, tmp_path: Path, home: Path) -> None:
    """A `str` or a `Path`, with or without a slash, names a source, a recipe and a model."""
    told: list[Event] = []
    (tmp_path / "tiny.toml").write_text(f"{RECIPE_FILE}steps = 3\n", encoding="utf-8")
    made = foreword.train([old_text, str(old_text)], recipe=str(tmp_path / "tiny.toml"), report=told.append)
    assert any(isinstance(event, Validated) for event in told)
    assert isinstance(told[-1], Finished)
    model = foreword.load("me")
    assert (model.path, model.config) == (home / "me", made.config)
    assert foreword.load(home / "me").path == foreword.load(str(home / "me")).path
    assert len("".join(foreword.generate(model, "I think ", characters=30, temperature=0.8, seed=7))) == 30
    assert len(foreword.next_tokens(model, "see you tom", limit=5)) == 5
    assert foreword.bits_per_character(model, "see you at 7 then\n") > 0
    suggestion = foreword.Keyboard(model).suggest("see you at 7 then, we should go to the mark", limit=1)[0]
    assert suggestion.text.casefold().startswith("mark")


def test_a_relative_path_of_a_model_is_not_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(foreword.ForewordError, match=re.escape(f"there is no model {tmp_path / 'me'}")):
        foreword.train(more=True, to=Path("me"))


def test_training_works_outside_the_main_thread(old_text: Path, tmp_path: Path) -> None:
    """Only the main thread can receive signals; other threads train without them."""
    models: list[foreword.Model] = []
    thread = threading.Thread(
        target=lambda: models.append(foreword.train(old_text, to=tmp_path / "here", recipe=SHORT))
    )
    thread.start()
    thread.join()
    assert [model.path for model in models] == [tmp_path / "here"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_keeps_the_run_and_interrupts_the_caller(old_text: Path, home: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progressed | Validated):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="continue with: foreword train --resume -o ours"):
        foreword.train(old_text, to="ours", recipe=SHORT, report=interrupt)
    assert (run_folder(home / "ours") / "checkpoint.safetensors").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_training_continues_and_again_with_more(me: Path, old_text: Path, tmp_path: Path, home: Path) -> None:
    recipe = {"training": {**SMALL["training"], "steps": 3}}
    new = written(tmp_path, "new.txt", NEW)
    fine = foreword.train(new, start=me, replay=old_text, recipe=recipe)
    assert fine.path == home / "me"
    assert [text.name for text in fine.folder.record().old_sources] == ["old.txt"]
    learned(fine.path, [f"and again {line}" for line in NEW])
    assert foreword.train(more=True, recipe=recipe).folder.record().sources[0].name == "me.memory"
