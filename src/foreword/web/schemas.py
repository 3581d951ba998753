"""The requests and replies of the API. msgspec checks requests; these types make the OpenAPI document."""

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
Stop = Annotated[str, Meta(min_length=1, max_length=200)]
Nothing = Annotated[float, Meta(ge=0, le=0, description="some clients always send it")]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of requests: an unknown field is an error."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The base of replies."""


# Typing


@final
class SuggestRequest(Request, frozen=True, kw_only=True):
    """The text before the cursor."""

    text: Text
    limit: Annotated[int, Meta(ge=1, le=9)] | None = None
    confidence: Share | None = None
    letters: Annotated[int, Meta(ge=0, le=20)] | None = None
    shown: Annotated[bool, Meta(description="a person sees the words; ignored ones are remembered")] = False


@final
class SuggestedWord(Reply, frozen=True, kw_only=True):
    """A word or a phrase; `insert` replaces the last `replace` code points of the text."""

    text: str
    replace: Count
    insert: str
    probability: Share
    source: Literal["network", "memory"]
    correction: bool


@final
class SuggestReply(Reply, frozen=True, kw_only=True):
    """The suggestions, likeliest first. If `inline` is true, the first may be drawn after the cursor."""

    suggestions: list[SuggestedWord]
    inline: bool


@final
class LearnRequest(Request, frozen=True, kw_only=True):
    """Whole messages, one per line."""

    text: Annotated[str, Meta(max_length=LONGEST_LESSON)]


@final
class LearnReply(Reply, frozen=True, kw_only=True):
    """The number of learned messages."""

    messages: Count


@final
class ForgetRequest(Request, frozen=True, kw_only=True):
    """The word to forget."""

    word: Annotated[str, Meta(min_length=1, max_length=200)]


@final
class ForgetReply(Reply, frozen=True, kw_only=True):
    """The numbers of deletions and of changed messages."""

    times: Count
    messages: Count


@final
class MemoryRequest(Request, frozen=True, kw_only=True):
    """The words that contain `part`, in capital or small letters."""

    part: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


@final
class WrittenWord(Reply, frozen=True, kw_only=True):
    """A word of the memory, its count, and its last date."""

    word: str
    times: Count
    last: str


@final
class MemoryReply(Reply, frozen=True, kw_only=True):
    """The memory: its number of messages, and its most frequent words."""

    id: Annotated[str, Meta(description="another one after `foreword memory clear`")]
    messages: Count
    words: list[WrittenWord]


@final
class SettingsReply(Reply, frozen=True, kw_only=True):
    """The person's settings for all surfaces. Keys have their X11 names."""

    choices: Count
    letters: Count
    confidence: Share
    learn: Annotated[bool, Meta(description="whether a surface may learn by itself")]
    private: Annotated[bool, Meta(description="the server learns nothing from any request")]
    keys: Keys


# Inspection


@final
class ExplainRequest(Request, frozen=True, kw_only=True):
    """A text to measure; `word` also asks why that word is suggested after it."""

    text: Annotated[str, Meta(max_length=LONGEST_MEASURED)]
    word: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


@final
class Piece(Reply, frozen=True, kw_only=True):
    """Some characters and the bits that the model needed for them."""

    text: str
    bits: float


@final
class WeighedWord(Reply, frozen=True, kw_only=True):
    """A word's probability: the sum of the contributions of network and memory."""

    word: str
    network: Share
    memory: Share


@final
class Why(Reply, frozen=True, kw_only=True):
    """The contributions to a word's probability, and its count in the memory."""

    word: str
    network: Share
    memory: Share
    share: Weight
    times: Count
    last: str | None


@final
class ExplainReply(Reply, frozen=True, kw_only=True):
    """The surprise of each piece of the text."""

    pieces: list[Piece]
    bits_per_character: float
    why: Why | None = None


@final
class NextRequest(Request, frozen=True, kw_only=True):
    """The text before the next token."""

    text: Text
    limit: Annotated[int, Meta(ge=1, le=50)] = 12


@final
class NextToken(Reply, frozen=True, kw_only=True):
    """A token and its probability."""

    text: str
    probability: Share


@final
class NextReply(Reply, frozen=True, kw_only=True):
    """The network's next tokens, and the next words of network and memory together."""

    tokens: list[NextToken]
    words: list[WeighedWord]
    share: Weight


