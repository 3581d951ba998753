"""`foreword write` as far as it goes without a terminal. The editor is tested in tests/terminal and tests/e2e."""

import sys
from pathlib import Path

import pytest

from foreword.cli.write import write
from foreword.errors import ForewordError
from program import CommandLine


class Terminal:
    """What says that it is one."""

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_it_says_what_there_is_instead(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("write", "-m", toy, stdin=b"see you tom")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        'foreword: foreword write needs a terminal; programs and pipes can use: foreword suggest "…"\n'
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "nobody"}, "there is no model "),
        ({"limit": 0}, "limit must be from 1 to 9, not 0"),
        ({"confidence": 1.5}, "confidence must be from 0 to 1, not 1.5"),
        (
            {"file": Path("nowhere/at/all.txt")},
            "there is no folder nowhere/at; make it, or name another file",
        ),
        ({"file": Path(__file__).parent}, f"{Path(__file__).parent} is not a file; name a text file"),
    ],
    ids=repr,
)
def test_what_is_wrong_is_said_before_anything_is_shown(
    toy: Path, options: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, Terminal())
    with pytest.raises(ForewordError) as refused:
        write(**{"model": str(toy), **options})  # type: ignore[arg-type]
    assert str(refused.value).startswith(words)
