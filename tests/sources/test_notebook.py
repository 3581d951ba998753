"""Jupyter notebooks."""

import json

import pytest

from foreword.errors import SourceNotText
from foreword.sources.formats import format_of
from foreword.sources.report import Report
from readings import opened


def read(notebook: object) -> tuple[list[str], Report]:
    report = Report()
    it = opened(json.dumps(notebook) if not isinstance(notebook, str) else notebook, "it.bin")
    found = format_of(it)
    assert found is not None
    assert found.name == "Jupyter notebook"
    return [document.text for document in found.read(it, report)], report


CELLS = [
    {"cell_type": "markdown", "source": ["# Soup\n", "\n", "I like **it**.\n"]},
    {"cell_type": "code", "source": ["print(1)"], "outputs": [{"text": ["1"]}]},
    {"cell_type": "markdown", "source": "Good night."},
]


@pytest.mark.parametrize("notebook", [{"cells": CELLS, "nbformat": 4}, {"worksheets": [{"cells": CELLS}]}])
def test_what_was_written_between_the_code_is_its_text(notebook: object) -> None:
    texts, report = read(notebook)
    assert texts == ["Soup\nI like it.\nGood night."]
    assert report.left_out == {"code block": 1}


def test_damage_is_named_and_strange_cells_are_none() -> None:
    assert read({"cells": [1, None, {"cell_type": "markdown"}, *CELLS[2:]]})[0] == ["Good night."]
    with pytest.raises(SourceNotText, match=r"^it\.bin is damaged"):
        read(json.dumps({"cells": CELLS})[:-9])
    with pytest.raises(SourceNotText, match=r"^it\.bin is damaged"):
        read('{"cells": [{"cell_type": "markdown", "source": ' + "[" * 100_000)
