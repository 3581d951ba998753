"""`foreword suggest`: the next words."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from foreword.cli import options
from foreword.cli.options import option, switch
from foreword.cli.output import local, say, say_json
from foreword.errors import OptionError
from foreword.text.plural import times_in_words

if TYPE_CHECKING:
    from foreword.keyboard.memory import WordUse


def suggest(
    text: options.TextArgument = None,
    model: options.ModelOption = None,
    limit: Annotated[
        int | None,
        option("N", "How many words to show; by default that of settings.toml, else 3.", "--limit", "-k"),
    ] = None,
    phrases: Annotated[
        bool, switch("Extend the first one while the next words are likely.", "--phrases")
    ] = False,
    confidence: Annotated[float, option("P", "Show only words with at least this probability.")] = 0.0,
    why: Annotated[bool, switch("Say where each word comes from.", "--why")] = False,
    characters: Annotated[bool, switch("Show the next characters, not words.")] = False,
    no_memory: options.NoMemoryOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Print the words most likely to follow TEXT, or to complete its last word, with their probabilities."""
    from foreword.settings import read_settings

    words = {"--phrases": phrases, "--confidence": confidence, "--why": why, "--no-memory": no_memory}
    for name, value in words.items():
        if value and characters:
            raise OptionError(f"{name} has no effect with --characters; leave out one of them")
    typed = options.read_text(text)
    limit = read_settings().choices if limit is None else limit
    if characters:
        _next_characters(model, typed, limit, as_json=as_json)
        return
    from foreword.keyboard.suggest import Keyboard
    from foreword.runtime.model import Model

    opened = Model.open(model)
    with options.open_memory(model, without=no_memory) as memory:
        keyboard = Keyboard(opened, memory)
        found = keyboard.suggest(typed, limit, phrases=phrases, signs=True, confidence=confidence)
        uses = [memory.why(one.text) if why else None for one in found]
    if as_json:
        says_when = [{"times": use.times, "last": use.last.isoformat()} if use else {} for use in uses]
        say_json([asdict(one) | when for one, when in zip(found, says_when, strict=True)])
        return
    for one, use in zip(found, uses, strict=True):
        says = "\ta correction" if one.correction else ""
        say(f"{one.text}\t{one.probability:.1%}{says}" + (f"\t{one.source}{_in_words(use)}" if why else ""))


def _in_words(use: "WordUse | None") -> str:
    if use is None:
        return ""
    return f"; you wrote it {times_in_words(use.times)}, last on {local(use.last):%Y-%m-%d}"


def _next_characters(model: str | None, text: str, limit: int, *, as_json: bool) -> None:
    from foreword.runtime.generate import next_tokens

    found = next_tokens(options.open_model(model), text, limit=limit)
    if as_json:
        say_json([{"text": token, "probability": p} for token, p in found])
        return
    for token, probability in found:
        say(f"{_visible(token)}\t{probability:.1%}")


def _visible(token: str) -> str:
    """A token with visible signs for spaces, newlines and tabs."""
    return token.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")
