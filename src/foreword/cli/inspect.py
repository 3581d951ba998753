"""`foreword inspect`: what a model folder holds."""

from foreword.cli.options import JsonOption, ModelOption, open_model
from foreword.cli.terminal import one_line, say, say_json


def inspect(model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Show what a model is, what it was trained on, and whether its files are whole."""
    from foreword.assess.evaluate import inspection

    found = inspection(open_model(model))
    if as_json:
        say_json(found)
        return
    width = max(map(len, found))
    for name, value in found.items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        shown = f"{value:,}" if isinstance(value, int) else shown
        say(f"{name.replace('_', ' '):<{width}}  {one_line(shown)}")
    say("Its files are whole and fit one another.")
    say("A model is as private as the texts it was trained on, because it can repeat parts of them.")
