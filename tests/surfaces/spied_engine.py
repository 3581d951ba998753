"""`foreword ibus` that also writes its keys and its lists to files, because a test cannot read a picture."""

import json
import os
from pathlib import Path

from foreword.__main__ import main
from foreword.ibus.engine import Engine
from foreword.ibus.field import Field
from foreword.ibus.keys import RELEASE, character_of, is_modifier

shows, gets = Engine.show, Field.key


def show(engine: Engine, choices: tuple[str, ...], selected: int, key: str) -> None:
    shows(engine, choices, selected, key)
    shown = {"before": engine.field.text, "choices": choices, "selected": selected, "key": key}
    new = Path(os.environ["SHOWN"] + ".new")
    new.write_text(json.dumps(shown))
    new.replace(os.environ["SHOWN"])


def get(field: Field, keysym: int, state: int) -> bool:
    if not (state & RELEASE or is_modifier(keysym)):
        with Path(os.environ["KEYS"]).open("a") as keys:
            keys.write(character_of(keysym) or "\0")
    return gets(field, keysym, state)


Engine.show = show  # type: ignore[method-assign, assignment]
Field.key = get  # type: ignore[method-assign, assignment]
main()
