// Starts `foreword lsp` and shows its inline suggestions: Tab takes one, Ctrl+Space lists choices.
const { spawn } = require("child_process");
const { window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;
let started = Promise.resolve();

const start = () =>
  new Promise((resolve, reject) => {
    const [command, ...args] = workspace.getConfiguration("foreword").get("command");
    const server = spawn(command, args);
    let errors = "";
    server.stderr.on("data", (text) => (errors += text));
    server.once("close", (code) => code && errors && window.showErrorMessage(errors)); // such as a wrong setting
    server.once("spawn", () => resolve(server));
    server.once("error", () => reject(`There is no program ${command}. Put its whole path into the setting foreword.command.`));
  });

const run = () => {
  const documentSelector = ["plaintext", "markdown", "git-commit", "scminput"].map((language) => ({ language }));
  const initializationOptions = { sendsKeys: true }; // each in a change of its own, in all programs made from VS Code
  const initializationFailedHandler = () => false; // else two messages more
  client = new LanguageClient("foreword", "Foreword", start, { documentSelector, initializationOptions, initializationFailedHandler });
  return client.start();
};

const stop = () => started.catch(() => {}).then(() => client?.isRunning() && client.stop());

const restart = () => (started = stop().then(run));

exports.activate = (context) => {
  const changed = workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("foreword.command") && restart());
  context.subscriptions.push(changed);
  return restart();
};

exports.deactivate = stop;
