"""The extension for VS Code: small enough to check without VS Code."""

import json
import re
import shutil
from pathlib import Path

import pytest

from program import ran

FOLDER = Path(__file__).parents[2] / "editors/vscode"
CODE = (FOLDER / "extension.js").read_text("utf-8")
PACKAGE = json.loads((FOLDER / "package.json").read_text("utf-8"))


def test_the_extension_uses_the_same_languages_everywhere() -> None:
    languages = json.loads(re.findall(r"\[[^\]]*\"plaintext\"[^\]]*\]", CODE)[0])
    assert PACKAGE["activationEvents"] == [f"onLanguage:{each}" for each in languages]
    assert list(PACKAGE["contributes"]["configurationDefaults"]) == [f"[{each}]" for each in languages]


def test_a_folder_that_is_not_trusted_gets_words_and_cannot_choose_the_command() -> None:
    """In Restricted Mode, VS Code switches other extensions off. A setting of a machine is not read from folders."""
    assert PACKAGE["capabilities"]["untrustedWorkspaces"]["supported"] is True
    assert PACKAGE["contributes"]["configuration"]["properties"]["foreword.command"]["scope"] == "machine"


def test_the_extension_reads_its_settings_by_their_declared_names() -> None:
    section, key = re.findall(r"getConfiguration\(\"(\w+)\"\)\.get\(\"(\w+)\"\)", CODE)[0]
    setting = PACKAGE["contributes"]["configuration"]["properties"][f"{section}.{key}"]
    assert setting["default"] == ["foreword", "lsp"]


FAKE = """
let command = ["no-such-program"], changed;
const said = [];
const vscode = {
  window: { showErrorMessage: (text) => said.push(text.trim()) },
  workspace: {
    getConfiguration: () => ({ get: () => command }),
    onDidChangeConfiguration: (call) => { changed = call; },
  },
};
class LanguageClient {
  constructor(id, name, start) { this.begin = start; }
  isRunning() { return this.runs; }
  async start() { await this.begin(); this.runs = true; said.push("started"); }
  async stop() { this.runs = false; said.push("stopped"); }
}
const module_ = require("module"), load = module_._load;
const fakes = { vscode, "vscode-languageclient/node": { LanguageClient } };
module_._load = (name, ...rest) => fakes[name] ?? load(name, ...rest);
const extension = require(process.argv[1]);
process.on("exit", () => console.log(JSON.stringify(said)));
const set = (...words) => { command = words; return changed({ affectsConfiguration: () => true }); };
(async () => {
  await extension.activate({ subscriptions: [] }).catch((text) => said.push(text));
  set(process.execPath, "-e", "0");
  await set(process.execPath, "-e", "console.error('foreword: a wrong setting'); process.exit(1)");
  await extension.deactivate();
})();
"""


def test_the_extension_starts_one_server_with_each_command_and_shows_why_it_failed() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed here")
    missing, *others = json.loads(ran(node, "-e", FAKE, FOLDER / "extension.js").stdout)
    assert "no program no-such-program" in missing
    servers = [each for each in others if each in ("started", "stopped")]
    assert servers == ["started", "stopped"] * 2, "one after the other"
    assert "foreword: a wrong setting" in others
