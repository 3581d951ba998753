"""What `foreword audit` tells people and programs."""

import json
from pathlib import Path

from foreword.assess.audit import audit
from foreword.runtime.model import Model
from program import CommandLine


def test_it_tells_what_was_found_and_what_that_comes_to(
    foreword: CommandLine, toy: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 2_000, encoding="utf-8")
    found = audit(Model.open(toy), source, characters=500)

    told = foreword("audit", source, "-m", toy, "-n", "500").out
    lines = told.splitlines()
    assert lines[0] == (
        f"500 characters written at each temperature, looked for in {source} (24,000 characters):"
    )
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["temperature", "0.5"],
        ["temperature", "0.8"],
        ["temperature", "1"],
    ]
    assert f"longest run {found.longest.longest_run}" in told
    assert lines[-2].startswith("The longest run, from character ")
    assert lines[-1] == found.verdict

    printed = json.loads(foreword("audit", source, "-m", toy, "-n", "500", "--json").out)
    assert printed == json.loads(json.dumps(found.figures()))


def test_temperature_and_standard_input_are_taken(foreword: CommandLine, toy: Path) -> None:
    arguments = ("audit", "-", "-m", toy, "-n", "100", "-t", "0", "-t", "2", "--json")
    printed = json.loads(foreword(*arguments, stdin=b"abc " * 100).out)
    assert [row["temperature"] for row in printed["temperatures"]] == [0.0, 2.0]
    assert printed["source_characters"] == 400


def test_what_is_wrong_is_one_line(foreword: CommandLine, toy: Path) -> None:
    for arguments, message in (
        (("nowhere.txt",), "there is no file or folder nowhere.txt"),
        (("-", "-n", "3"), "characters must be at least 20, not 3"),
        (("-", "-t", "-1"), "temperature must be at least 0"),
    ):
        outcome = foreword("audit", *arguments, "-m", toy, stdin=b"abc")
        assert (outcome.code, outcome.out) == (1, "")
        assert message in outcome.err
        assert outcome.err.count("\n") == 1
