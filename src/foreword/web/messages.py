"""What the API takes and gives: msgspec checks what comes in, and the OpenAPI document is made from these."""

from typing import Annotated, Literal, final

import msgspec
from msgspec import Meta

from foreword.settings import Keys

LONGEST_TEXT = 200_000  # code points
LONGEST_LESSON = 20_000
LONGEST_MEASURED = 10_000

Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Weight = Annotated[float, Meta(ge=0, le=1, description="the memory's weight in the mixture")]


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of what is taken: a field that is not known is an error, not ignored."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what is given."""


# Typing


@final
class SuggestRequest(Taken, frozen=True, kw_only=True):
    """The text before the cursor. What is left out is as the person's settings say."""

    text: Text
    limit: Annotated[int, Meta(ge=1, le=9)] | None = None
    confidence: Share | None = None
    letters: Annotated[int, Meta(ge=0, le=20)] | None = None
    shown: Annotated[bool, Meta(description="a person sees the answer; what they ignore is remembered")] = (
        False
    )


@final
class SuggestedWord(Given, frozen=True, kw_only=True):
    """A word, or a phrase; `insert` stands for the last `replace` code points of the text."""

    text: str
    replace: Count
    insert: str
    probability: Share
    source: Literal["network", "memory"]
    correction: bool


@final
class SuggestReply(Given, frozen=True, kw_only=True):
    """The likeliest first; `inline` says that it may be drawn behind the cursor."""

    suggestions: list[SuggestedWord]
    inline: bool


@final
class LearnRequest(Taken, frozen=True, kw_only=True):
    """Whole messages, each a line."""

    text: Annotated[str, Meta(max_length=LONGEST_LESSON)]


@final
class LearnReply(Given, frozen=True, kw_only=True):
    """How many messages were learned."""

    messages: Count


@final
class ForgetRequest(Taken, frozen=True, kw_only=True):
    """One word."""

    word: Annotated[str, Meta(min_length=1, max_length=200)]


@final
class ForgetReply(Given, frozen=True, kw_only=True):
    """How often the word was deleted, and from how many messages."""

    times: Count
    messages: Count


@final
class MemoryRequest(Taken, frozen=True, kw_only=True):
    """Words that have `part` in them, in any case."""

    part: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


@final
class WrittenWord(Given, frozen=True, kw_only=True):
    """A word that was written, how often, and when last."""

    word: str
    times: Count
    last: str


@final
class MemoryReply(Given, frozen=True, kw_only=True):
    """What was learned: the words written most."""

    messages: Count
    words: list[WrittenWord]


@final
class SettingsReply(Given, frozen=True, kw_only=True):
    """What the person chose for all surfaces. Keys have their X11 names."""

    choices: Count
    letters: Count
    confidence: Share
    learn: Annotated[bool, Meta(description="whether a surface may learn by itself")]
    private: Annotated[bool, Meta(description="nothing is learned here, whoever asks")]
    keys: Keys


# Looking inside


@final
class ExplainRequest(Taken, frozen=True, kw_only=True):
    """A text to measure; `word` asks, besides, why that word is suggested behind it."""

    text: Annotated[str, Meta(max_length=LONGEST_MEASURED)]
    word: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


@final
class Piece(Given, frozen=True, kw_only=True):
    """Some characters and the bits that the model needed for them."""

    text: str
    bits: float


@final
class WeighedWord(Given, frozen=True, kw_only=True):
    """A word's probability, as the sum of what the network and the memory contribute to it."""

    word: str
    network: Share
    memory: Share


@final
class Why(Given, frozen=True, kw_only=True):
    """How a word comes to be suggested, and how often it was written."""

    word: str
    network: Share
    memory: Share
    share: Weight
    times: Count
    last: str | None


@final
class ExplainReply(Given, frozen=True, kw_only=True):
    """The surprise of each piece of the text."""

    pieces: list[Piece]
    bits_per_character: float
    why: Why | None = None


@final
class NextRequest(Taken, frozen=True, kw_only=True):
    """A text to look behind."""

    text: Text
    limit: Annotated[int, Meta(ge=1, le=50)] = 12


@final
class NextToken(Given, frozen=True, kw_only=True):
    """A token and its probability."""

    text: str
    probability: Share


@final
class NextReply(Given, frozen=True, kw_only=True):
    """What may come: the network's tokens, and the words of network and memory together."""

    tokens: list[NextToken]
    words: list[WeighedWord]
    share: Weight


