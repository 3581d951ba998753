"""The journal keeps the curve, and warns once of what people should know."""

import math

import pytest

from foreword.errors import RunError
from foreword.training.journal import Journal, bits
from foreword.training.loop import Validation


def journal(held_out: list[float], training: list[float]) -> Journal:
    """What was written after looks at steps 10, 20, and so on."""
    told = Journal()
    for number, (nats, training_nats) in enumerate(zip(held_out, training, strict=True), start=1):
        event = Validation(step=10 * number, epoch=1.0, nats=nats, training_nats=training_nats, best=False)
        told.write(event, seconds=float(number))
    return told


def test_it_warns_once_when_held_out_text_gets_worse_while_training_text_gets_better() -> None:
    told = journal([3.0, 2.0, 2.1, 2.2, 2.3], [3.0, 2.0, 1.9, 1.8, 1.7])
    warning = told.warning()
    assert warning is not None
    assert "it has begun to learn by heart. The weights of step 20 are kept." in warning
    assert told.warning() is None


@pytest.mark.parametrize(
    ("held_out", "training"),
    [
        ([3.0, 2.5, 2.4, 2.3, 2.2], [3.0, 2.5, 2.4, 2.3, 2.2]),  # all is well
        ([3.0, 2.0, 2.1, 2.2], [3.0, 2.0, 1.9, 1.8]),  # not for long yet
        ([3.0, 2.0, 2.1, 1.99, 2.1], [3.0, 2.0, 1.9, 1.8, 1.7]),  # a wobble
        ([3.0, 2.0, 2.001, 2.002, 2.003], [3.0, 2.0, 1.9, 1.8, 1.7]),  # too little to be sure
        ([2.0, 2.5, 2.4, 2.3, 2.1], [2.5, 2.4, 2.3, 2.1, 2.0]),  # after a fall, both get better
        ([3.0, 2.0, 2.1, 2.2, 2.3], [3.0, 2.0, 2.1, 2.2, 2.3]),  # both get worse: that is another ailment
        ([], []),
    ],
)
def test_it_does_not_warn_without_reason(held_out: list[float], training: list[float]) -> None:
    assert journal(held_out, training).warning() is None


def test_the_curve_comes_back_from_its_json() -> None:
    told = journal([3.0, 2.0], [3.1, 2.1])
    told.warned = True
    assert Journal.of(told.curve(), warned=True) == told
    assert told.curve()[1] == {"step": 20, "epoch": 1.0, "nats": 2.0, "training_nats": 2.1, "seconds": 2.0}


@pytest.mark.parametrize("damaged", [3, None, [{"step": 1}], [{"steps": 1}]])
def test_a_damaged_curve_is_named(damaged: object) -> None:
    with pytest.raises(RunError, match="the curve in the checkpoint is damaged"):
        Journal.of(damaged, warned=False)


def test_a_nat_is_the_logarithm_of_e_in_bits() -> None:
    assert bits(math.log(8)) == pytest.approx(3)
