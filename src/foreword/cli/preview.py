"""`foreword preview`: the contents of a source, before anything is learned."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from foreword.cli.options import EncodingOption, JsonOption, MeOption, argument
from foreword.cli.output import local, one_line, say, say_json, waiting
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.assess.preview import Preview


def preview(
    source: Annotated[str, argument("SOURCE", "A file, a folder, a zip, - for standard input, a sample.")],
    me: MeOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the format, the people and the messages of SOURCE. Nothing is learned."""
    from foreword.assess.preview import preview as look

    with waiting(f"reading {source}", as_json=as_json) as wait:
        found = look(source, encoding=encoding, me=me, watch=lambda read: wait.reading(read, source))
    if as_json:
        say_json(_figures(found))
        return
    for line in _lines(found, is_chosen=me is not None or len(found.people) < 2):
        say(one_line(line))


def _figures(found: "Preview") -> dict[str, object]:
    return {
        "formats": dict(found.report.formats),
        "people": dict(found.people.most_common()),
        "messages": found.messages,
        "characters": found.characters,
        "first": None if found.first is None else found.first.isoformat(),
        "last": None if found.last is None else found.last.isoformat(),
        "left_out": dict(found.report.left_out),
        "taken": dict(found.taken),
        "unreadable": found.report.unreadable,
        "notes": [*(f"skipped: {reason}" for reason in found.report.skipped), *found.report.notes],
        "examples": found.examples,
    }


def _lines(found: "Preview", *, is_chosen: bool) -> Iterator[str]:
    from foreword.text.secrets import in_words

    files = found.report.formats.items()
    formats = [name + (f" ({counted(count, 'file')})" if count > 1 else "") for name, count in files]
    yield f"Read as {', '.join(formats) or 'a sample'}"
    for author, count in found.people.most_common():
        yield f"  {author}: {counted(count, 'message')}"
    if found.first is not None and found.last is not None:
        yield f"From {local(found.first):%Y-%m-%d} to {local(found.last):%Y-%m-%d}"
    length = counted(found.characters, "character")
    whose, advice = ("to learn", "") if is_chosen else ("of all people", "; --me chooses yours")
    yield f"{counted(found.messages, 'message')} {whose}, {length}; each line is a message{advice}"
    yield from found.report.sentences()
    if found.taken:
        yield f"Taken out: {in_words(found.taken)}"
    for example in found.examples:
        yield f"  | {example}"
