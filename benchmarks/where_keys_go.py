"""Where do a person's keys go, and where are the bits of their text?

    python benchmarks/where_keys_go.py FOLDER … [--model PATH] [--messages N]

FOLDER belongs to a person, as benchmarks/keystrokes.py reads it. Their messages are typed again under its protocol,
three words shown. The memory has learned train.txt, and learns each message when it is finished. For the words written
20 times or more before, those written fewer times, those never written, and the signs and spaces between them: the
share of the characters, of these the share that was saved, and the share in words that no list had. Savings are those
of `foreword.replay`. The default model is the base.

Then the bits per character of the same messages, by the character that needs them: letters of words, the
space or sign after a word, and the rest. Better words cannot save keys on the last two.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, final, get_args

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers.contenders import Person
from foreword.assess.bits import surprises
from foreword.assess.keystrokes import Learns, after_word, word_at
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.lexicon import count_words
from foreword.runtime.model import Model
from foreword.sources.reading import documents
from foreword.text.cleaning import clean
from foreword.text.words import words

Kind = Literal["20 times or more", "1 to 19 times", "never before", "signs"]
Place = Literal["letters of words", "behind a word", "the rest"]
PLACES: tuple[Place, ...] = get_args(Place)
OFTEN = 20


@final
@dataclass(kw_only=True)
class Keys:
    """The typing of one kind: characters, keys, and characters of words that no list had."""

    characters: int = 0
    keys: int = 0
    never: int = 0


@final
@dataclass(kw_only=True)
class Counted:
    """All that was typed, by kind; Enter counts as a sign."""

    written: Counter[str]
    kinds: dict[Kind, Keys] = field(default_factory=dict)

    def type(self, message: str, keyboard: Learns, limit: int = 3) -> None:
        """Type one message, and learn it."""
        at = 0
        while at < len(message):
            start, word = word_at(message, at)
            shown = keyboard.suggest(message[:at], limit)
            keyboard.report(message[:at], shown)
            taken = word != "" and any(each.text == word for each in shown)
            end = after_word(message, start, word) if taken else at + 1
            kind = self._kind(word)
            self._add(kind, Keys(characters=end - at, keys=1))
            if word and not taken and end == start + len(word):
                self._add(kind, Keys(never=end - start))
            at = end
        self._add("signs", Keys(characters=1, keys=1))
        keyboard.learn(message)
        self.written.update(_folded(message))

    def savings(self) -> float:
        """The keystroke savings."""
        return 1 - self._sum("keys") / self._sum("characters")

    def lines(self) -> Iterator[str]:
        """A line for each kind, in percent."""
        for kind, each in sorted(self.kinds.items()):
            share, saved = each.characters / self._sum("characters"), 1 - each.keys / each.characters
            never = each.never / each.characters
            yield f"  {kind:<17} {share:6.1%} of the characters, {saved:6.1%} saved, {never:6.1%} never offered"

    def _kind(self, word: str) -> Kind:
        if not word:
            return "signs"
        times = self.written[word.casefold()]
        return "20 times or more" if times >= OFTEN else "1 to 19 times" if times else "never before"

    def _add(self, kind: Kind, more: Keys) -> None:
        there = self.kinds.setdefault(kind, Keys())
        there.characters += more.characters
        there.keys += more.keys
        there.never += more.never

    def _sum(self, name: Literal["keys", "characters"]) -> int:
        return sum(getattr(each, name) for each in self.kinds.values())


def bits_by_place(model: Model, text: str) -> dict[Place, float]:
    """The bits per character of a clean text, by the place of each token's last character."""
    behind = {word.end() for word in words(text)}
    inside = {at for word in words(text) for at in range(word.start(), word.end())}
    spent: dict[Place, float] = dict.fromkeys(PLACES, 0.0)
    at = -1
    for piece, bits in surprises(model, text):
        at += len(piece)
        place: Place = "letters of words" if at in inside else "behind a word" if at in behind else "the rest"
        spent[place] += bits / len(text)
    return spent


def measured(person: Person, model: Model) -> Counted:
    """Type a person's messages again."""
    with closing(Memory.open()) as memory:
        learn_source(memory, documents(str(person.train)))
        counts = Counted(written=Counter(_folded(person.train.read_text("utf-8"))))
        keyboard = Keyboard(model, memory)
        for message in person.messages:
            counts.type(message, keyboard)
    return counts


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in count_words(clean(text)).elements()]


def main() -> None:
    """Print both tables for each person."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    arguments.add_argument("--model", metavar="PATH", help="a name or path; by default the base")
    arguments.add_argument("--messages", type=int, metavar="N", help="type only so many of them")
    asked = arguments.parse_args()
    model = Model.open(asked.model)
    for folder in asked.folders:
        person = Person.read(folder, asked.messages)
        found = measured(person, model)
        print(f"{folder}: saves {found.savings():.1%}", *found.lines(), sep="\n")
        for place, bits in bits_by_place(model, "\n".join(person.messages)).items():
            print(f"  {place:<17} {bits:.3f} bits per character")


if __name__ == "__main__":
    main()
