"""`foreword lsp`: suggestions in text editors."""

import sys
from importlib.util import find_spec

from foreword.cli.options import ModelOption, PrivateOption, open_memory
from foreword.errors import MissingExtra, OptionError
from foreword.settings import read_settings


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
