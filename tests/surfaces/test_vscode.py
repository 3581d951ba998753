"""The extension for VS Code: small enough to check without VS Code."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "editors/vscode"
CODE = (FOLDER / "extension.js").read_text("utf-8")
PACKAGE = json.loads((FOLDER / "package.json").read_text("utf-8"))


def test_the_extension_uses_the_same_languages_everywhere() -> None:
    languages = json.loads(re.findall(r"\[[^\]]*\"plaintext\"[^\]]*\]", CODE)[0])
    assert PACKAGE["activationEvents"] == [f"onLanguage:{each}" for each in languages]
    assert list(PACKAGE["contributes"]["configurationDefaults"]) == [f"[{each}]" for each in languages]


def test_the_extension_reads_its_settings_by_their_declared_names() -> None:
    section, key = re.findall(r"getConfiguration\(\"(\w+)\"\)\.get\(\"(\w+)\"\)", CODE)[0]
    assert PACKAGE["contributes"]["configuration"]["properties"][f"{section}.{key}"]["default"] == [
        "foreword",
        "lsp",
    ]


def test_the_extension_is_valid_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed here")
    subprocess.run([node, "--check", str(FOLDER / "extension.js")], check=True, capture_output=True)
