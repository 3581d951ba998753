"""The documents are correct: references match the code, links resolve, and examples work."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pytest

import foreword
import toys
from foreword import modelfolder
from foreword.modelfolder import writing
from foreword.models.catalogue import ARCHITECTURES, network_with
from foreword.runtime.model import Model
from foreword.settings import Keys, Settings
from foreword.training.onnx import float_graph, quantized_graph
from foreword.training.recipe import TextSettings, TrainingSettings, recipe_of
from messages import RECIPE_FILE
from program import ran
from scripts import command_reference

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GRAMMAR = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> Iterator[str]:
    return (code for found, code in GRAMMAR.findall(page.read_text("utf-8")) if found == language)


def lines_of_shell(pages: Iterable[Path] = PAGES) -> Iterator[str]:
    for page in pages:
        yield from chain.from_iterable(block.splitlines() for block in blocks(page, "sh"))


def calls_of_foreword() -> list[tuple[str, list[str]]]:
    """Each command in a shell example, with its options."""
    calls = []
    for line in lines_of_shell():
        for part in line.split("|"):
            words = shlex.split(part, comments=True)
            if words[:1] == ["foreword"]:
                words += ["list"] if words[1:] == ["models"] else []
                is_group = words[1] in ("memory", "models") or words[1:3] == ["ibus", "install"]
                command = " ".join(words[1 : 3 if is_group else 2])
                options = [word for word in words[2:] if word.startswith("-") and word != "-"]
                calls.append((command, options))
    return calls


def rows(section: str) -> dict[str, str]:
    """Keys and defaults of the tables of recipe.md under a heading, up to the next heading of that depth or higher."""
    page = (ROOT / "docs" / "reference" / "recipe.md").read_text("utf-8")
    depth = section.split(" ", maxsplit=1)[0]
    body = re.split(rf"^#{{2,{len(depth)}}} ", page.split(f"\n{section}\n")[1], flags=re.MULTILINE)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", body, re.MULTILINE))


def documented(value: object) -> str:
    """A default as the tables show it: TOML in a code span, or none."""
    if value is None:
        return "none"
    shown = str(value).lower() if isinstance(value, bool) else "[]" if value == () else str(value)
    return f'`"{value}"`' if isinstance(value, str) else f"`{shown}`"


def defaults(kind: Any) -> dict[str, str]:
    """The defaults that exist; the vocabulary and the newline of a network come from its text."""
    return {each.name: documented(each.default) for each in fields(kind) if each.default is not MISSING}


def test_the_files_that_contributing_names_in_a_package_are_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for package, line in re.findall(r"^\| `(\w+)`(.*)", page, re.MULTILINE):
        for name in re.findall(r"`(\w+\.py)`", line):
            assert (ROOT / "src/foreword" / package / name).is_file(), f"{package}/{name}"


def test_the_command_reference_matches_the_output_of_scripts_docs() -> None:
    written = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    assert written == command_reference.reference(), "run scripts/docs"


@pytest.mark.parametrize(
    ("section", "kind"), [("## [text]", TextSettings), ("## [training]", TrainingSettings)]
)
def test_the_recipe_reference_lists_every_setting_with_its_default(section: str, kind: type) -> None:
    assert rows(section) == defaults(kind)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_recipe_reference_lists_every_size_with_its_default(architecture: str) -> None:
    kind, _ = ARCHITECTURES[architecture]
    recurrent = rows("### lstm, gru, rnn")
    own = {"lstm": {"forget_bias"}, "rnn": {"activation"}}
    others = set().union(*(names for name, names in own.items() if name != architecture))
    shown = {key: recurrent[key] for key in recurrent.keys() - others}
    if architecture not in ("rnn", "gru", "lstm"):
        shown = rows(f"### {architecture}")
    assert shown == defaults(kind)


def test_every_documented_recipe_and_settings_file_is_valid() -> None:
    written = chain.from_iterable(blocks(page, language) for page in PAGES for language in ("toml", "conf"))
    found = [block for block in written if "[language-server" not in block]
    found += [path.read_text("utf-8") for path in (ROOT / "recipes").glob("*.toml")]
    tables = [tomllib.loads(each) for each in found]
    known = {*Settings.__struct_fields__}
    settings = [each for each in tables if each.keys() & known and not is_recipe(each)]
    assert settings
    for each in settings:
        msgspec.convert(each, Settings)
    recipes = [each for each in tables if each not in settings]
    assert len(recipes) > 1
    for each in recipes:
        recipe_of(each)


def is_recipe(table: dict[str, Any]) -> bool:
    """Whether the table is a recipe rather than settings; both may name a model."""
    return isinstance(table.get("model"), dict)


def test_every_documented_command_uses_only_known_options() -> None:
    known = {
        name: {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        for name, command in command_reference.commands().items()
    }
    calls = calls_of_foreword()
    assert len(calls) > 10
    for command, options in calls:
        assert set(options) <= known[command], f"foreword {command} {' '.join(options)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_is_an_https_address_or_a_file(page: Path) -> None:
    prose = GRAMMAR.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#]+)", prose):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_documented_script_exists() -> None:
    words = {word for line in lines_of_shell() for word in line.split("#")[0].split()}
    named = {word for word in words if word.startswith("scripts/")}
    assert named
    assert all((ROOT / script).is_file() for script in named), named


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged except for the time: two steps of a small network instead of five minutes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path))
    (tmp_path / "my-notes.txt").write_text("I will see you tomorrow, I think.\n" * 200, "utf-8")
    train = foreword.train

    def train_shortly(source: str, *, minutes: float, to: str) -> Model:
        assert minutes > 0
        recipe = {"model": {"hidden": 16, "embedding": 8}, "training": {"steps": 2}}
        return train(source, to=to, recipe=recipe)

    monkeypatch.setattr(foreword, "train", train_shortly, raising=False)
    examples = list(blocks(ROOT / "README.md", "python"))
    assert len(examples) == 1
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})


NOT_RUN = {
    "fine-tune.md": "trains for minutes",
    "publish.md": "uploads a model",
    "serve.md": "needs a running server",
}
"""Pages whose Python is only compiled, and why."""


def pages_with_python() -> list[Path]:
    """All pages but README, which has a test above, and the tutorials, which have their own test file."""
    others = [page for page in PAGES if page.name != "README.md" and "tutorials" not in page.parts]
    return [page for page in others if any(blocks(page, "python"))]


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with_python(), ids=lambda page: page.name)
def test_the_python_of_a_page_runs_with_the_shipped_model(page: Path, tmp_path: Path) -> None:
    """In its own process, beside a folder `model`, which is as `train` writes it; other code is only compiled."""
    shipped = modelfolder.read(ROOT / "src" / "foreword" / "base")
    network = network_with(shipped.config.architecture, shipped.config.sizes, shipped.weights())
    contents = writing.Contents(
        config=shipped.config,
        tokenizer_json=shipped.tokenizer_json,
        weights=shipped.weights(),
        graph=None,
        quantized=quantized_graph(float_graph(network)),
        training=shipped.training,
        card="",
    )
    writing.write(tmp_path / "model", contents)
    for code in blocks(page, "python"):
        compile(code, page.name, "exec")
        if page.name not in NOT_RUN:
            home = {**os.environ, "FOREWORD_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
            done = ran(sys.executable, "-c", code, cwd=tmp_path, env=home)
            assert done.returncode == 0, done.stderr
            assert done.stdout


def test_a_published_record_names_no_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named: dict[str, Any] = {"sources": [{"name": "Maria.txt"}], "old_sources": [{"name": "Maria.zip"}]}
    training = {**named, "history": [named], "private": {"me": "Maria"}}
    path = toys.writer(tmp_path / "portuguese", training=training).path
    monkeypatch.chdir(tmp_path)
    exec(compile(next(blocks(ROOT / "docs" / "how-to" / "publish.md", "python")), "publish.md", "exec"), {})
    assert "Maria" not in (path / "training.json").read_text("utf-8")
    assert len(modelfolder.read(path).record().learned_from()) == 4


@pytest.mark.all
def test_the_documented_javascript_has_no_syntax_error(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    codes = list(chain.from_iterable(blocks(page, "javascript") for page in PAGES))
    assert codes
    for code in codes:
        module = tmp_path / "page.mjs"
        module.write_text(code, "utf-8")
        done = ran(node, "--check", module)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("kind", "section"), [(Settings, 0), (Keys, 1)])
def test_the_settings_reference_lists_every_setting_with_its_default(kind: Any, section: int) -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    table = page.split("| key | default | meaning |")[section + 1]
    found = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE))
    wanted = {each.name: documented(each.default) for each in msgspec.structs.fields(kind)}
    assert found == {name: default for name, default in wanted.items() if name != "keys"}


@pytest.mark.all
def test_the_site_builds_without_warnings_and_loads_no_external_files(tmp_path: Path) -> None:
    pytest.importorskip("furo", reason="the site needs the dependency group docs")
    command = [sys.executable, *["-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]]
    done = ran(*command, ROOT / "docs", tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = re.compile(
        r"""<(?:script|img|iframe|source)[^>]*\ssrc=["'](?:https?:)?//|"""
        r"""<link(?![^>]*rel=["'](?:canonical|author))[^>]*href=["'](?:https?:)?//"""
    )
    for page in tmp_path.rglob("*.html"):
        assert not loaded.search(page.read_text("utf-8")), page
    for style in tmp_path.rglob("*.css"):
        assert not re.search(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", style.read_text("utf-8")), style


NOT_EXECUTED = {
    "write": "needs a terminal",
    "serve": "runs until Ctrl-C",
    "ibus": "has its own tests",
    "lsp": "runs until the editor ends it",
    "demo": "takes two minutes",
    "doctor": "looks at this computer",
}
"""Commands that are not executed here, and why; their options are checked above."""
NEEDS_MORE = (
    *("memory import", "memory merge", "memory clear", "models delete", "--resume", "rollback"),
    *("sample:nietzsche", "-m unrolled", "-m portuguese", "./portuguese", "-m letters"),
)
"""Examples that need more: an interrupted training, another model, a network, or an answer from a person."""
NAMES = (
    *("my-notes.txt", "my-text.txt", "letters.txt", "more-letters.txt"),
    *("book.txt", "another.txt", "texts/a.txt"),
)
ANSWER = "See you tomorrow, I think.\n"


def sources_of_the_documents(folder: Path) -> None:
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("".join(f"{number} of {name}. {ANSWER}" for number in range(60)), "utf-8")
    people = ("Ana Silva", "Wolfgang")
    chat = "".join(
        f"{1 + at // 60 % 28:02}/05/2024, {at // 60 % 24:02}:{at % 60:02} - {people[at % 2]}: {at} {ANSWER}"
        for at in range(120)
    )
    with zipfile.ZipFile(folder / "chat.zip", "w") as archive:
        archive.writestr("WhatsApp Chat with Wolfgang.txt", chat)
    shutil.copytree(ROOT / "recipes", folder / "recipes")
    (folder / "tiny.toml").write_text(RECIPE_FILE, "utf-8")


def shortened(words: list[str], page: Path) -> list[str]:
    """The same command; training and comparison take two updates, and read a short text instead of a sample.

    A new network is tiny, except the one of README, which continues from the shipped model as a reader's does.
    """
    words = [word.replace("sample:chitchat", "more-letters.txt") for word in words]
    if "--minutes" in words:
        at = words.index("--minutes")
        words = words[:at] + words[at + 2 :]
    if words[0] not in ("train", "compare") or "--resume" in words:
        return words
    new = words[0] == "train" and not {"--from", "--more", "--recipe"} & {*words} and page.stem != "README"
    return [*words, "--steps", "2", *(("--recipe", "tiny.toml") if new else ())]


def pages_with_commands() -> list[Path]:
    pages = [page for page in PAGES if page.parent != ROOT or page.name == "README.md"]
    return [page for page in pages if any(line.startswith("foreword ") for line in lines_of_shell([page]))]


@pytest.mark.all
@pytest.mark.parametrize("page", pages_with_commands(), ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_in_order_without_a_traceback(page: Path, tmp_path: Path) -> None:
    """Training takes two updates instead of minutes. A command that lacks something fails without a traceback."""
    pytest.importorskip("torch", reason="the examples train")
    sources_of_the_documents(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for example in lines_of_shell([page]):
        line = example.split("  #")[0].split(">")[0].strip()
        words = shlex.split(line)
        if words[:1] != ["foreword"] or words[1] in NOT_EXECUTED or words[-1] == "&":
            continue
        command = [sys.executable, "-m", "foreword", *shortened(words[1:], page)]
        done = ran(*command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL)
        assert "Traceback" not in done.stderr, done.stderr
        may_fail = any(each in line for each in NEEDS_MORE)
        assert done.returncode in ((0, 1, 2) if may_fail else (0,)), f"{line}: {done.stderr}"