@final
class CellsRequest(Taken, frozen=True, kw_only=True):
    """Which units to watch: those of one layer of one part of the state."""

    text: Annotated[str, Meta(max_length=LONGEST_MEASURED)]
    part: Annotated[int, Meta(ge=0, le=9)] = 0
    layer: Annotated[int, Meta(ge=0, le=99)] = 0
    unit: Annotated[int, Meta(ge=0, le=99_999)] = 0


@final
class StatePart(Given, frozen=True, kw_only=True):
    """A part of the state: how many layers it has, and how many units each."""

    layers: Count
    units: Count


@final
class CellsReply(Given, frozen=True, kw_only=True):
    """One unit along the end of the text; and all units of its layer, each time step a row of bytes.

    A byte is 128 + 127 · tanh(value), in base64, row after row.
    """

    pieces: list[str]
    values: list[float]
    parts: list[StatePart]
    picture: str


# Models


@final
class ModelEntry(Given, frozen=True, kw_only=True):
    """A model, as OpenAI's API lists it."""

    id: str
    created: int
    object: Literal["model"] = "model"
    owned_by: Literal["you"] = "you"


@final
class ModelsReply(Given, frozen=True, kw_only=True):
    """The model that is served."""

    data: list[ModelEntry]
    object: Literal["list"] = "list"


@final
class ModelRequest(Taken, frozen=True, kw_only=True):
    """The name of a model."""

    model: Annotated[str, Meta(max_length=500)]


@final
class CurvePoint(Given, frozen=True, kw_only=True):
    """What a validation during training found."""

    step: Count
    seconds: float | None
    bits: Annotated[float | None, Meta(description="per token, on held-out text")]
    training_bits: Annotated[float | None, Meta(description="per token, on the text that was learned")]


@final
class ModelVersion(Given, frozen=True, kw_only=True):
    """An earlier version that is kept."""

    name: str
    date: str
    bits_per_character: float | None


@final
class ModelDetails(Given, frozen=True, kw_only=True):
    """What the model is: its card in Markdown, its sizes, figures, curve and earlier versions."""

    id: str
    created: int
    architecture: str
    unit: str
    vocabulary: Count
    sizes: dict[str, int | float | bool | str]
    figures: dict[str, float]
    curve: list[CurvePoint]
    versions: list[ModelVersion]
    card: str
    card_html: str
    object: Literal["model"] = "model"
    owned_by: Literal["you"] = "you"


# Writing on


@final
class StreamOptions(Taken, frozen=True, kw_only=True):
    """As OpenAI's."""

    include_usage: bool = False


@final
class CompletionRequest(Taken, frozen=True, kw_only=True):
    """As OpenAI's, with the names of `foreword generate` for what that lacks."""

    model: Annotated[
        Annotated[str, Meta(max_length=500)] | None, Meta(description="there is one: the one that is served")
    ] = None
    prompt: Text = ""
    max_tokens: Annotated[int, Meta(ge=0, le=10_000)] = 16
    temperature: Annotated[float, Meta(ge=0, le=10)] = 1.0
    top_p: Annotated[float, Meta(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Meta(ge=0, le=100_000)] = 0
    min_p: Share = 0.0
    repetition_penalty: Annotated[float, Meta(ge=1, le=100)] = 1.0
    n: Annotated[int, Meta(ge=1, le=16)] = 1
    seed: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    stop: (
        Annotated[str, Meta(min_length=1, max_length=200)]
        | Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=16)]
        | None
    ) = None
    logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    echo: bool = False
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: Annotated[str | None, Meta(description="taken, and ignored")] = None


@final
class LogProbabilities(Given, frozen=True, kw_only=True):
    """Natural logarithms, under the model itself, of the tokens and of the likeliest ones in their places."""

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


@final
class CompletionChoice(Given, frozen=True, kw_only=True):
    """A passage, or in a stream a piece of one."""

    text: str
    index: int
    finish_reason: Literal["stop", "length"] | None
    logprobs: LogProbabilities | None = None


@final
class Usage(Given, frozen=True, kw_only=True):
    """Counted in tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@final
class Completion(Given, frozen=True, kw_only=True):
    """Passages."""

    id: str
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: Usage | None = None
    object: Literal["text_completion"] = "text_completion"


@final
class Health(Given, frozen=True, kw_only=True):
    """The server is up."""

    status: Literal["ok"] = "ok"


@final
class Problem(Given, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
