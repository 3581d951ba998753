"""What Slack makes of the text that people type: names, channels and links in angle brackets, and three entities.

Its rules are in Slack's "Formatting message text" (docs/sources.md). Undone here, a message reads as it was typed.
"""

import re
from collections.abc import Mapping
from typing import Final

_MARKED: Final = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # the last one last


def plain(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """`text` as it was typed; `people` and `channels` are names by their ids."""
    if "<" in text:
        text = _MARKED.sub(lambda found: _typed(found, people, channels), text)
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text


def _typed(found: re.Match[str], people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    target, label = found["target"], found["label"] or ""
    match found["sign"]:
        case "@":
            return "@" + (people.get(target) or label.removeprefix("@") or target)
        case "#":
            return "#" + (label.removeprefix("#") or channels.get(target) or target)
        case "!":
            return _special(target, label)
        case _:
            return label or target.removeprefix("mailto:").removeprefix("tel:")


def _special(target: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@cooks>`, `<!date^1392734382^{date}|18 February>`."""
    if target.startswith("date^"):
        return label
    return "@" + (label.removeprefix("@") or target.rpartition("^")[2])
