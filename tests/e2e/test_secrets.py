"""Secrets in a text do not come out of the real program, nor into what it writes."""

from pathlib import Path

import planted
from program import Program


def test_what_the_program_learns_and_says_holds_no_secret(program: Program, tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text(planted.TEXT, encoding="utf-8")
    learned = program("learn", source)
    assert learned.code == 0, learned.err
    listed, exported = program("memory", "list"), program("memory", "export")
    written = b"".join(path.read_bytes() for path in program.home.rglob("*") if path.is_file())
    said = learned.out + learned.err + listed.out + listed.err + exported.out + exported.err
    assert "good night" in exported.out
    assert b"good night" in written
    assert not [secret for secret in planted.SECRETS if secret in said or secret.encode() in written]
    again = program("learn", source)
    assert "known before" in again.err
