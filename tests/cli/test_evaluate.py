"""What `evaluate` is asked, and how it tells its figures."""

from pathlib import Path

from program import CommandLine


def test_an_encoding_without_a_text_is_refused(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("evaluate", "-m", toy, "--encoding", "nonsense")
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: --encoding goes with a SOURCE; name the text")
