"""`foreword audit`: the share of a model's text that is copied, and whether such a training remembers secrets."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from foreword.cli.options import (
    EncodingOption,
    JsonOption,
    MeOption,
    ModelOption,
    argument,
    open_model,
    option,
    switch,
)
from foreword.cli.output import one_line, say, say_json, tell, waiting
from foreword.errors import OptionError
from foreword.personal.events import Event
from foreword.text.plural import counted, times_in_words

if TYPE_CHECKING:
    from foreword.assess.copies import Audit
    from foreword.personal.canaries import Figures

SHOWN = 300  # characters of the longest run


def audit(
    source: Annotated[str, argument("SOURCE", "The text to search, such as the model's training text.")],
    model: ModelOption = None,
    encoding: EncodingOption = None,
    characters: Annotated[
        int, option("N", "The number of characters to write at each temperature.", "--characters", "-n")
    ] = 20_000,
    temperatures: Annotated[
        list[float] | None,
        option("X", "May be repeated; by default 0.5, 0.8 and 1, one by one.", "--temperature", "-t"),
    ] = None,
    seed: Annotated[int, option("N", "The seed of the random numbers.")] = 0,
    with_canaries: Annotated[
        bool,
        switch(
            "Train a copy with made-up secrets, and print which of them the copy remembers.", "--canaries"
        ),
    ] = False,
    minutes: Annotated[
        float | None, option("N", "The most minutes of training for that copy; by default 10.")
    ] = None,
    me: MeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a model write, and print the share of its text that is copied from SOURCE.

    For comparison, the last part of SOURCE is searched for in the rest. --canaries also writes its result on the
    model's card.
    """
    if not with_canaries and (minutes is not None or me is not None):
        raise OptionError(f"--{'me' if minutes is None else 'minutes'} needs --canaries")
    if with_canaries:
        from foreword.libraries import require_training

        require_training()
        from foreword.personal.canaries import check_options

        check_options(source, minutes)
    from foreword.assess.copies import TEMPERATURES
    from foreword.assess.copies import audit as look

    opened, name, notes = open_model(model), "standard input" if source == "-" else source, list[str]()
    with waiting(f"reading {source}", as_json=as_json) as wait:
        found = look(
            opened,
            source,
            encoding=encoding,
            characters=characters,
            temperatures=temperatures or TEMPERATURES,
            seed=seed,
            notes=notes,
            watch=wait.says,
        )
    for note in notes:
        tell(note)
    if not as_json:
        _print(found, name)
    figures = found.figures()
    if with_canaries:
        from foreword.cli.progress import show
        from foreword.personal.canaries import look_for_leaks

        leaks = list["Figures"]()
        looking = look_for_leaks(opened, source, minutes=minutes, me=me, encoding=encoding, seed=seed)

        def events() -> Iterator[Event]:
            leaks.append((yield from looking))

        show(events(), model=opened.path.name)
        figures["leaks"] = leaks[0]
        if not as_json:
            _print_leaks(leaks[0])
    if as_json:
        say_json(figures)


def _print(found: "Audit", source: str) -> None:
    say(
        f"{counted(found.characters, 'character')} written at each temperature, searched for in {one_line(source)} "
        f"({counted(found.source_characters, 'character')}):"
    )
    rows = [(f"temperature {each.temperature:g}", each.overlap, "the text") for each in found.written]
    if found.usual is not None:
        rows.append((f"its last {found.usual_characters:,} characters", found.usual, "the rest"))
    width = max(len(row) for row, *_ in rows)
    for row, overlap, place in rows:
        typer.echo(
            f"  {row:<{width}} {overlap.share:6.1%} of its 20-character stretches are in {place}; "
            f"longest run {counted(overlap.longest_run, 'character')}"
        )
    run = found.longest.longest
    if run is not None:
        cut = run.text[:SHOWN] + ("…" if len(run.text) > SHOWN else "")
        say(
            f"The longest run, from character {run.offset + 1:,} in line {found.longest_line:,}: "
            f"{json.dumps(cut, ensure_ascii=False)}"
        )
    typer.echo(found.verdict)


def _print_leaks(leaks: "Figures") -> None:
    copy = leaks["copy"]
    say(
        "Canaries, sentences with eight digits drawn by chance, planted in a copy of the training "
        f"({copy['steps']:,} updates, {copy['passes']:.1f} epochs):"
    )
    for each in leaks["canaries"]:
        times = f"written {times_in_words(each['times'])}" if each["times"] else "never written"
        say(f"  {times:<18} exposure {each['exposure']:4.1f} bits")
    say(
        f"The highest exposure is {leaks['highest_exposure']:.0f} bits. "
        f"By chance, unknown digits have {leaks['exposure_of_the_unknown']:.1f} bits on average."
    )
    typer.echo(leaks["verdict"])
