"""What is shown of a run's speed."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from foreword.corpus.prepare import Settings, prepare
from foreword.personal import pace, watch
from foreword.personal.events import Progressed, Said
from foreword.training import loop
from foreword.training.plan import new_model
from foreword.training.session import Session, layout_for
from sessions import recipe

STEPS = 40


def test_speed_and_time_left_are_those_of_training_without_validating_saving_and_speaking(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock on which an update takes a second, a look a hundred, speaking a thousand, saving ten thousand."""
    now = [0.0]

    def slow(seconds: float, then: Callable[..., object]) -> Callable[..., object]:
        def takes(*arguments: object, **named: object) -> object:
            now[0] += seconds
            return then(*arguments, **named)

        return takes

    monkeypatch.setattr(loop, "_gradients", slow(1, loop._gradients))
    monkeypatch.setattr(loop, "validate", slow(100, lambda *_, **__: 1.0))
    monkeypatch.setattr(pace, "sample", slow(1_000, lambda *_, **__: "so"))
    monkeypatch.setattr(watch, "save_checkpoint", slow(10_000, lambda *_: None))
    corpus = prepare([str(source)], tmp_path / "corpus", Settings())
    assert corpus.validation is not None
    small = recipe("gru", patience=0)
    session = Session(
        settings=small.training,
        model=new_model(small, corpus),
        layout=layout_for(corpus.train.ids, small.training),
        steps=STEPS,
        looks=8,
        device=torch.device("cpu"),
        precision="float32",
        validation_ids=corpus.validation.ids,
        clock=lambda: now[0],
    )
    told = list(watch.watch(session, corpus, tmp_path))
    shown = [event for event in told if isinstance(event, Progressed)]
    assert [event.step for event in shown] == list(range(1, STEPS + 1))
    assert [event.seconds_left for event in shown] == pytest.approx([STEPS - event.step for event in shown])
    assert [event.tokens_per_second for event in shown] == pytest.approx([24] * STEPS)
    assert any(isinstance(event, Said) for event in told)
    assert session.record.timing.beside >= 11_000
