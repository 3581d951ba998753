"""JSON from a file that anybody may have written.

Python's reader takes more than the standard allows and than is good for us: NaN, numbers beyond all bounds, the
same key twice, nesting without end, half a surrogate pair.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from foreword.errors import ModelForeign, ModelTruncated


def parse_object(data: bytes, path: Path) -> dict[str, object]:
    """The JSON object in `data`, which came from `path`.

    Raises:
        ModelTruncated: it is no whole JSON, or not UTF-8.
        ModelForeign: it is no object, or says what no honest writer would.
    """
    try:
        value = json.loads(
            data.decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_bounded,
            object_pairs_hook=_distinct,
        )
        json.dumps(value, ensure_ascii=False).encode()  # trips over half a surrogate pair
    except UnicodeDecodeError as error:
        raise ModelTruncated(
            f"{path} is damaged: byte {error.start} is not UTF-8; get the model again"
        ) from None
    except json.JSONDecodeError as error:
        raise ModelTruncated(
            f"{path} is cut off or damaged: {error.msg} in line {error.lineno}; get the model again"
        ) from None
    except UnicodeEncodeError:
        raise ModelForeign(f"{path} is not a file of Foreword's: it holds half a surrogate pair") from None
    except RecursionError:
        raise ModelForeign(f"{path} is not a file of Foreword's: it is nested too deeply") from None
    except _UnwelcomeError as error:
        raise ModelForeign(f"{path} is not a file of Foreword's: {error}") from None
    if not isinstance(value, dict):
        raise ModelForeign(
            f"{path} is not a file of Foreword's: it should hold an object, and holds something else"
        )
    return value


class _UnwelcomeError(Exception):
    """Why a value is refused."""


def _refuse_constant(name: str) -> object:
    raise _UnwelcomeError(f"{name} is no number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _UnwelcomeError(f"the number {digits[:20]} is out of all bounds")
    return value


def _bounded(digits: str) -> int:
    """At most 64 bits, or one number could cost a minute to read."""
    if len(digits) > 19:
        raise _UnwelcomeError(f"the number {digits[:19]}… is out of all bounds")
    return int(digits)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The pairs as a dictionary; a key given twice would be read by one program so, by the next otherwise."""
    record: dict[str, object] = {}
    for name, value in pairs:
        if name in record:
            raise _UnwelcomeError(f"the key {name[:40]!r} comes twice")
        record[name] = value
    return record


FOUND_LATER: Final = "audit"
"""The key of what was found out about a model after its training: with it or without, the model is the same."""


def of_the_training(training: Mapping[str, object]) -> dict[str, object]:
    """A training.json but for what was found out about the model later: it tells one model from another."""
    return {key: value for key, value in training.items() if key != FOUND_LATER}


def learned_from(training: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The records of all texts that a model has learned from, those of its last training first.

    A model that went on learning names the texts of its earlier trainings in `history`; text that was learned along,
    so that it was not forgotten, is in `old_sources`. What is no such record is left out.
    """
    runs = [training, *reversed(_records(training.get("history")))]
    return [source for run in runs for key in ("sources", "old_sources") for source in _records(run.get(key))]


def _records(listed: object) -> list[Mapping[str, object]]:
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
