"""The commands of the documents are executed as they are there, but for their minutes."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/*/*.md")])

NOT_EXECUTED = {
    "write": "needs a terminal",
    "serve": "runs until Ctrl-C",
    "ibus": "has its own tests",
    "lsp": "runs until the editor ends it",
    "demo": "takes two minutes",
    "doctor": "looks at this computer",
}
"""Commands whose options are checked in test_docs.py, but which are not executed here, and why."""
NEEDS_MORE = (
    "memory import",
    "memory merge",
    "--resume",
    "rollback",
    "sample:nietzsche",
    "-m unrolled",
    "-m portuguese",
    "./portuguese",
    "-m letters",
    "models delete",
    "memory clear",
)
"""What an example assumes that is not here: an interrupted training, another model, a network, a person who answers."""
NAMES = (
    "my-notes.txt",
    "my-text.txt",
    "letters.txt",
    "more-letters.txt",
    "book.txt",
    "another.txt",
    "texts/a.txt",
)
ANSWER = "See you at the market tomorrow, I think that Wolfgang will be there as well.\n"


def sources_of_the_documents(folder: Path) -> None:
    """The files that the examples name."""
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("".join(f"{number} of {name}. {ANSWER}" for number in range(300)), "utf-8")
    people = ("Ana Silva", "Wolfgang")
    chat = "".join(
        f"{1 + at // 60 % 28:02}/05/2024, {at // 60 % 24:02}:{at % 60:02} - {people[at % 2]}: {at} {ANSWER}"
        for at in range(600)
    )
    with zipfile.ZipFile(folder / "chat.zip", "w") as archive:
        archive.writestr("WhatsApp Chat with Wolfgang.txt", chat)
    shutil.copytree(ROOT / "recipes", folder / "recipes")


def shortened(words: list[str]) -> list[str]:
    """The same training in two updates, and the same comparison in two."""
    if "--minutes" in words:
        at = words.index("--minutes")
        words = words[:at] + words[at + 2 :]
    quick = words[0] in ("train", "compare") and "--resume" not in words
    return [*words, "--steps", "2"] if quick else words


def examples(page: Path) -> list[str]:
    """The lines of the shell examples of a page."""
    found: list[str] = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return "".join(found).splitlines()


def pages_with_commands() -> list[Path]:
    """Those whose examples call foreword."""
    return [page for page in PAGES if any(line.startswith("foreword ") for line in examples(page))]


@pytest.mark.all
@pytest.mark.parametrize("page", pages_with_commands(), ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_they_are_there_for(page: Path, tmp_path: Path) -> None:
    """In their order, with two updates in place of minutes. What lacks something says it in one line."""
    pytest.importorskip("torch", reason="the examples train")
    sources_of_the_documents(tmp_path)
    home = {**os.environ, "FOREWORD_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "src")}
    for example in examples(page):
        line = example.split("  #")[0].split(">")[0].strip()
        words = shlex.split(line)
        if words[:1] != ["foreword"] or words[1] in NOT_EXECUTED or words[-1] == "&" or "--canaries" in words:
            continue
        command = [sys.executable, "-m", "foreword", *shortened(words[1:])]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=home,
            text=True,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stderr, done.stderr
        may_fail = any(each in line for each in NEEDS_MORE)
        assert done.returncode in ((0, 1, 2) if may_fail else (0,)), f"{line}: {done.stderr}"
