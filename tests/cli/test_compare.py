"""`compare` trains like `train`, measures all networks on the same text, and leaves no files."""

import errno
import json
import re
import signal
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from foreword.errors import RunError
from foreword.personal.events import Measured
from foreword.personal.run_folder import disk_errors, private_folder
from messages import write_messages
from program import CommandLine
from trainings import after, of, trained


def figures(outcome: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(outcome)["contenders"]}


@pytest.mark.slow
def test_compare_and_train_get_the_same_figures(
    foreword: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plan, loop, seed and held-out text are the same. No model, memory or text is left."""
    # else time decides
    monkeypatch.setattr("foreword.training.plan.choose_precision", lambda *_, **__: "float32")
    monkeypatch.setattr("foreword.training.plan.LEAST_BETWEEN", 2)
    nats = count(2.0)  # the first validation of each network is the best
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(nats))
    source, page, drawn = write_messages(tmp_path), tmp_path / "page.html", tmp_path / "curve.png"
    options = ("--steps=6", "--architecture=window", "--architecture=gru", "--json")
    outcome = foreword("compare", source, *options, "--html", page, "-o", drawn)
    found = figures(outcome.out)
    assert (outcome.code, set(found)) == (0, {"n-gram", "window", "gru"})
    assert len({each["characters"] for each in found.values()}) == 1
    assert [found[name]["reads_back"] for name in ("n-gram", "window", "gru")] == [5, 8, None]
    assert found["gru"]["steps"] == 6
    assert not home.exists() or not any(home.iterdir())
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64," in page.read_text("utf-8")

    recipe = {"model": {"architecture": "gru"}, "training": {"patience": 0}}
    told = trained(source, tmp_path / "gru", steps=6, recipe=recipe, size="small")
    (measured,) = of(Measured, told)
    assert found["gru"]["bits_per_character"] == pytest.approx(measured.bits_per_character, abs=1e-6)
    assert found["n-gram"]["bits_per_character"] == pytest.approx(measured.ngram, abs=1e-9)
    assert found["gru"]["characters"] == measured.characters


@pytest.mark.slow
def test_compared_networks_have_about_as_many_weights_as_asked(foreword: CommandLine, tmp_path: Path) -> None:
    """A number that a network cannot come close to is refused."""
    source = write_messages(tmp_path)
    told = foreword("compare", source, "--steps", "2", "--weights", "60000", "--json")
    networks = [each for name, each in figures(told.out).items() if name != "n-gram"]
    assert len(networks) == 6
    assert all(57_000 < each["weights"] < 63_000 for each in networks)
    assert "unrolled comes no closer than " in foreword("compare", source, "--weights", "100").err


def stopped_after(calls: int) -> Callable[[], Any]:
    """A stop flag that is set after this number of checks, like Ctrl-C."""
    return lambda: nullcontext(after(calls).__next__)


def test_ctrl_c_shows_the_finished_rows_even_if_the_disk_is_full(
    foreword: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr("foreword.cli.compare.write_whole", full)
    for calls in (0, 3):
        monkeypatch.setattr("foreword.personal.contenders.stopping", stopped_after(calls))
        outcome = foreword("compare", write_messages(tmp_path))
        assert outcome.code == 130
        names = [line.split()[0] for line in outcome.out.splitlines() if line[:1].isalpha()]
        assert names[2:] == ["n-gram"]
        assert "6 networks, 30 seconds each: about 3 min 00 s. Another length: --minutes or" in outcome.err
    outcome = foreword("compare", write_messages(tmp_path), "--html", tmp_path / "page.html")
    assert outcome.err.endswith("no more fits into standard output; free some space, then try again\n")
    assert "\nn-gram " in outcome.out


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_it_reads_ends_the_comparison_and_leaves_no_text(
    foreword: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Ctrl-C must end it while it asks who the person is. SIGHUP comes when the terminal is closed."""

    def read(_sources: object, folder: Path, *_: object) -> None:
        folder.mkdir()
        (folder / "0.txt").write_text("my own words", "utf-8")
        signal.raise_signal(getattr(signal, name))

    monkeypatch.setattr("foreword.personal.contenders.prepare", read)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        foreword("--version")
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # nohup stays in force
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        assert foreword("compare", write_messages(tmp_path), "--steps", "2").code == 130
    finally:
        signal.signal(signal.SIGHUP, before)
    assert list(home.iterdir()) == []


def test_one_comparison_runs_and_deletes_old_text(foreword: CommandLine, home: Path, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("hello\n", encoding="utf-8")
    (home / ".compare").mkdir(parents=True)
    (home / ".compare" / "text.txt").write_text("my own words", "utf-8")
    assert "too few for a comparison" in foreword("compare", tmp_path / "short.txt").err
    assert list(home.iterdir()) == []
    with private_folder(".compare", "taken") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert "another comparison is under way" in foreword("compare", tmp_path / "short.txt").err
        assert folder.is_dir()
    full = f"^the disk is full, no more fits into {home}; free some space, then try again$"
    for inside in (nullcontext(), disk_errors(home / ".compare" / "copy")):
        with pytest.raises(RunError, match=full), private_folder(".compare", "taken"), inside:
            raise OSError(errno.ENOSPC, "No space left on device")
    assert [each.name for each in home.iterdir()] in ([], [".compare.lock"])
    (home / ".compare.lock").unlink(missing_ok=True)
    (home / ".compare.lock").mkdir()
    place = rf"{home / '.compare'} cannot be made: .*; choose another data folder with FOREWORD_HOME"
    assert re.search(place, foreword("compare", tmp_path / "short.txt").err)
