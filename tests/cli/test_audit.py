"""What `foreword audit` prints for people and for programs."""

import json
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from foreword.assess.copies import audit
from foreword.personal.events import Event, Noted
from foreword.runtime.model import Model
from program import CommandLine


def test_audit_prints_its_findings_and_a_verdict(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 2_000, encoding="utf-8")
    found = audit(Model.open(toy), source, characters=500)
    told = foreword("audit", source, "-m", toy, "-n", "500").out
    lines = told.splitlines()
    head = f"500 characters written at each temperature, searched for in {source} (24,000 characters):"
    assert lines[0] == head
    assert [line.split()[1] for line in lines[1:4]] == ["0.5", "0.8", "1"]
    assert f"longest run {found.longest.longest_run} character" in told
    assert lines[4].startswith("  its last 1,000 characters 100.0% of its 20-character stretches ")
    assert len({line.index("% of its ") for line in lines[1:5]}) == 1
    assert [" are in the rest; " in line for line in lines[3:5]] == [False, True]
    assert lines[-2].startswith("The longest run, from character ")
    assert lines[-1] == found.verdict
    printed = json.loads(foreword("audit", source, "-m", toy, "-n", "500", "--json").out)
    assert printed == json.loads(json.dumps(found.figures()))


LEAKS = {
    "date": "2026-11-25",
    "verdict": "No sign.",
    "canaries": [
        {"times": times, "canaries": 2, "exposure": 1.5, "exposures": [1.0, 2.0]} for times in (0, 1, 2, 16)
    ],
    "highest_exposure": 12.0,
    "exposure_of_the_unknown": 1.4427,
    "copy": {"steps": 40, "passes": 1.0},
}


def test_the_canaries_option_reports_their_exposure(
    foreword: CommandLine, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def look(*_: object, **options: object) -> Generator[Event, None, Mapping[str, object]]:
        asked.append(options)
        yield Noted(message="a copy is trained")
        return LEAKS

    monkeypatch.setattr("foreword.personal.canaries.look_for_leaks", look)
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 200, encoding="utf-8")
    given = ("audit", source, "-m", toy, "-n", "50", "--canaries", "--seed", "3", "--minutes", "2")
    told = foreword(*given)
    canaries = "Canaries, sentences with eight digits drawn by chance, planted in a copy of the training"
    assert told.out.partition(canaries)[2].splitlines() == [
        " (40 updates, 1.0 epochs):",
        "  never written      exposure  1.5 bits",
        "  written once       exposure  1.5 bits",
        "  written 2 times    exposure  1.5 bits",
        "  written 16 times   exposure  1.5 bits",
        "The highest exposure is 12 bits. By chance, unknown digits have 1.4 bits on average.",
        "No sign.",
    ]
    assert told.err == "A copy is trained.\n"
    assert json.loads(foreword(*given, "--json").out)["leaks"] == LEAKS
    assert asked == [{"minutes": 2.0, "me": None, "encoding": None, "seed": 3}] * 2
