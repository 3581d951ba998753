"""The endpoints of the API: each parses strictly, makes one call and answers. The table is at the end."""

import base64
import math
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, final

import msgspec
import numpy as np
from starlette.exceptions import HTTPException

from foreword.assess.bits import surprises
from foreword.assess.cells import parts_of, walk
from foreword.errors import ModelError, OptionError, SourceEmpty
from foreword.keyboard.exchange import exported
from foreword.keyboard.memory import Memory
from foreword.keyboard.offers import offer_after
from foreword.keyboard.suggest import Keyboard, Weighed
from foreword.modelfolder.versions import Version, earlier_versions
from foreword.runtime.generate import next_tokens
from foreword.text.cleaning import clean
from foreword.web import schemas
from foreword.web.completions import complete
from foreword.web.serving import Serving

_FRONT_MATTER: Final = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)


async def healthz(_serving: Serving, _ask: None) -> schemas.Health:
    """Whether the server is up; no token is needed."""
    return schemas.Health()


async def suggest(serving: Serving, ask: schemas.SuggestRequest) -> schemas.SuggestReply:
    """Suggest words after a text, as on all surfaces of Foreword. Only a request with `shown` changes anything.

    The settings give the fields that are left out: by default `limit` 3, `letters` 1 and `confidence` 0.3. Before a
    word has that many letters, it is suggested only if it has that probability.
    """
    chosen = serving.settings
    offer = await serving.on_keyboard(
        offer_after,
        serving.keyboard,
        ask.text,
        limit=chosen.choices if ask.limit is None else ask.limit,
        confidence=chosen.confidence if ask.confidence is None else ask.confidence,
        letters=chosen.letters if ask.letters is None else ask.letters,
        shown=ask.shown,
    )
    found = [choice.suggestion for choice in offer.choices]
    words = [msgspec.convert(each, schemas.SuggestedWord, from_attributes=True) for each in found]
    return schemas.SuggestReply(suggestions=words, inline=offer.inline is not None)


async def learn(serving: Serving, ask: schemas.LearnRequest) -> schemas.LearnReply:
    """Learn whole messages, one per line. Secrets are removed first."""
    if serving.is_private:
        raise HTTPException(403, "this server was started with --private and learns nothing")
    text = "\n".join(ask.text.splitlines())  # a whole: a secret may have many lines
    return schemas.LearnReply(messages=await serving.on_keyboard(serving.keyboard.learn, text))


async def forget(serving: Serving, ask: schemas.ForgetRequest) -> schemas.ForgetReply:
    """Delete a word, in capital or small letters, from the memory, and never suggest it again."""
    try:
        found = await serving.on_keyboard(serving.keyboard.forget, ask.word)
    except OptionError:
        raise HTTPException(404, "this is not one word") from None
    return schemas.ForgetReply(times=found.times, messages=found.messages)


async def memory(serving: Serving, ask: schemas.MemoryRequest) -> schemas.MemoryReply:
    """The most frequent words in the memory."""
    found: Memory = serving.keyboard.memory
    uses = await serving.on_keyboard(found.uses, ask.limit, ask.part)
    return schemas.MemoryReply(
        id=await serving.on_keyboard(found.identity),
        messages=await serving.on_keyboard(found.size),
        words=[
            schemas.WrittenWord(word=each.word, times=each.times, last=each.last.isoformat()) for each in uses
        ],
    )


async def settings(serving: Serving, _ask: None) -> schemas.SettingsReply:
    """The person's settings for all surfaces."""
    chosen = serving.settings
    return schemas.SettingsReply(
        choices=chosen.choices,
        letters=chosen.letters,
        confidence=chosen.confidence,
        learn=bool(chosen.learn) and not serving.is_private,
        private=serving.is_private,
        keys=chosen.keys,
    )


