"""Each tutorial runs from top to bottom, and its claims hold. `scripts/tutorials.py` tries other seeds."""

import re
import shutil
from pathlib import Path

import pytest

from scripts import tutorials

MOST_BYTES = 300_000
PAGES = tutorials.pages()


@pytest.mark.all
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_runs_as_it_claims(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="pictures need matplotlib: pip install foreword[train]")
    book = Path(__file__).resolve().parents[2] / "shared" / "data" / "nietzsche" / "nietzsche.txt"
    if book.is_file():  # beside a developer's checkout; else it is fetched, or in the cache already
        cache = tmp_path / "cache"
        (cache / "foreword").mkdir(parents=True)
        shutil.copy(book, cache / "foreword")
        monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    done = tutorials.run(page, 0, tutorials.fresh_folder(tmp_path))
    if "DownloadFailed" in done.stderr or "could not be fetched" in done.stderr:
        pytest.skip("the book by Nietzsche is not in the cache and could not be fetched")
    if "MissingExtra" in done.stderr:
        pytest.skip("sample:chitchat is not installed")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_has_claims_pictures_and_exercises_before_their_solutions(page: Path) -> None:
    text = page.read_text("utf-8")
    code = "\n".join(block.code for block in tutorials.blocks(text))
    drawn = set(re.findall(r'savefig\("(pictures/[\w.-]+)"', code))
    shown = set(re.findall(r"!\[[^\]]+\]\((pictures/[\w.-]+)\)", text))
    exercises, _, solutions = text.partition("\n## Exercises\n")[2].partition("\n## Solutions\n")
    numbers = re.findall(r"^\*\*(\d)\.\*\*", exercises, re.MULTILINE)
    assert code.count("assert ") >= 3 <= len(numbers)
    assert re.findall(r"<summary>Solution (\d)</summary>", solutions) == numbers
    assert text.rpartition("\n\n")[2].startswith("Now read [")
    assert code.partition("import torch")[0].count("from foreword.models.") or "torch" not in code
    # Jupyter would run a block in any other language as a notebook cell.
    assert {*re.findall(r"^```(\w.*)$", text, re.MULTILINE)} == {"python", "text"}
    assert drawn == shown != set()
    for picture in shown:
        assert (page.parent / picture).stat().st_size < MOST_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_opens_as_a_notebook_with_the_same_code(page: Path) -> None:
    jupytext = pytest.importorskip("jupytext", reason="notebooks need the dependency group docs")
    cells = [cell.source for cell in jupytext.read(page).cells if cell.cell_type == "code"]
    assert cells == [block.code.rstrip("\n") for block in tutorials.blocks(page.read_text("utf-8"))]


def test_only_the_printed_output_of_a_block_is_renewed() -> None:
    page = "A\n\n```python\nprint(1)\n```\n\n```text\nold\n```\n\nB\n\n```python\nx = 1\n```\n\nC\n"
    new = tutorials.renewed(page, ["1\n", ""])
    assert new == page.replace("old", "1")
    assert [block.line for block in tutorials.blocks(page)] == [3, 13]
