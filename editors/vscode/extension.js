// Starts `foreword lsp` and shows its inline suggestions: Tab takes one, Ctrl+Right its next word, Ctrl+Space lists choices.
const { spawn } = require("child_process");
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

const start = () =>
  new Promise((resolve, reject) => {
    const [command, ...args] = workspace.getConfiguration("foreword").get("command");
    const server = spawn(command, args);
    server.once("spawn", () => resolve(server));
    server.once("error", () => reject(`There is no program ${command}. Put its whole path into the setting foreword.command.`));
  });

exports.activate = () => {
  const documentSelector = ["plaintext", "markdown", "git-commit"].map((language) => ({ language }));
  client = new LanguageClient("foreword", "Foreword", start, { documentSelector });
  return client.start();
};

exports.deactivate = () => client?.stop();
