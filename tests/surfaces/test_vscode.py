"""The extension for VS Code: small enough to be checked without it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "editors/vscode"
CODE = (FOLDER / "extension.js").read_text("utf-8")
PACKAGE = json.loads((FOLDER / "package.json").read_text("utf-8"))


def test_it_is_started_set_up_and_asked_for_the_same_kinds_of_text() -> None:
    languages = json.loads(re.findall(r"\[[^\]]*\"plaintext\"[^\]]*\]", CODE)[0])
    assert PACKAGE["activationEvents"] == [f"onLanguage:{each}" for each in languages]
    assert list(PACKAGE["contributes"]["configurationDefaults"]) == [f"[{each}]" for each in languages]


def test_its_settings_are_read_by_the_names_that_they_have() -> None:
    section, key = re.findall(r"getConfiguration\(\"(\w+)\"\)\.get\(\"(\w+)\"\)", CODE)[0]
    assert PACKAGE["contributes"]["configuration"]["properties"][f"{section}.{key}"]["default"] == [
        "foreword",
        "lsp",
    ]


def test_its_code_is_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed here")
    subprocess.run([node, "--check", str(FOLDER / "extension.js")], check=True, capture_output=True)