async def export(serving: Serving, _ask: None) -> list[str]:
    """The whole memory as lines of JSON, which `foreword memory import` reads."""
    memory = serving.keyboard.memory
    return [await serving.on_keyboard(lambda: "".join(f"{line}\n" for line in exported(memory)))]


async def explain(serving: Serving, ask: schemas.ExplainRequest) -> schemas.ExplainReply:
    """The bits that each character costs the model, and the reason why a word is suggested after the text."""
    pieces = await serving.on_network(surprises, serving.model, ask.text) if ask.text else []
    characters = sum(len(piece) for piece, _ in pieces)
    bits = sum(spent for _, spent in pieces)
    why = None if ask.word is None else await serving.on_keyboard(_why, serving.keyboard, ask.text, ask.word)
    return schemas.ExplainReply(
        pieces=[schemas.Piece(text=piece, bits=spent) for piece, spent in pieces],
        bits_per_character=bits / characters if characters else 0.0,
        why=why,
    )


def _why(keyboard: Keyboard, text: str, word: str) -> schemas.Why:
    word = clean(word)
    words, share = keyboard.weigh(text, asked=word)
    found = words[0] if words else Weighed(word=word, network=0.0, memory=0.0)
    use = keyboard.why(word)
    return schemas.Why(
        word=word,
        network=_share(found.network),
        memory=_share(found.memory),
        share=share,
        times=use.times if use else 0,
        last=use.last.isoformat() if use else None,
    )


async def following(serving: Serving, ask: schemas.NextRequest) -> schemas.NextReply:
    """The likeliest next tokens of the network, and the likeliest next words with both contributions."""
    tokens = await serving.on_network(next_tokens, serving.model, ask.text, ask.limit)
    words, share = await serving.on_keyboard(serving.keyboard.weigh, ask.text, ask.limit)
    return schemas.NextReply(
        tokens=[schemas.NextToken(text=text, probability=_share(chance)) for text, chance in tokens],
        words=[
            schemas.WeighedWord(word=each.word, network=_share(each.network), memory=_share(each.memory))
            for each in words
        ],
        share=share,
    )


async def units(serving: Serving, ask: schemas.CellsRequest) -> schemas.CellsReply:
    """The values of the units of one layer along the end of the text; no `parts` if the network has no units."""
    if all(part.dtype != np.float32 for part in serving.model.network.initial_state()):
        return schemas.CellsReply(pieces=[], values=[], parts=[], picture="")
    try:
        found = await serving.on_network(walk, serving.model, ask.text)
        values = found.values(ask.part, ask.layer)
    except (OptionError, SourceEmpty) as error:
        raise HTTPException(404, str(error)) from None
    if ask.unit >= values.shape[1]:
        raise HTTPException(404, f"this layer has {values.shape[1]} units, counted from 0")
    picture = np.round(128 + 127 * np.tanh(values)).astype(np.uint8)
    return schemas.CellsReply(
        pieces=found.pieces,
        values=[float(each) for each in values[:, ask.unit]],
        parts=[schemas.StatePart(layers=layers, units=units) for layers, units in parts_of(found.before)],
        picture=base64.b64encode(picture.tobytes()).decode(),
    )


async def models(serving: Serving, _ask: None) -> schemas.ModelsReply:
    """The model that is served."""
    return schemas.ModelsReply(data=[schemas.ModelEntry(id=serving.name, created=_created(serving))])


async def model(serving: Serving, ask: schemas.ModelRequest) -> schemas.ModelDetails:
    """The model's properties and figures."""
    if ask.model != serving.name:
        raise HTTPException(404, "this server does not have that model; GET /v1/models names the one it has")
    return await serving.on_network(_details, serving)


