"""`foreword rollback`: go back to an earlier version of a model."""

from typing import Annotated

from foreword.cli.options import ModelOption, switch
from foreword.cli.output import tell
from foreword.errors import ModelMissing


def rollback(
    model: ModelOption = None,
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
