"""A keyboard with given words, so that a test knows each suggestion."""

from collections.abc import Mapping, Sequence

from foreword.errors import OptionError
from foreword.keyboard.suggest import Suggestion
from foreword.text.words import takes_space, word_start


class Guessing:
    """Suggests those of its words that continue the letters typed, with their probabilities.

    `phrases` maps a word to the next word, which is offered together with it. Learned words are suggested, too.
    """

    def __init__(self, words: Mapping[str, float], phrases: Mapping[str, str] | None = None) -> None:
        self.words = dict(words)
        self.phrases = dict(phrases or {})
        self.asked: list[str] = []
        self.learned: list[str] = []
        self.reported: list[list[str]] = []

    def suggest(
        self,
        text: str,
        limit: int = 3,
        *,
        phrases: bool = False,
        signs: bool = False,
        confidence: float = 0.0,
    ) -> Sequence[Suggestion]:
        self.asked.append(text)
        if "!fail" in text:
            raise OptionError("it does not feel well")
        typed = text[word_start(text) :]
        found = [
            guess(word, len(typed), probability)
            for word, probability in sorted(self.words.items(), key=lambda each: -each[1])
            if word.startswith(typed) and word != typed
        ][:limit]
        if not found or found[0].probability < confidence:
            return []
        if phrases and found[0].text in self.phrases:
            more = self.phrases[found[0].text]
            found[0] = guess(f"{found[0].text} {more}", len(typed), found[0].probability)
        return found

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        self.reported.append([each.text for each in shown])

    def forget(self, word: str) -> None:
        self.words.pop(word, None)

    def learn(self, text: str) -> int:
        self.learned.append(text)
        self.words.update(dict.fromkeys(text.split(), 0.9))
        return 1


def guess(text: str, replace: int, probability: float = 0.5) -> Suggestion:
    """A suggestion, with a space after it if one belongs there."""
    space = " " if takes_space(text.rpartition(" ")[2]) else ""
    return Suggestion(text=text, replace=replace, insert=text + space, probability=probability)