def _details(serving: Serving) -> schemas.ModelDetails:
    record, config = serving.model.folder.record(), serving.model.config
    card = _FRONT_MATTER.sub("", serving.card)
    return schemas.ModelDetails(
        id=serving.name,
        created=_created(serving),
        architecture=config.architecture,
        unit=config.unit,
        vocabulary=config.vocabulary,
        sizes=dict(config.sizes),
        figures=dict(_figures(serving)),
        curve=[
            schemas.CurvePoint(
                step=int(point.get("step") or 0),
                seconds=point.get("seconds"),
                bits=_bits(point.get("nats")),
                training_bits=_bits(point.get("training_nats")),
            )
            for point in record.curve
        ],
        versions=list(_versions(serving.model.path)),
        card=card,
        card_html=_html(card),
    )


def _versions(model: Path) -> Iterator[schemas.ModelVersion]:
    for folder in earlier_versions(model):
        with suppress(ModelError):  # rollback cannot use a damaged version either
            found = Version.of(folder)
            bits = found.bits_per_character
            yield schemas.ModelVersion(name=folder.name, date=found.date, bits_per_character=bits)


def _html(card: str) -> str:
    """The card as HTML, with headings below those of the page. HTML and pictures in the card are dropped."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most requests do without

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("image", lambda *_: "")
    tokens = markdown.parse(card)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag == "h1" else "h4"
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html.replace("<th></th>", "<td></td>")


def _figures(serving: Serving) -> Iterator[tuple[str, float]]:
    """The figures of the model: bits on text that it has not learned, then the size of its training."""
    record = serving.model.folder.record()
    test = record.held_out.test if record.held_out else None
    if test is not None:
        yield "bits per character", test.bits_per_character
        if test.ngram is not None:
            yield "bits per character of an n-gram", test.ngram.bits_per_character
        if test.uniform is not None:
            yield "bits per character of a uniform guess", test.uniform
    for name, value in (
        ("characters learned from", record.characters),
        ("steps", record.steps),
        ("minutes of training", record.seconds and record.seconds / 60),
    ):
        if value is not None:
            yield name, float(value)


def _created(serving: Serving) -> int:
    at = serving.model.folder.record().trained_at()
    return int(at.timestamp()) if at else 0


def _bits(nats: float | None) -> float | None:
    return None if nats is None else nats / math.log(2)


def _share(value: float) -> float:
    """A probability, limited to 0 to 1 against rounding errors."""
    return min(max(float(value), 0.0), 1.0)


@final
class Endpoint(NamedTuple):
    """An address: its function, its request and the place of the request, and its reply."""

    path: str
    answer: Callable[[Serving, Any], Awaitable[Any]]
    takes: type[msgspec.Struct] | None
    gives: type[msgspec.Struct] | None  # None for lines of JSON
    comes_in: Literal["body", "query", "path"] = "body"

    @property
    def method(self) -> Literal["GET", "POST"]:
        """POST if the request has a body, else GET."""
        return "POST" if self.takes and self.comes_in == "body" else "GET"


ENDPOINTS: Final = (
    Endpoint("/healthz", healthz, None, schemas.Health),
    Endpoint("/v1/suggest", suggest, schemas.SuggestRequest, schemas.SuggestReply),
    Endpoint("/v1/learn", learn, schemas.LearnRequest, schemas.LearnReply),
    Endpoint("/v1/forget", forget, schemas.ForgetRequest, schemas.ForgetReply),
    Endpoint("/v1/memory", memory, schemas.MemoryRequest, schemas.MemoryReply, "query"),
    Endpoint("/v1/memory/export", export, None, None),
    Endpoint("/v1/settings", settings, None, schemas.SettingsReply),
    Endpoint("/v1/explain", explain, schemas.ExplainRequest, schemas.ExplainReply),
    Endpoint("/v1/next", following, schemas.NextRequest, schemas.NextReply),
    Endpoint("/v1/cells", units, schemas.CellsRequest, schemas.CellsReply),
    Endpoint("/v1/models", models, None, schemas.ModelsReply),
    Endpoint("/v1/models/{model}", model, schemas.ModelRequest, schemas.ModelDetails, "path"),
    Endpoint("/v1/completions", complete, schemas.CompletionRequest, schemas.Completion),
)
