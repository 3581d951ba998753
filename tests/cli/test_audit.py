"""What `foreword audit` prints for people and for programs."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from foreword.assess.canaries import Leaks, Level, Repetition, Searched
from foreword.assess.copies import audit
from foreword.personal.events import Event, Noted
from foreword.runtime.model import Model
from foreword.text.secrets import Kind
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
    assert f"longest run {found.longest.longest_run}" in told
    assert lines[-2].startswith("The longest run, from character ")
    assert lines[-1] == found.verdict
    printed = json.loads(foreword("audit", source, "-m", toy, "-n", "500", "--json").out)
    assert printed == json.loads(json.dumps(found.figures()))


LEVELS = tuple(Level(times=times, exposures=(1.0, 2.0), drawn=times // 16) for times in (0, 1, 2, 4, 8, 16))
LEAKS = Leaks(
    date="2026-11-25", seed=3, levels=LEVELS,
    searched=(Searched(kind=Kind.PASSWORD, taken=1_200, looked_for=2, exposures=(3.0,), drawn=0),),
    repetition=Repetition(
        steps=40, own_steps=40, passes=1.0, own_passes=1.0, seconds=1.0, ended="steps", start=None, share=0.01
    ),
)  # fmt: skip


def test_the_canaries_option_reports_canaries_and_secrets(
    foreword: CommandLine, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def look(*_: object, **options: object) -> Generator[Event, None, Leaks]:
        asked.append(options)
        yield Noted(message="a copy is trained")
        return LEAKS

    monkeypatch.setattr("foreword.personal.canaries.look_for_leaks", look)
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 200, encoding="utf-8")
    given = ("audit", source, "-m", toy, "-n", "50", "--canaries", "--seed", "3", "--minutes", "2")
    told = foreword(*given)
    at = next(number for number, line in enumerate(told.out.splitlines()) if line.startswith("Canaries, "))
    head, *rows = told.out.splitlines()[at:]
    assert " planted in a copy of the training (40 updates, 1.0 epochs):" in head
    names = ["never written", "written once", *(f"written {times} times" for times in (2, 4, 8, 16))]
    assert [row.split("exposure")[0].strip() for row in rows[:6]] == names
    assert rows[5].endswith("exposure  1.5 bits; 1 of 2 can be drawn out")
    assert rows[6] == "The highest exposure is 12 bits. Unknown digits have 1.4 bits on average."
    assert rows[7:] == [
        f"Secrets that were taken out of {source}, looked for in the model:",
        "  password           1,200 taken out; 0 of 2 can be drawn out, exposure 3.0 bits",
        LEAKS.verdict,
    ]
    assert told.err == "A copy is trained.\n"
    printed = json.loads(foreword(*given, "--json").out)
    assert printed["leaks"] == json.loads(json.dumps(LEAKS.figures()))
    assert asked == [{"minutes": 2.0, "me": None, "encoding": None, "seed": 3}] * 2
