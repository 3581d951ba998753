"""A model is replaced only by one that reads held-out text no worse: both read the same, which neither has learned."""

from foreword.assess.bits import score
from foreword.corpus.prepare import Corpus
from foreword.errors import ForewordError
from foreword.modelfolder import ModelFolder
from foreword.modelfolder.provenance import learned_from
from foreword.personal.inheritance import recorded_recipe
from foreword.personal.measuring import beginning, tokens_per_character
from foreword.personal.meeting import is_from_memory
from foreword.personal.start import Start
from foreword.runtime.model import Model
from foreword.training.recipe import Recipe
from foreword.training.session import Session
from foreword.training.validate import bits


def rival_bits(there: ModelFolder, corpus: Corpus, recipe: Recipe, tokens: int) -> float | None:
    """Bits per character of the model that is there, on the text of the first `tokens` of the test part.

    None where it cannot be compared: nothing is held out, it has learned what is, or it cannot be run.
    """
    try:
        if corpus.test is None or _has_learned_it(there, corpus, recipe):
            return None
        text = corpus.tokenizer.decode(beginning(corpus.test, tokens)[1:])
        return score(Model(there), text).bits_per_character
    except ForewordError:
        return None


def _has_learned_it(there: ModelFolder, corpus: Corpus, recipe: Recipe) -> bool:
    """Whether the model that is there was trained on what is held out now, for less was held out of the same text."""
    known = {str(text.get("sha256")) for text in learned_from(there.training)}
    same = any(source.sha256 in known for source in corpus.sources)
    return same and recorded_recipe(Model(there)).text.held_out < recipe.text.held_out


def nothing_better(corpus: Corpus, session: Session, start: Start) -> str | None:
    """What is said where no weights but the first did well on the messages to choose by; None for other texts."""
    first, later = session.record.curve[:1], session.record.curve[1:]
    if not is_from_memory(corpus) or corpus.validation is None or not later:
        return None
    scale = bits(1.0) * tokens_per_character(corpus.validation)
    return stays(start.name, corpus, scale * first[0].nats, scale * min(point.nats for point in later))


def stays(name: str, corpus: Corpus, before: float, after: float) -> str:
    """What is said of a model that is not replaced, for it reads held-out text better than the new one."""
    text = "the newest messages" if is_from_memory(corpus) else "held-out text"
    return (
        f"{name} stays as it is: on {text} this training would have made it worse, {after:.3f} bits per character "
        f"instead of {before:.3f}"
    )
