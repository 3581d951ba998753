"""`foreword serve` and `foreword lsp`: a page and an HTTP API on this computer, and a server for text editors."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

from foreword.cli.options import ModelOption, PrivateOption, open_memory, option, switch
from foreword.cli.output import one_line, say, tell
from foreword.errors import MissingExtra, OptionError
from foreword.settings import read_settings

TOKEN: Final = "FOREWORD_TOKEN"  # noqa: S105 - the name of a variable
SHORTEST_TOKEN: Final = 16


def serve(
    model: ModelOption = None,
    host: Annotated[
        str, option("ADDRESS", "The address to listen at; by default, this computer only.")
    ] = "127.0.0.1",
    port: Annotated[int, option("N", "The port; 0 takes any that is free.", "--port", "-p")] = 8765,
    private: PrivateOption = False,
    no_browser: Annotated[bool, switch("Print the address only.", "--no-browser")] = False,
) -> None:
    """Open a page to write, generate and look inside; programs can use the same over HTTP.

    The address holds a token. It is a new one each time, or that of $FOREWORD_TOKEN.
    """
    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise MissingExtra(f'foreword serve needs {" and ".join(missing)}: pip install "foreword[web]"')
    from foreword.keyboard.suggest import Keyboard
    from foreword.runtime.model import Model
    from foreword.web.app import create_app
    from foreword.web.guard import is_loopback
    from foreword.web.serving import Serving, listen, run

    settings = read_settings()
    is_own = is_loopback(host)
    token = _token(is_needed=not is_own)
    opened = Model.open(model)
    listening = listen(host, port)
    with listening, open_memory(model) as memory:
        serving = Serving(Keyboard(opened, memory), settings, is_private=private)
        app = create_app(serving, token=token, host=host)
        address = _address(host, listening.getsockname()[1], token)
        if not is_own:
            tell(
                f"Others in the network of {one_line(host)} can reach this server. People with the token can read and "
                "change the memory. The connection is not encrypted."
            )
        with suppress(KeyboardInterrupt):  # Ctrl-C ends a server, also one that has just begun
            say(address)
            tell("Ctrl-C ends it.")
            opens = not no_browser and sys.stdout.isatty() and _has_desktop()
            with _browser_at(address) if opens else nullcontext():
                run(app, listening)


def _token(*, is_needed: bool) -> str:
    """The token of the environment, else a new one. It must be set if others can reach the server."""
    token = os.environ.get(TOKEN, "")
    if not token and is_needed:
        raise OptionError(
            f"with --host others can reach this server; set {TOKEN} to a secret of {SHORTEST_TOKEN} characters or "
            "more, and give it to the people who may use the server"
        )
    if token and (
        len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token
    ):
        raise OptionError(f"{TOKEN} must have {SHORTEST_TOKEN} ASCII characters or more, and no space")
    return token or secrets.token_urlsafe(24)


def _address(host: str, port: int, token: str) -> str:
    """The address, with the token in its fragment: browsers do not send that, so no log contains it."""
    from urllib.parse import quote

    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/#token={quote(token)}"


def _has_desktop() -> bool:
    """Whether a browser can have a window: a text browser would take over the terminal."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


@contextmanager
def _browser_at(address: str) -> Iterator[None]:
    """Open the address in the browser. It gets only the name of a private file, which leads it there.

    All users of a computer can read the command line of a browser. The file is deleted at the end. A browser from Snap
    cannot read hidden folders, so there the file is in the person's home folder.
    """
    import webbrowser
    from tempfile import mkstemp

    from foreword.modelfolder.names import home

    is_snap = Path("/snap/bin").is_dir()
    prefix, folder = ("foreword-", Path.home()) if is_snap else (".serve-", home())
    descriptor, name = mkstemp(".html", prefix, folder)  # its mode is 0600
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor is no path
            file.write(f'<!doctype html><meta http-equiv="refresh" content="0; url={address}">\n')
        webbrowser.open(Path(name).as_uri())
        yield
    finally:
        Path(name).unlink(missing_ok=True)


def lsp(model: ModelOption = None, private: PrivateOption = False) -> None:
    """Suggest words in a text editor: a language server, which the editor starts. See docs/how-to/editors.md.

    Foreword learns a text when you save it, if the settings say `learn = true`.
    """
    if sys.stdin.isatty():
        raise OptionError("foreword lsp is started by an editor; docs/how-to/editors.md shows how")
    if find_spec("pygls") is None:
        raise MissingExtra('the language server needs pygls, not installed here: pip install "foreword[lsp]"')
    from foreword.keyboard.suggest import Keyboard
    from foreword.lsp.server import Server
    from foreword.runtime.model import Model

    settings = read_settings()
    opened = Model.open(model)
    with open_memory(model) as memory:
        Server(Keyboard(opened, memory), settings, learns=bool(settings.learn) and not private).run()
