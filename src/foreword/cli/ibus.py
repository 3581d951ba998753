"""`foreword ibus`: suggestions in the applications of a Linux desktop."""

import sys
from typing import Annotated

import typer

from foreword.cli.options import Command, Group, ModelOption, PrivateOption, switch
from foreword.cli.output import tell
from foreword.errors import ForewordError, OptionError

app = typer.Typer(cls=Group, invoke_without_command=True)


@app.callback()
def ibus(context: typer.Context, model: ModelOption = None, private: PrivateOption = False) -> None:
    """Suggest words in your applications, as an input method of IBus, until Ctrl-C.

    Letters pass through. Tab takes a word, Shift+Tab goes to the next one, Esc closes the list.
    Control+Shift+Space switches suggestions off and on. settings.toml changes the keys and more.
    """
    if sys.platform in ("darwin", "win32"):
        raise ForewordError("IBus is for Linux; to type here: foreword write, foreword serve or foreword lsp")
    if context.invoked_subcommand is not None:
        if model is not None or private:
            raise OptionError("put options behind install: foreword ibus install --model NAME")
        return
    import asyncio

    from msgspec.structs import replace

    from foreword.ibus.engine import run
    from foreword.keyboard.suggest import Keyboard
    from foreword.settings import read_settings

    settings = read_settings()
    keyboard = Keyboard.open(model)
    asyncio.run(run(keyboard, replace(settings, learn=bool(settings.learn) and not private)))


@app.command(cls=Command)
def install(
    model: ModelOption = None,
    private: PrivateOption = False,
    learn: Annotated[
        bool | None, switch("Learn typed lines, or not; by default, the command asks.", "--learn/--no-learn")
    ] = None,
    uninstall: Annotated[bool, switch("Delete what the installation wrote.", "--uninstall")] = False,
) -> None:
    """Make Foreword an input source of this account's desktop. Root is not needed."""
    if uninstall and (model is not None or private or learn is not None):
        raise OptionError("--uninstall deletes what was installed; leave out the other options")
    if private and learn:
        raise OptionError("--private and --learn say the opposite; give one of them")
    from foreword import modelfolder
    from foreword.ibus import install as installation
    from foreword.ibus.engine import is_kde_on_wayland
    from foreword.runtime.model import Model
    from foreword.settings import set_learning

    if uninstall:
        for each in installation.uninstall() or ["nothing was installed"]:
            tell(each)
        tell("The memory and the settings stay; to empty the memory: foreword memory clear")
        return
    Model.open(model)  # else the engine would fail where nobody sees why
    command = installation.own_command()
    command += [] if model is None else ["--model", str(modelfolder.locate(model))]
    command += ["--private"] if private else []
    for file in installation.install(command):
        tell(f"wrote {file}")
    if learn is None and not private and sys.stdin.isatty():
        learn = typer.confirm(
            "Learn what you type, here and in all of Foreword? Secrets are taken out", default=False, err=True
        )
    if learn is not None:
        tell(f"wrote {set_learning(learn=learn)}")
    tell("1. Log out, and in again.")
    if is_kde_on_wayland():
        tell("   Then choose IBus Wayland in System Settings, Keyboard, Virtual Keyboard.")
    tell(
        "2. Choose the input source. In GNOME: Settings, Keyboard, Input Sources, +, English, English (Foreword)."
    )
    tell("   Elsewhere: ibus-setup, Input Method, Add, English, Foreword.")
    tell("3. Switch to it with Super+Space, and type.")
    tell("To try it at once, until Ctrl-C: foreword ibus")
    tell("To undo all of this: foreword ibus install --uninstall")
