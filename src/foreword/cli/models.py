"""`foreword models`, `inspect` and `rollback`: list, describe and delete models, and go back to earlier versions."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import typer

from foreword.cli import options
from foreword.cli.options import Command, Group, argument, switch
from foreword.cli.output import beside, one_line, say, say_json, tell
from foreword.errors import ModelMissing
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.cli.inventory import Entry

PARTS: Final = {"model": "network", "versions": "earlier versions", "run": "interrupted training"}
LABELS: Final = {
    "architecture": "kind of network",
    "graphs": "ONNX graphs",
    "tokens": "vocabulary",
    "trained_on": "texts, held-out parts included",
    "went_on_from": "initial weights",
    "held_out_bits_per_character": "bits per character on held-out text",
}
"""The labels of some facts of `inspect`, for people."""


@final
class ListsByDefault(Group):
    """A group of commands that runs `list` if no command is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments. Put `list` first if no command is named and no shell asks for completion."""
        is_named = args and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named or ctx.resilient_parsing else ["list", *args])


app = typer.Typer(cls=ListsByDefault, help="List models, or delete one.")


@app.command("list", cls=Command)
def list_models(as_json: options.JsonOption = False) -> None:
    """Print all models with date, size and bits per character, their versions, interrupted trainings and memories.

    A star marks the default model.
    """
    from foreword.cli.inventory import entries

    found = entries()
    if as_json:
        say_json([_row(each) for each in found])
        return
    width = max(len(each.path.name) for each in found)
    for each in found:
        star = "*" if each.is_default else " "
        say(f"{star} {one_line(each.path.name):<{width}}  {one_line(', '.join(_described(each)))}")


def _row(entry: "Entry") -> dict[str, object]:
    fields = asdict(entry)
    path, is_default = fields.pop("path"), fields.pop("is_default")
    return {"name": path.name, "path": str(path), "default": is_default, **fields}


def _described(entry: "Entry") -> list[str]:
    from foreword.modelfolder.versions import versions_folder

    if entry.problem is not None:
        facts = [f"cannot be used: {entry.problem}"]
    elif entry.date is None:
        facts = ["no network" + ("" if entry.memory_bytes is None else ", uses base")]
    else:
        bits = entry.bits_per_character
        measured = [] if bits is None else [f"{bits:.3f} bits per character"]
        facts = [entry.date, _size(entry.bytes), *measured]
    if entry.versions:
        facts.append(counted(entry.versions, "earlier version"))
    if (versions_folder(entry.path) / "aside").is_dir():
        facts.append("a version kept aside")
    if entry.run is not None:
        facts.append(f"a training {entry.run}")
    if entry.memory_bytes is not None:
        facts.append(f"memory {_size(entry.memory_bytes)}")
    return facts


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


@app.command(cls=Command)
def delete(
    name: Annotated[
        str, argument("NAME|PATH", "The model to delete.", autocompletion=options.complete_model)
    ],
    versions: Annotated[
        bool, switch("Delete only its earlier versions, and the one kept aside.", "--versions")
    ] = False,
    run: Annotated[bool, switch("Delete only its interrupted training.", "--run")] = False,
    yes: options.YesOption = False,
) -> None:
    """Delete a model, its earlier versions, and its interrupted training. Its memory is kept."""
    from foreword import modelfolder
    from foreword.cli import inventory
    from foreword.modelfolder.names import in_a_command, memory_beside

    folder = modelfolder.locate(name)
    inventory.check_deletable(folder)
    chosen = {"versions": versions, "run": run, "model": not versions and not run}
    wanted = [part for part in inventory.parts_of(folder) if chosen["model"] or chosen[part]]
    if not wanted:
        asked = " and no ".join(PARTS[part] for part, is_chosen in chosen.items() if is_chosen)
        raise ModelMissing(f"{folder} has no {asked} to delete; to see what there is: foreword models")
    shown = one_line(f"the {' and the '.join(PARTS[part] for part in reversed(wanted))} of {folder.name}")
    options.confirm(f"Delete {shown}?", shown, yes=yes)
    inventory.delete(folder, wanted)
    tell(f"Deleted {shown}")
    memory = memory_beside(folder)
    if "model" in wanted and memory.is_file():
        tell(f"Its memory is kept: {memory}; to empty it: foreword memory clear -m {in_a_command(folder)}")


def inspect(model: options.ModelOption = None, as_json: options.JsonOption = False) -> None:
    """Show what a model is, what it was trained on, and whether its files are whole."""
    from foreword.assess.evaluate import inspection

    found = inspection(options.open_model(model))
    if as_json:
        say_json(found)
        return
    labels = {name: LABELS.get(name, name.replace("_", " ")) for name in found}
    indent = max(map(len, labels.values())) + 2
    for name, value in found.items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        shown = one_line(f"{value:,}" if isinstance(value, int) else shown)
        say(beside(f"{labels[name]:<{indent}}", shown))
    say("Its files are whole and fit one another.")
    say("A model is as private as the texts it was trained on, because it can repeat parts of them.")


def rollback(
    model: options.ModelOption = None,
    aside: Annotated[
        bool,
        switch("Take the version that was kept aside because it predicts held-out text worse.", "--aside"),
    ] = False,
) -> None:
    """Replace a model with its earlier version. Each call goes back one version."""
    from foreword import modelfolder
    from foreword.modelfolder.names import SHIPPED, home, run_folder
    from foreword.modelfolder.swap import is_there
    from foreword.modelfolder.versions import roll_back, take_aside, versions_of
    from foreword.personal.run_folder import locked

    folder = modelfolder.locate(model)
    if folder == home() / SHIPPED and not is_there(folder):
        raise ModelMissing(
            "the base model has no versions; rollback is for a model of your own: foreword train SOURCE makes one"
        )
    if not versions_of(folder):
        modelfolder.read(folder)  # raises an error if there is no such model
    with locked(run_folder(folder)):
        version = take_aside(folder) if aside else roll_back(folder)
    bits = version.bits_per_character
    measured = "" if bits is None else f", {bits:.3f} bits per character"
    tell(f"{folder.name} is now the version of {version.date}{measured}")
