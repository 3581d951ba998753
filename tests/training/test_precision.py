"""The device is one that is there; the arithmetic is the faster one."""

import pytest
import torch

from foreword.errors import OptionError
from foreword.training import precision
from foreword.training.device import choose_device, choose_precision
from foreword.training.device import keep_large_buffers

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_fastest_device_is_chosen(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, chosen: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device(None).type == chosen
    assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["tpu", "meta", "cpu:x"])
def test_a_device_that_is_not_there_is_named_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(OptionError, match=f"--device {name}: .*this machine has cpu"):
        choose_device(name)


@pytest.mark.parametrize(
    ("seconds", "chosen"), [((1.0, 0.5), "bfloat16"), ((1.0, 0.9), "float32"), ((1.0, 9.0), "float32")]
)
def test_bfloat16_must_be_clearly_faster(
    monkeypatch: pytest.MonkeyPatch, seconds: tuple[float, float], chosen: str
) -> None:
    monkeypatch.setattr(precision, "_product_seconds", lambda *_: seconds)
    assert choose_precision(CPU, rows=8, width=16) == chosen


def test_products_are_really_timed() -> None:
    assert all(
        0 < seconds < 1 for seconds in precision._product_seconds([torch.float32, torch.bfloat16], 8, 16)
    )
    assert choose_precision(torch.device("mps"), rows=8, width=16) == "float32"


def test_the_allocator_is_told_once_and_says_whether_it_listens() -> None:
    assert keep_large_buffers() == keep_large_buffers()
