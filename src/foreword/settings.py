"""A person's choices for all surfaces: one TOML file in the configuration folder.

    model = "me"                  # the model to type with; by default, me if there is one, else base
    choices = 3                   # words in a list
    letters = 1                   # letters before a list opens by itself
    confidence = 0.3              # least probability of a word shown before its first letter, and inline
    learn = true                  # whether typed text is learned; if unset, only foreword write learns
    leave_out = ["keepassxc"]     # applications without suggestions and learning

    [keys]
    accept = "Tab"
    next = "Shift+Tab"
    dismiss = "Escape"
    pause = "Control+Shift+Space"

Every setting is optional. Each surface reads this file at its start.

The values that some options and recipes allow are here as well, and the words for a value that is wrong.
"""

import math
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar, final, get_args, get_type_hints

import msgspec

from foreword.errors import OptionError, RecipeError
from foreword.files import expanded, system_folder, write_whole

FILE: Final = "settings.toml"
Kind = TypeVar("Kind")

Unit: TypeAlias = Literal["characters", "words", "subwords"]
"""The unit of a token."""
Size: TypeAlias = Literal["small", "medium", "large"]
"""The size of a network; `training/recipe.py` has the numbers."""
Architecture: TypeAlias = Literal["lstm", "gru", "rnn", "unrolled", "window", "convolution"]
"""The networks; `models/catalogue.py`, which needs PyTorch, builds them."""

MODIFIERS: Final = ("Control", "Alt", "Shift", "Super")
_MOVING: Final = ("home", "left", "up", "right", "down", "page_up", "page_down", "end")
_NUMBERS: Final = {
    "tab": 0xFF09,
    "escape": 0xFF1B,
    "space": 0x20,
    "return": 0xFF0D,
    "backspace": 0xFF08,
    "delete": 0xFFFF,
    "insert": 0xFF63,
    **{name: number for number, name in enumerate(_MOVING, 0xFF50)},
    "pause": 0xFF13,
    "menu": 0xFF67,
}
NAMED_KEYS: Final = {**_NUMBERS, **{f"f{number}": 0xFFBD + number for number in range(1, 25)}}
"""The X11 numbers of the keys that have names, in small letters. Other keys have their character as a name."""


