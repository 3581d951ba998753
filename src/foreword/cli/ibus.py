"""`foreword ibus`: suggestions in every application of a Linux desktop."""

from typing import Annotated

import typer

from foreword.cli.options import ModelOption

app = typer.Typer(invoke_without_command=True)


@app.callback()
def ibus(
    context: typer.Context,
    model: ModelOption = None,
    private: Annotated[bool, typer.Option("--private", help="Learn nothing of what is typed.")] = False,
) -> None:
    """Suggest words in every application, as an input method of IBus. It ends with Ctrl-C.

    Letters pass through. Tab takes a word, Shift+Tab goes to the next one, Esc sends the list away, and
    Control+Shift+Space switches it off and on. settings.toml changes keys and more.
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from msgspec.structs import replace

    from foreword.ibus.engine import run
    from foreword.keyboard.suggest import Keyboard
    from foreword.settings import read_settings

    settings = read_settings()
    keyboard = Keyboard.open(model if model is not None else settings.model)
    asyncio.run(run(keyboard, replace(settings, learn=settings.learn and not private)))
