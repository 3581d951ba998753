"""The probabilities of the memory computed again by the formulas of the papers, from n-grams without a file."""

from collections import Counter, defaultdict
from typing import final

from foreword.keyboard.memory import Memory
from foreword.keyboard.ngram_model import DISCOUNTS, Context, context_of, occurrences


@final
class KneserNey:
    """Interpolated Kneser-Ney smoothing of messages, without a cache of recent words.

    `counts`, by context: occurrences after a full context; after a shorter one, the number of longer contexts.
    """

    def __init__(self, messages: list[str]) -> None:
        seen = [(context, word) for message in messages for word, context in occurrences(message)]
        self.occurrences = Counter(word for _, word in seen)
        self.counts: dict[Context, Counter[str]] = defaultdict(Counter)
        for context, word in seen:
            self.counts[context][word] += 1
        grams = set(seen)
        for symbols in (2, 1):
            for context, word in {gram for gram in grams if len(gram[0]) == symbols}:
                self.counts[context[1:]][word] += 1
                grams.add((context[1:], word))

    def probability(self, before: str, word: str) -> float:
        return self._after(context_of(before), word)

    def _after(self, context: Context, word: str) -> float:
        counts = self.counts.get(context, Counter())
        shorter = self._after(context[1:], word) if context else 0.0
        if not counts:
            return shorter
        discount = DISCOUNTS[len(context)]
        kept = max(counts[word] - discount, 0.0)
        passed_on = sum(min(count, discount) for count in counts.values())
        return (kept + passed_on * shorter) / counts.total()


def words_after(memory: Memory, before: str, typed: str = "", limit: int = 9) -> dict[str, float]:
    """The likeliest words that the memory knows after a text, with their probabilities, best first."""
    return memory.after(before).fitting(typed, limit, starts=False)[0]


def check_counts(memory: Memory) -> None:
    """Check that every table of a memory has the counts of its messages."""
    expected = KneserNey([each.text for each in memory.messages()])
    database = memory._file.database
    assert dict(database.execute("SELECT text, count FROM words")) == dict(expected.occurrences)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for context, word, count in database.execute(
        "SELECT context, text, ngrams.count FROM ngrams LEFT JOIN words ON words.id = word"
    ):
        found[context][word] = count
    bags = sorted(sorted(bag.items()) for bag in found.values())
    assert bags == sorted(sorted(bag.items()) for bag in expected.counts.values() if bag)