@final
class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys by their X11 names, with modifiers before them: "Control+Shift+Space"."""

    accept: str = "Tab"
    next: str = "Shift+Tab"
    dismiss: str = "Escape"
    pause: str = "Control+Shift+Space"

    def __post_init__(self) -> None:
        """Refuse an invalid key, and one key for two purposes."""
        uses = dict[tuple[frozenset[str], str], str]()
        for name in self.__struct_fields__:
            *modifiers, key = getattr(self, name).split("+")
            if not key or set(modifiers) - {*MODIFIERS}:
                raise ValueError(f"{name}: modifiers are {', '.join(MODIFIERS)}, the key comes last")
            if key.lower() not in NAMED_KEYS and not (len(key) == 1 and key.isprintable()):
                known = f"{', '.join(_NUMBERS)}, f1 to f24"
                raise ValueError(f"{name}: {key!r} is not a key; it can be one character, or {known}")
            other = uses.setdefault((frozenset(modifiers), key.lower()), name)
            if other != name:
                raise ValueError(f"{name} and {other} are the same key; give each its own")


@final
class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's settings; the module's docstring explains each."""

    model: str | None = None
    choices: int = 3
    letters: int = 1
    confidence: float = 0.3
    learn: bool | None = None
    leave_out: tuple[str, ...] = ()
    keys: Keys = Keys()

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        for name, least, most in (("choices", 1, 9), ("letters", 0, 20), ("confidence", 0, 1)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from {least} to {most}")


def settings_path() -> Path:
    """The path of the file: in $FOREWORD_CONFIG, else in the system's configuration folder."""
    folder = os.environ.get("FOREWORD_CONFIG")
    return (expanded(folder) if folder else system_folder("config")) / FILE


def read_settings() -> Settings:
    """The settings; the defaults if there is no file.

    Raises:
        OptionError: the file cannot be read, or a setting is unknown or out of range; the message names it.
    """
    path = settings_path()
    try:
        return _settings_in(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        remedy = "mend that, or set FOREWORD_CONFIG to another folder"
        raise OptionError(f"{path} cannot be read: {error.strerror}; {remedy}") from None
    except UnicodeDecodeError:
        raise OptionError(f"{path} is not UTF-8 text; mend the file, or delete it") from None
    except (ValueError, RecursionError) as error:  # the errors of msgspec and tomllib, too
        raise OptionError(f"{path}: {plainly(str(error), 'setting')}; mend the file, or delete it") from None


def set_learning(*, learn: bool) -> Path:
    """Set `learn` in the settings, and leave the rest as it is. Return the file.

    Raises:
        OptionError: the settings are broken, or the line for `learn` cannot be found in them.
    """
    wanted = msgspec.structs.replace(read_settings(), learn=learn)
    file, line = settings_path(), f"learn = {str(learn).lower()}\n"
    text = file.read_text("utf-8-sig") if file.exists() else ""
    top, bracket, tables = text.partition("\n[") if not text.startswith("[") else ("", "", text)
    new, found = re.subn(r"""^[ \t]*(["']?)learn\1[ \t]*=.*\n?""", line, top, flags=re.MULTILINE)
    text = (new if found else line + top) + bracket + tables
    try:
        is_set = _settings_in(text) == wanted
    except ValueError:
        is_set = False
    if not is_set:
        remedy = f"write this line before its first section: {line.strip()}"
        raise OptionError(f"{file} cannot be changed safely; {remedy}")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, text.encode(), private=False)  # a full disk leaves the old settings
    return file


def _settings_in(text: str) -> Settings:
    return msgspec.convert(tomllib.loads(text), Settings)


def plainly(message: str, field: str) -> str:
    """A message of msgspec or tomllib in plain words, without objects and paths; `field` is the word for a field."""
    message = re.sub(r"\.$| - at `\$(\[\.\.\.\])+`$", "", message)
    message = message.replace("Object contains unknown field", f"there is no {field}")
    message = re.sub("Object missing required field (.*)", r"\1 is missing", message)
    if found := re.fullmatch(r"Expected `(\w+)[^`]*`(?:, got `.*`| ([<>]=?) (\S+)) - at `\$\.(.*)`", message):
        kind, bound, number, name = found.groups()
        limits = f" {'of ' * ('=' in bound)}{_BOUNDS[bound]} {number.removesuffix('.0')}" if bound else ""
        return f"{name} must be {_KINDS.get(kind, kind)}{limits}"
    if found := re.fullmatch(r"Expected `(\w+)` of length ([<>]=) (\d+) - at `\$\.(.*)`", message):
        kind, bound, number, name = found.groups()
        if (bound, number) == (">=", "1"):
            return f"{name} must not be empty"
        counts = "characters" if kind == "str" else "entries" if number != "1" else "entry"
        return f"{name} must have {_BOUNDS[bound]} {int(number):,} {counts}"
    return re.sub(r"(.*) - at `\$\.(.*)`", r"\2: \1", message)


def checked(kind: type[Kind], values: Mapping[str, object], table: str) -> Kind:
    """The `values` of a `table` as a `kind`; a whole number may stand for a float.

    Raises:
        RecipeError: a value has another type or is out of range; the message names its key, the value and the range.
    """
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise RecipeError(f"{table}.{name} is {value!r}, but must be a finite number")
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        message = plainly(str(error), "key")
        name, _, wanted = message.partition(" must be ")
        if found := re.fullmatch("(.*): Invalid enum value .*", message):
            name = found[1]
            wanted = f"one of {', '.join(get_args(get_type_hints(kind)[name]))}"
        raise RecipeError(
            f"{table}.{name} is {values[name]!r}, but must be {wanted}" if wanted else f"{table}: {message}"
        ) from None


_BOUNDS: Final = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
_KINDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text in quotes",
    "array": "a list",
    "object": "a section",
}
