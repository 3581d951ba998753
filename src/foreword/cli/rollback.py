"""`foreword rollback`: the version of a model before the one in use."""

from typing import Annotated

import typer

from foreword.cli.options import ModelOption
from foreword.cli.terminal import one_line


def rollback(
    model: ModelOption = None,
    aside: Annotated[
        bool,
        typer.Option(
            "--aside", help="Take the model that a training kept aside, for it read held-out text worse."
        ),
    ] = False,
) -> None:
    """Put the version of a model before the one in use in its place. Again, it is the one before that."""
    from foreword import modelfolder
    from foreword.modelfolder.names import run_folder
    from foreword.personal.run import held
    from foreword.personal.versions import roll_back, take_aside, versions_of

    folder = modelfolder.locate(model)
    if not versions_of(folder):
        modelfolder.read(folder)  # or it is said that there is no such model
    with held(run_folder(folder)):
        version = take_aside(folder) if aside else roll_back(folder)
    bits = (
        "" if version.bits_per_character is None else f", {version.bits_per_character:.3f} bits per character"
    )
    typer.echo(f"{one_line(folder.name)} is as it was trained on {version.date}{bits}", err=True)
