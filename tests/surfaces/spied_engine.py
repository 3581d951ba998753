"""`foreword ibus`, and each list that it shows is written to $SHOWN as well: a test cannot read a picture."""

import json
import os
from pathlib import Path

from foreword.__main__ import main
from foreword.ibus.engine import Engine

shows = Engine.show


def show(engine: Engine, choices: tuple[str, ...], selected: int, key: str) -> None:
    shows(engine, choices, selected, key)
    shown = {"before": engine.field.text, "choices": choices, "selected": selected, "key": key}
    new = Path(os.environ["SHOWN"] + ".new")
    new.write_text(json.dumps(shown))
    new.replace(os.environ["SHOWN"])


Engine.show = show  # type: ignore[method-assign, assignment]
main()
