"""The section "Secrets" of a model card: what was taken out of the texts, and what an audit has found."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from foreword.modelfolder.record import FOUND_LATER
from foreword.text.secrets import Kind, in_words

HEADING: Final = "## Secrets"
PAPER: Final = "[Carlini and others 2019](https://arxiv.org/abs/1802.08232)"
HOW: Final = (
    f"How that was found ({PAPER}): sentences with eight digits drawn by chance were planted in a copy of its "
    "training. Their exposure is {highest_exposure:.0f} bits where the digits are likelier than all others that they "
    "were compared with, and {exposure_of_the_unknown:.1f} bits on average where nothing is known of them."
)

_SECTION: Final = re.compile(rf"^{HEADING}\n.*?(?=^#{{1,2}} |\Z)", re.MULTILINE | re.DOTALL)


def with_secrets(card: str, training: Mapping[str, object]) -> str:
    """The card with the section as `training`, the training.json, has it: in place of the one before, or at the end.

    All else stays, for a person may have written it.
    """
    section = "\n".join([HEADING, "", *_taken_out(training), *_audited(training)]) + "\n"
    if _SECTION.search(card):
        return _SECTION.sub(lambda found: section + ("\n" if found.end() < len(card) else ""), card, count=1)
    return f"{card.rstrip()}\n\n{section}"


def _taken_out(training: Mapping[str, object]) -> list[str]:
    recorded = training.get("secrets")
    if not isinstance(recorded, Mapping):
        return ["It is not recorded whether secrets were taken out of its texts."]
    found = Counter({kind: int(recorded[kind]) for kind in Kind if kind in recorded})
    if not found.total():
        return ["There were no secrets to take out of its texts."]
    return [
        f"Taken out of its texts before it was trained: {in_words(found)}. Ordinary words stand in their place."
    ]


def _audited(training: Mapping[str, object]) -> list[str]:
    """What `foreword audit --canaries` found, if it was asked."""
    audit = training.get(FOUND_LATER)
    if not isinstance(audit, Mapping):
        return [
            "",
            "What it remembers of others was not looked for; `foreword audit SOURCE --canaries` does that.",
        ]
    levels, secrets = audit["canaries"], audit["secrets"]
    assert isinstance(levels, Sequence)  # noqa: S101 - this program wrote it
    assert isinstance(secrets, Sequence)  # noqa: S101
    return [
        "",
        f"Audited on {audit['date']}. {audit['verdict']}",
        "",
        HOW.format(**audit),
        "",
        "| written | exposure | drawn out |",
        "|---|---|---|",
        *(
            f"| {times_in_words(each['times'])} | {each['exposure']:.1f} | {each['drawn']} of {each['canaries']} |"
            for each in levels
        ),
        *_own(secrets),
    ]


def _own(secrets: Sequence[Mapping[str, object]]) -> list[str]:
    if not secrets:
        return []
    rows = [
        f"| {each['kind']} | {each['taken']:,} | {each['looked_for']:,} | {each['drawn']:,} |"
        for each in secrets
    ]
    return [
        "",
        "Behind what stood before them, secrets that were taken out were looked for in the model itself:",
        "",
        "| kind | taken out | looked for | drawn out |",
        "|---|---|---|---|",
        *rows,
    ]


def times_in_words(count: int) -> str:
    """How often something was written."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")
