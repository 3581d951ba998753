"""Secrets in a text do not come out of the program, nor into what it writes."""

from pathlib import Path

import pytest

import planted
from program import Inside


def test_what_the_program_learns_and_says_holds_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program, source = Inside(tmp_path / "home", monkeypatch, capsys), tmp_path / "notes.txt"
    source.write_text(planted.TEXT, encoding="utf-8")
    done = [program("learn", source), program("memory", "list"), program("memory", "export")]
    written = b"".join(path.read_bytes() for path in program.home.rglob("*") if path.is_file())
    said = "".join(each.out + each.err for each in done)
    assert "good night" in done[-1].out
    assert b"good night" in written
    assert not [secret for secret in planted.SECRETS if secret in said or secret.encode() in written]
    assert "were known already" in program("learn", source).err