@final
class CellsRequest(Request, frozen=True, kw_only=True):
    """A text and a unit to show: its part of the state, its layer and its number."""

    text: Annotated[str, Meta(max_length=LONGEST_MEASURED)]
    part: Annotated[int, Meta(ge=0, le=9)] = 0
    layer: Annotated[int, Meta(ge=0, le=99)] = 0
    unit: Annotated[int, Meta(ge=0, le=99_999)] = 0


@final
class StatePart(Reply, frozen=True, kw_only=True):
    """A part of the state: its number of layers, and of units per layer."""

    layers: Count
    units: Count


@final
class CellsReply(Reply, frozen=True, kw_only=True):
    """One unit along the end of the text, and all units of its layer, with one row of bytes per time step.

    `picture` holds the rows in base64; a byte is 128 + 127 · tanh(value).
    """

    pieces: list[str]
    values: list[float]
    parts: list[StatePart]
    picture: str


# Models


@final
class ModelEntry(Reply, frozen=True, kw_only=True):
    """A model, as OpenAI's API lists it."""

    id: str
    created: int
    object: Literal["model"] = "model"
    owned_by: Literal["you"] = "you"


@final
class ModelsReply(Reply, frozen=True, kw_only=True):
    """The model that is served."""

    data: list[ModelEntry]
    object: Literal["list"] = "list"


@final
class ModelRequest(Request, frozen=True, kw_only=True):
    """The name of a model."""

    model: Annotated[str, Meta(max_length=500)]


@final
class CurvePoint(Reply, frozen=True, kw_only=True):
    """The result of a validation during training."""

    step: Count
    seconds: float | None
    bits: Annotated[float | None, Meta(description="per token, on held-out text")]
    training_bits: Annotated[float | None, Meta(description="per token, on the text that was learned")]


@final
class ModelVersion(Reply, frozen=True, kw_only=True):
    """An earlier version of the model."""

    name: str
    date: str
    bits_per_character: float | None


@final
class ModelDetails(Reply, frozen=True, kw_only=True):
    """The model: its card in Markdown and HTML, its sizes, figures, curve and earlier versions."""

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


# Completions


@final
class StreamOptions(Request, frozen=True, kw_only=True):
    """The options of a stream, as in OpenAI's API."""

    include_usage: bool = False


@final
class CompletionRequest(Request, frozen=True, kw_only=True):
    """A request as in OpenAI's API; the other options have their names in `foreword generate`."""

    model: Annotated[
        Annotated[str, Meta(max_length=500)] | None, Meta(description="there is one: the one that is served")
    ] = None
    prompt: Annotated[
        Text | Annotated[list[Text], Meta(min_length=1, max_length=1)] | None,
        Meta(description="a list has one text"),
    ] = ""
    max_tokens: Annotated[int, Meta(ge=0, le=10_000)] = 16
    temperature: Annotated[float, Meta(ge=0, le=10)] = 1.0
    top_p: Annotated[float, Meta(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Meta(ge=0, le=100_000)] = 0
    min_p: Share = 0.0
    repetition_penalty: Annotated[float, Meta(ge=1, le=100)] = 1.0
    frequency_penalty: Nothing = 0.0
    presence_penalty: Nothing = 0.0
    n: Annotated[int, Meta(ge=1, le=16)] = 1
    seed: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    stop: Stop | Annotated[list[Stop], Meta(max_length=16)] | None = None
    logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    echo: bool = False
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: Annotated[str | None, Meta(description="taken, and ignored")] = None

    @property
    def text(self) -> str:
        """The prompt. LangChain sends it as a list."""
        prompt = self.prompt or ""
        return prompt if isinstance(prompt, str) else prompt[0]


@final
class LogProbabilities(Reply, frozen=True, kw_only=True):
    """The model's own log-probabilities, in nats, of the tokens and of the likeliest ones at each position."""

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


@final
class CompletionChoice(Reply, frozen=True, kw_only=True):
    """A passage, or a piece of one in a stream."""

    text: str
    index: int
    finish_reason: Literal["stop", "length"] | None
    logprobs: LogProbabilities | None = None


@final
class Usage(Reply, frozen=True, kw_only=True):
    """The numbers of tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@final
class Completion(Reply, frozen=True, kw_only=True):
    """The generated passages."""

    id: str
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: Usage | None = None
    object: Literal["text_completion"] = "text_completion"


@final
class Health(Reply, frozen=True, kw_only=True):
    """The server is up."""

    status: Literal["ok"] = "ok"


@final
class Problem(Reply, frozen=True, kw_only=True):
    """An error, as in RFC 9457. OpenAI's clients show `message`, or that of `error`."""

    title: str
    status: int
    detail: str
    message: str
    error: dict[Literal["message"], str]
    type: str = "about:blank"
