"""What `foreword audit` prints for people and for programs."""

import json
from pathlib import Path

from foreword.assess.copies import audit
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
