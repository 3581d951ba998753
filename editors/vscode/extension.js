// Starts `foreword lsp` and shows its inline suggestions: Tab takes one, Ctrl+Right its next word, Ctrl+Space lists choices.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const [command, ...args] = workspace.getConfiguration("foreword").get("command");
  const documentSelector = ["plaintext", "markdown", "git-commit"].map((language) => ({ language }));
  client = new LanguageClient("foreword", "Foreword", { command, args }, { documentSelector });
  return client.start();
};

exports.deactivate = () => client?.stop();
