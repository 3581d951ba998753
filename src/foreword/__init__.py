"""Foreword: train a small recurrent network on your own words, on your own computer, and type with it.

    import foreword

    foreword.train("chat.txt", minutes=5, to="me")          # the rest needs no PyTorch
    model = foreword.load("me")
    for piece in foreword.generate(model, "I think ", characters=200): ...
    foreword.generate_many(model, "I think ", passages=8)   # written side by side
    foreword.audit(model, "chat.txt").verdict               # does it copy?
    foreword.next_tokens(model, "see you tom", limit=5)     # [("or", 0.9), …]
    foreword.bits_per_character(model, "some text")
    keyboard = foreword.Keyboard.open("me")                 # with the memory beside it
    shown = keyboard.suggest("see you tom")                 # [Suggestion(text="tomorrow", …)]
    keyboard.report("see you tom", shown)                   # a person has seen these
    foreword.replay(keyboard, messages).savings             # the share of keys saved

Names are looked up when they are first used, so that `import foreword` itself imports nothing heavy.
"""

from foreword import libraries

TYPE_CHECKING = False  # the one in `typing` would cost 10 ms, in which Ctrl-C shows a traceback
if TYPE_CHECKING:
    from foreword.api import load, train
    from foreword.assess.bits import bits_per_character
    from foreword.assess.copies import audit
    from foreword.assess.keystrokes import replay
    from foreword.errors import ForewordError
    from foreword.keyboard.memory import Memory
    from foreword.keyboard.suggest import Keyboard, Suggestion
    from foreword.runtime.generate import NoCopy, generate, generate_many, next_tokens
    from foreword.runtime.model import Model

    __version__: str

__all__ = [
    "ForewordError",
    "Keyboard",
    "Memory",
    "Model",
    "NoCopy",
    "Suggestion",
    "audit",
    "bits_per_character",
    "generate",
    "generate_many",
    "load",
    "next_tokens",
    "replay",
    "train",
]

_HOMES = {
    "ForewordError": "foreword.errors",
    "Keyboard": "foreword.keyboard.suggest",
    "Memory": "foreword.keyboard.memory",
    "Model": "foreword.runtime.model",
    "NoCopy": "foreword.runtime.generate",
    "Suggestion": "foreword.keyboard.suggest",
    "audit": "foreword.assess.copies",
    "bits_per_character": "foreword.assess.bits",
    "generate": "foreword.runtime.generate",
    "generate_many": "foreword.runtime.generate",
    "load": "foreword.api",
    "next_tokens": "foreword.runtime.generate",
    "replay": "foreword.assess.keystrokes",
    "train": "foreword.api",
}

libraries.switch_off_telemetry()


def __getattr__(name: str) -> object:
    """The public name `name`, from the module where it lives."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - as above

        return version("foreword")
    if name not in _HOMES:
        raise AttributeError(f"module 'foreword' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - as above

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
