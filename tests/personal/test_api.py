"""The same from Python: `foreword.train` gives a model, `foreword.load` finds it again."""

import signal
import sys
import threading
from pathlib import Path

import pytest

import foreword
from foreword.modelfolder import run_folder
from foreword.personal.events import Event, Finished, Progressed, Validated
from messages import RECIPE, RECIPE_FILE, messages

SHORT = {**RECIPE, "training": {**RECIPE["training"], "steps": 30}}


def test_train_gives_a_model_and_reports_what_happens(source: Path, home: Path) -> None:
    events: list[Event] = []
    model = foreword.train(source, to="mine", recipe=SHORT, report=events.append)
    assert isinstance(model, foreword.Model)
    assert model.path == home / "mine"
    assert any(isinstance(event, Validated) for event in events)
    assert isinstance(events[-1], Finished)
    assert foreword.load("mine").config == model.config


def test_what_the_first_page_of_the_manual_shows_works(source: Path) -> None:
    foreword.train([source, str(source)], recipe=SHORT)
    model = foreword.load("me")
    passage = "".join(foreword.generate(model, "I think ", characters=30, temperature=0.8, seed=7))
    assert len(passage) == 30
    (token, probability), *_ = foreword.next_tokens(model, "see you tom", limit=5)
    assert len(token) >= 1
    assert 0 < probability < 1
    assert foreword.bits_per_character(model, messages(5)) > 0
    suggestion = foreword.Keyboard(model).suggest("see you tom", limit=1)[0]
    assert isinstance(suggestion, foreword.Suggestion)
    assert suggestion.text.startswith("tom")


def test_a_path_with_or_without_a_slash_is_a_path(source: Path, tmp_path: Path) -> None:
    assert foreword.train(source, to=tmp_path / "here", recipe=SHORT).path == tmp_path / "here"
    assert foreword.load(tmp_path / "here").path == foreword.load(str(tmp_path / "here")).path


def test_it_trains_in_another_thread_too(source: Path) -> None:
    """Only the main thread may hear signals; elsewhere, training goes on without."""
    models: list[foreword.Model] = []
    thread = threading.Thread(target=lambda: models.append(foreword.train(source, recipe=SHORT)))
    thread.start()
    thread.join()
    assert len(models) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_keeps_the_run_and_interrupts_the_caller(source: Path, home: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progressed | Validated):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        foreword.train(source, recipe=SHORT, report=interrupt)
    assert (run_folder(home / "me") / "checkpoint.safetensors").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_model_goes_on_from_another_and_then_with_more(source: Path, tmp_path: Path, home: Path) -> None:
    foreword.train(source, to="old", recipe=SHORT)
    (tmp_path / "new.txt").write_text("ganz anderer Text, Straße für Straße\n" * 60, encoding="utf-8")
    fine = foreword.train(tmp_path / "new.txt", start="old", replay=source, recipe=SHORT)
    assert fine.path == home / "me"
    assert fine.tokenizer.tokens == foreword.load("old").tokenizer.tokens
    record = fine.folder.training
    assert [text["name"] for text in record["old_sources"]] == ["messages.txt"]  # type: ignore[attr-defined]
    again = foreword.train(more=True, recipe=SHORT).folder.training
    assert len(again["history"]) in (1, 2)  # type: ignore[arg-type]
    with pytest.raises(foreword.ForewordError, match="say what to learn from"):
        foreword.train(start="old", recipe=SHORT)


def test_a_recipe_may_be_a_path_written_as_text(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(f"{RECIPE_FILE}steps = 3\n", encoding="utf-8")
    assert foreword.train(source, recipe=str(path)).folder.training["steps"] == 3


def test_what_is_wrong_is_an_error_of_ours(source: Path) -> None:
    with pytest.raises(foreword.ForewordError, match="there is no key in"):
        foreword.train(source, recipe={"training": {"epoch": 3}})
    with pytest.raises(foreword.ForewordError, match="there is no model"):
        foreword.load("nobody")
