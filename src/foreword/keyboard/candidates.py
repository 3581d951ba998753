"""The words that may come at a place in a text, each with its probability from network and memory.

The network has learned how people write. It reads the person's last messages, then the text. The memory counts the
person's own words. Each source gives the probability of a whole word and its end, given the text before it.
`mixture.py` weighs the two. The memory's candidates take part in the network's search, so both judge every word.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import Final, final

from foreword.keyboard.casing import capitalized, is_shouted, lowered, shouted, shouting, straight, written
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import KEPT, Background, BackgroundDistribution, Mixture, Observation
from foreword.keyboard.ngram_model import START, Distribution, context_of
from foreword.keyboard.signs import OPENING, touches_word
from foreword.modelfolder.lexicon import WordList
from foreword.modelfolder.ngrams import Ngrams
from foreword.runtime.beam import NO_WORD, Beam, Found, Variant
from foreword.runtime.predictor import Cursor, Predictor
from foreword.runtime.typos import intended
from foreword.text.words import LONGEST, begins, matching, takes_space, words

CORRECTED: Final = range(3, 21)  # letters typed: fewer begin too many words, and more take too long
_NAME: Final = re.compile(r"(?:[@#/\\_=&~\d]|\w[.:])[\w'’-]*$")
"""A part of an address, of a path or of a name in a program, or a number: these are not corrected."""
UNLIKELY: Final = 1e-5
"""Typed letters below this probability may be a typo. Rare words are above it (docs/log.md). The search for typos takes
as long as everything else."""
MOST_MEANT: Final = 12
"""The most words perhaps meant that the network judges: the likeliest by memory and n-grams."""
RARELY_MEANT: Final = 1e-4
"""A new word is no typo of a word that has less than this share of its probability."""
MOST_LETTERS: Final = 256
"""A script with more letters in use has no letter left out."""
FEW: Final = 6
_CONTRACTION: Final = re.compile(r"(?<=n)'(?=t$)|'(?=ve$)|^(that|what|s?he|t?here|where|how|who)'(?=s$)")
"""The apostrophe of a contraction that makes no other word without it."""
RIVAL: Final = 2.5
"""Of don't and dont, one is not shown if the other is this many times as likely."""
ENOUGH_WORDS: Final = 1_000
"""If a model has no word list, a memory with at least this many words decides which words exist."""
WITNESSES: Final = 3
"""The number of words before the cursor that show which source knows the language of the line (docs/decisions/0028)."""
UNSEEN: Final = 1e-5
"""It is added to both probabilities of such a word."""
MOST_VARIANTS: Final = 3
WORTH: Final = 0.03
"""A variant below this share of the probability of the letters as typed would not be shown."""
WORTH_READING: Final = 1e-3
"""The network reads a proposed word to its end while it has this share of the best one's probability (docs/log.md)."""


@final
@dataclass(slots=True, kw_only=True)
class Candidate:
    """A word with its share of the mixture: P(word, and its end | text before it), by source."""

    spaced: bool
    network: float = 0.0
    memory: float = 0.0

    @property
    def probability(self) -> float:
        """The probability from both sources."""
        return self.network + self.memory


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Words by their texts, and the probability of the letters typed: the sum of all words, if all were here.

    `remembered` is the memory's part of it. `whole` is the probability that these letters are a word that ends here.
    `no_words`, the probability that they begin no known word, is not part of `typed`.
    """

    words: dict[str, Candidate]
    typed: float
    remembered: float = 0.0
    whole: float = 0.0
    no_words: float = 0.0


@final
@dataclass(slots=True)
class Meant:
    """A word perhaps meant: P(typo | word), and P(word, typo | text before it) by memory and by n-grams."""

    typo: float = 0.0
    memory: float = 0.0
    ngrams: float = 0.0

    def counted(self, share: float) -> float:
        """The probability from both, with the memory's share."""
        return share * self.memory + (1 - share) * self.ngrams


@final
class Finder:
    """Asks both sources for words, and mixes their probabilities."""

    def __init__(
        self,
        predictor: Predictor,
        memory: Memory,
        mixture: Mixture,
        *,
        ngrams: Ngrams | None = None,
        lexicon: WordList | None = None,
    ) -> None:
        self._predictor = predictor
        self._background = Background(ngrams)
        self._beam = Beam(predictor)
        self._memory = memory
        self._mixture = mixture
        self._lexicon = lexicon
        self._listed = lru_cache(maxsize=64)(self._look_up)
        self._evidence = lru_cache(maxsize=KEPT)(self._compare)
        tokens = predictor.tokenizer.tokens
        self._letters = letters_in(tokens)
        self._scripts = scripts_of(letters_in(tokens[256:]))

    def likely(self, cursor: Cursor, limit: int, asked: Sequence[str] = ()) -> Candidates:
        """The likeliest words that the letters typed may begin; in capitals if the person types in capitals.

        Forgotten words are left out, but count in the probability of the letters typed. The words in `asked` are
        included, even unlikely ones, if the letters typed may begin them.
        """
        candidates = self._begun(cursor, limit, asked)
        loud = shouting(cursor.before, cursor.word)
        if loud:
            candidates = self._with_shouted(candidates, cursor, loud, limit)
        elif "’" in cursor.word and "'" not in cursor.word:
            candidates = self._with_straight(candidates, cursor, limit)
        words = self._allowed(candidates.words, cursor)
        if not asked:
            words = self._without_typos(_each_once(words, cursor.word), self._memory.after(cursor.before))
        closed = self._closed(cursor)
        typed, remembered = candidates.typed + closed, candidates.remembered + closed
        return replace(candidates, words=words, typed=typed, remembered=remembered)

    def typos(self, cursor: Cursor, candidates: Candidates) -> Candidates | None:
        """The likeliest words that one typo turns into the letters typed, and the sum of their probabilities.

        `no_words` is the probability that these letters begin a word which is new to the memory.
        The words are in capitals if the person types in capitals; the line is then read in small letters.
        None if these letters, with these candidates, are likely and do not seem to lack an apostrophe, or are no word.
        """
        loud, read = shouting(cursor.before, cursor.word), f"{cursor.preceding}\n{cursor.text}"
        if loud:
            cursor = self._predictor.read_to_cursor(lowered(cursor.text), cursor.preceding)
        word = cursor.word
        if len(word) not in CORRECTED or not takes_space(word) or _NAME.search(cursor.text[-LONGEST:]):
            return None
        known = self._memory.after(cursor.before)
        expected = self._background.after(cursor.before, known.words)
        existing, share = self._known(known), self.share(cursor)
        if candidates.typed >= UNLIKELY and not self._lacks_apostrophe(cursor, known, share):
            return None
        meant = self._meant(cursor, known, expected)
        others = [each for each in meant if not begins(word, each)]
        if existing is not None:
            others = [each for each in others if existing.means(each, word)]
        likeliest = nlargest(
            MOST_MEANT, others, key=lambda each: (meant[each].counted(share), meant[each].typo)
        )
        start = self._predictor.read_to_cursor(cursor.before, cursor.preceding)
        found = self._beam.find(replace(start, touches=False), 0, dict.fromkeys(likeliest).keys())
        shown: dict[str, Candidate] = {}
        for each in found.words:
            this, own, curved = meant[each.text], each.text, each.text.replace("'", "’")
            if "'" not in word and known.probability(curved) > known.probability(own):
                own = curved
            text = shouted(own, read) if loud else own
            neural = expected.adapted(each.text, each.probability * found.typed)
            network = expected.mixed(this.typo * neural, this.ngrams)
            capitals = loud if text != own else 1.0
            candidate = shown.setdefault(text, Candidate(spaced=False))
            candidate.network += capitals * (1 - share) * network
            candidate.memory += capitals * share * this.memory
        typed = sum(candidate.probability for candidate in shown.values())
        words = _each_once(self._allowed(shown, cursor), "")
        return Candidates(words=words, typed=typed, no_words=(loud or 1.0) * share * known.new_word(word))

    def _meant(
        self, cursor: Cursor, known: Distribution, expected: BackgroundDistribution
    ) -> dict[str, Meant]:
        """Words of memory and n-grams that one typo turns into the letters typed; without n-grams, of the word list."""
        starts = context_of(cursor.before)[-1] == START
        listed = self._lexicon if not self._background.words else None
        meant = defaultdict[str, Meant](Meant)
        for begun, typo in self._intended(cursor.word, known).items():
            of_memory, _ = known.fitting(begun, MOST_MEANT, starts=starts)
            of_texts, _ = expected.fitting(begun, MOST_MEANT, starts=starts)
            few = listed.beginning(begun, most=FEW) if listed else None
            forms = [written(begun, word, starts=starts)[0] for word in few or ()]
            for each in dict.fromkeys([*of_memory, *of_texts, *forms]):
                _, fits = written(begun, each, starts=starts)
                this = meant[each]
                this.typo += typo * fits
                this.memory += typo * of_memory.get(each, 0.0)
                this.ngrams += typo * of_texts.get(each, 0.0)
        return meant

    def _intended(self, typed: str, known: Distribution) -> Mapping[str, float]:
        """The beginnings that one typo turns into these letters. Nobody leaves out one of 2,000 Korean letters."""
        scripts = set(map(script_of, typed))
        letters = [letter for letter in self._letters | known.letters if script_of(letter) in scripts]
        return intended(typed, "".join(sorted(letters)) if len(letters) <= MOST_LETTERS else "")

    def _lacks_apostrophe(self, cursor: Cursor, known: Distribution, share: float) -> bool:
        """True if the counts expect the letters with an apostrophe rather than as typed: don't, l'eau."""
        expected, word = self._background.after(cursor.before, known.words), cursor.word
        starts = context_of(cursor.before)[-1] == START  # there, the counts know a form with a capital

        def chance(*spellings: str) -> float:
            forms = {*spellings, *(map(capitalized, spellings) if starts else ())}
            of_memory = sum(map(known.probability, forms))
            return share * of_memory + (1 - share) * sum(map(expected.probability, forms))

        parts = ((word[:place], word[place:]) for place in range(1, len(word)))
        typed = chance(word)
        return any(chance("'".join(each), "’".join(each)) > typed for each in parts)

    def _allowed(self, words: dict[str, Candidate], cursor: Cursor) -> dict[str, Candidate]:
        """The words that are not forgotten."""
        return {each: words[each] for each in words if not self._memory.is_blocked(each, cursor.before)}

    def _without_typos(self, words: dict[str, Candidate], known: Distribution) -> dict[str, Candidate]:
        """The words but the unknown ones that the person wrote once, if one typo makes them of another one."""
        lexicon = self._lexicon
        once = {
            each
            for each, candidate in words.items()
            if lexicon and candidate.memory and not lexicon.holds(each) and self._memory.times(each) == 1
        }

        def is_typo(word: str) -> bool:
            least = RARELY_MEANT * words[word].probability
            near = {
                each
                for each in words.keys() - once
                if abs(len(each) - len(word)) <= 1 and words[each].probability > least
            }
            return bool(near) and not near.isdisjoint(self._intended(word, known))

        return {each: words[each] for each in words if each not in once or not is_typo(each)}

    def share(self, cursor: Cursor) -> float:
        """The memory's share at a cursor, by its knowledge of the context and by the last words of the line."""
        known = self._memory.after(cursor.before)
        return self._mixture.share(known.knowledge, self._evidence(known, cursor.before, cursor.preceding))

    def _compare(self, _known: Distribution, before: str, preceding: str) -> float:
        """By how many nats the memory predicted the last words before a place better than the network.

        A memory that has changed gives another `_known`, so the result can be cached.
        """
        evidence = 0.0
        line = before[-4 * LONGEST :].rpartition("\n")[2]
        last = [(len(before) - len(line) + each.start(), each.group()) for each in words(line)][-WITNESSES:]
        texts = [*(before[:start] for start, _ in last), before]
        read = [self._predictor.read_to_cursor(text, preceding) for text in texts]
        for (_, word), text, (there, after) in zip(last, texts, pairwise(read), strict=False):
            nats = there.reading.log_total - after.reading.log_total
            is_read = not (there.owed + after.owed).strip()  # to the ends of both words
            if is_read and nats >= 0:  # else the reading begins at another place
                known, network = self._memory.after(text).probability(word), math.exp(-nats)
                evidence += math.log((known + UNSEEN) / (network + UNSEEN))
        return evidence

    def adapt(self) -> None:
        """Adapt the words of the model to the memory, which the next request would else wait for."""
        self._background.after("", self._memory.after("").words)

    def observe(self, line: str) -> Iterator[Observation]:
        """The words of one message, each with its probability from both sources before it is learned."""
        preceding = self._memory.latest().text
        for match in words(line):
            before, word = line[: match.start()], match.group()
            cursor = self._predictor.read_to_cursor(before, preceding)
            if cursor.word:
                continue  # a word that only a search from its middle would find, such as the second of 'a--b'
            found = self._beam.find(cursor, 0, {word})
            network = next((each.probability for each in found.words if each.text == word), 0.0)
            known = self._memory.after(before)
            expected = self._background.after(before, known.words)
            yield Observation(
                knowledge=known.knowledge,
                network=expected.mixed(
                    min(expected.adapted(word, network * found.typed), 1.0), expected.probability(word)
                ),
                memory=known.probability(word),
            )

    def _begun(self, cursor: Cursor, limit: int, asked: Sequence[str] = ()) -> Candidates:
        typed = cursor.word
        known = self._memory.after(cursor.before)
        starts = typed != "" and context_of(cursor.before)[-1] == START
        of_memory, mass = known.fitting(typed, limit + 1, starts=starts)
        of_memory.pop(typed, None)
        share = self.share(cursor)
        expected = self._background.after(cursor.before, known.words)
        of_texts, mass_of_texts = expected.fitting(typed, limit + 1, starts=starts)
        of_texts.pop(typed, None)
        touches = touches_word(cursor.before) if cursor.touches else True
        if is_foreign(cursor.text, self._scripts):
            if not typed and not known.knowledge:
                return Candidates(words={}, typed=1.0)
            found = self._beam.find(cursor, 0)
        else:
            proposed = [*of_memory, *of_texts, *asked]
            least = 0.0 if asked or touches is None else WORTH_READING  # a word read shows its space
            found = self._search(cursor, limit, proposed, known, starts=starts, least=least)
        spaced = not (OPENING.search(cursor.before) if touches is None else touches)
        chosen = {
            text: Candidate(spaced=spaced and takes_space(text), memory=share * p)
            for text, p in of_memory.items()
        }
        seen = 0.0  # by the network, adapted
        for each in found.words:
            lacks_space = touches is False and not each.spaced and takes_space(each.text)
            if lacks_space and each.text not in {*chosen, *of_texts, *asked}:
                continue  # the network takes a closing quotation mark for an opening one
            _, fits = written(typed, each.text, starts=starts)
            weight = known.probability(each.text) * fits
            candidate = chosen.setdefault(each.text, Candidate(spaced=False, memory=share * weight))
            candidate.spaced = each.spaced if touches is None else spaced and takes_space(each.text)
            counted = of_texts.get(each.text, expected.probability(each.text) * fits)
            neural = expected.adapted(each.text, each.probability * found.typed)
            seen += neural
            candidate.network = (1 - share) * expected.mixed(neural, counted)
        if is_shouted(typed):
            chosen = {
                each: candidate for each, candidate in chosen.items() if is_shouted(each) or candidate.memory
            }
        whole = expected.adapted(typed, found.whole)
        is_known = found.whole <= found.typed * (1 + 1e-6)  # letters of no known word count less in `typed`
        least = seen + (whole if is_known else 0.0)
        begun = max(expected.adapted_letters(typed, found.typed, starts=starts), least)
        return Candidates(
            words=chosen,
            typed=(1 - share) * expected.mixed(begun, mass_of_texts) + share * mass,
            remembered=share * mass,
            whole=(1 - share) * expected.mixed(whole, expected.probability(typed))
            + share * known.probability(typed),
            no_words=(1 - share) * expected.mixed(found.no_words, 0.0),
        )

    def _closed(self, cursor: Cursor) -> float:
        """The memory's part of the probability that the apostrophe typed ends a word, as in Italian un po'."""
        word = straight(cursor.word).removesuffix("'")
        if word in ("", straight(cursor.word)):
            return 0.0
        known = self._memory.after(cursor.before).probability(word)
        signs = self._memory.signs_after(cursor.before + word).chances.items()
        return self.share(cursor) * known * sum(p for sign, p in signs if straight(sign).startswith("'"))

    def _search(
        self,
        cursor: Cursor,
        limit: int,
        proposed: Sequence[str],
        known: Distribution,
        *,
        starts: bool,
        least: float,
    ) -> Found:
        """The network's words with the memory's, and all listed words with this beginning, if they are few."""
        typed, listed = cursor.word, None
        if self._lexicon is not None and typed:
            listed = self._lexicon.beginning(typed, most=FEW)
        asked = dict.fromkeys((*proposed, *(written(typed, word)[0] for word in listed or ()))).keys()
        begins_a_word = listed is None or any(word.startswith(typed) for word in (*listed, *proposed))
        exact = 1.0 if begins_a_word else NO_WORD
        return self._beam.find(
            cursor,
            limit,
            asked,
            variants=self._variants(cursor, proposed, starts=starts, exact=exact),
            known=self._known(known),
            are_all=listed is not None,
            least=least,
        )

    def _variants(
        self, cursor: Cursor, proposed: Iterable[str], *, starts: bool, exact: float
    ) -> list[Variant]:
        """Other spellings of the letters typed, with a capital or with accents, that may also begin a word.

        They come from proposed and listed words. The likeliest `MOST_VARIANTS` are kept. If letters are owed, those of
        proposed words are kept first, then a capital, then those of most listed words. The network reads only
        variants that may matter. `exact` is the weight of the letters as typed, relative to the variants: small if
        they begin no known word.
        """
        typed = cursor.word
        if not typed:
            return []
        spellings = dict.fromkeys(beginning(word, typed) for word in proposed)
        spellings |= dict.fromkeys((capitalized(typed), *self._listed(typed)))
        spellings.pop(typed, None)
        weights = {each: written(typed, each, starts=starts) for each in spellings}
        logs = {each: math.log(weight) for each, (form, weight) in weights.items() if weight and form == each}
        if cursor.owed:
            first = list(logs.items())[:MOST_VARIANTS]
            return [Variant(text=each, log_chance=log, reading=cursor.reading) for each, log in first]
        bar = cursor.log_typed + math.log(WORTH * exact)
        found = [variant for each, log in logs.items() if (variant := self._read(cursor, each, log, bar))]
        return sorted(found, key=lambda each: -each.log_chance)[:MOST_VARIANTS]

    def _look_up(self, typed: str) -> Sequence[str]:
        listed = [] if self._lexicon is None else self._lexicon.spellings(typed)
        return [each for each, _ in Counter(beginning(word, typed) for word in listed).most_common()]

    def _read(self, cursor: Cursor, letters: str, log_chance: float, bar: float) -> Variant | None:
        """The variant with its probability relative to the letters typed; None if it cannot come above `bar`."""
        reading = first = cursor.first or self._predictor.read_instead(cursor, "")
        for at, letter in enumerate(letters):
            token = self._predictor.tokenizer.encode(letter)[0]
            total = reading.log_total - first.log_total + float(reading.log_probabilities[token])
            if total < bar - log_chance:
                return None
            reading = self._predictor.read_instead(cursor, letters[: at + 1])
        total = reading.log_total - first.log_total
        return Variant(text=letters, log_chance=log_chance + total - cursor.log_typed, reading=reading)

    def _known(self, memory: Distribution) -> "KnownWords | None":
        if self._lexicon is None and memory.size < ENOUGH_WORDS:
            return None
        return KnownWords(self._lexicon, memory)

    def _with_straight(self, candidates: Candidates, cursor: Cursor, limit: int) -> Candidates:
        """The candidates, and those of the network if it reads ' for ’. The memory knows a word by either."""
        text = cursor.text.removesuffix(cursor.word) + cursor.word.replace("’", "'")
        others = self._begun(self._predictor.read_to_cursor(text, cursor.preceding), limit)
        for other, candidate in others.words.items():
            there = candidates.words.setdefault(other.replace("'", "’"), Candidate(spaced=candidate.spaced))
            there.network += candidate.network
        more = others.typed - others.remembered
        return replace(candidates, typed=candidates.typed + more, whole=candidates.whole + others.whole)

    def _with_shouted(self, candidates: Candidates, cursor: Cursor, loud: float, limit: int) -> Candidates:
        """The candidates, and the capital forms of the words that are found if the line is read in small letters."""
        others = self._begun(self._predictor.read_to_cursor(lowered(cursor.text), cursor.preceding), limit)
        read = f"{cursor.preceding}\n{cursor.text}"
        for other, candidate in others.words.items():
            capitals = shouted(other, read)
            there = candidates.words.setdefault(capitals, Candidate(spaced=candidate.spaced))
            there.network += loud * candidate.network
            there.memory += loud * candidate.memory
            small = candidates.words.get(other, there)
            if not cursor.word and small is not there:  # ΠΩΣ and ADI fold to other letters than πώς and adı
                del candidates.words[other if small.probability <= there.probability else capitals]
        left = [each for each in candidates.words if begins(cursor.word, each) and each != cursor.word]
        of_capitals = {each: candidates.words[each] for each in left}
        return Candidates(
            words=of_capitals,
            typed=candidates.typed + loud * others.typed,
            remembered=candidates.remembered + loud * others.remembered,
            whole=candidates.whole + loud * others.whole,
            no_words=candidates.no_words + loud * others.no_words,
        )


def _each_once(chosen: dict[str, Candidate], typed: str) -> dict[str, Candidate]:
    """The candidates, each in one spelling: the likeliest of those that differ only in case or apostrophe.

    A word that does not begin as typed is written as the person writes it, if the memory knows how. Of don't and dont,
    only the person's own stays, or the likelier one if the other is far less likely.
    """
    own = {straight(word.casefold()) for word, candidate in chosen.items() if candidate.memory}
    best: dict[str, tuple[float, str]] = {}
    for word, candidate in chosen.items():
        folded = straight(word.casefold())
        if word.startswith(typed) or folded not in own or candidate.memory:
            best[folded] = min((-candidate.probability, word), best.get(folded, (1.0, "")))
    keys = {each: _CONTRACTION.sub(r"\1", each) for each in best}
    of_own = {keys[each] for each in own}
    most = {keys[each]: chance for each, (chance, _) in sorted(best.items(), key=lambda item: -item[1][0])}
    return {
        word: chosen[word]
        for folded, (chance, word) in best.items()
        if folded in own or (keys[folded] not in of_own and RIVAL * chance <= most[keys[folded]])
    }


@final
class KnownWords:
    """The words of a list and of a memory. In scripts without spaces, parts of words are tested, and any may come."""

    def __init__(self, lexicon: WordList | None, memory: Distribution) -> None:
        self._lexicon = lexicon
        self._memory = memory

    def holds(self, word: str) -> bool:
        """True if this is one of the words."""
        listed = self._lexicon is not None and self._lexicon.holds(word)
        return listed or self._memory.knows(word) or not takes_space(word)

    def means(self, word: str, typed: str) -> bool:
        """True if it is one of the words; with an apostrophe that was not typed, it must be known as a whole.

        Else Katz'en, of two known parts, would correct Katzen.
        """
        if "'" in straight(typed) or "'" not in straight(word):
            return self.holds(word)
        listed = self._lexicon is not None and self._lexicon.lists(word)
        return listed or self._memory.knows(word)

    def begins(self, letters: str) -> bool:
        """True if these letters may begin one of the words."""
        listed = self._lexicon is not None and self._lexicon.begins(letters)
        return listed or self._memory.knows(letters, whole=False) or not takes_space(letters)


def beginning(word: str, typed: str) -> str:
    """The first letters of a word that match the letters typed."""
    wanted = len(matching(typed))
    length = wanted if word.isascii() else 0
    while length < len(word) and len(matching(word[:length])) < wanted:
        length += 1
    return word[:length]


def is_foreign(text: str, scripts: Set[str]) -> bool:
    """True if a text ends in a word of a script that the network has not read."""
    line = text.rpartition("\n")[2]
    *_, last = ["", *(match.group() for match in words(line[-LONGEST:]))]
    return last != "" and last[0].isalpha() and script_of(last[0]) not in scripts


def letters_in(tokens: Iterable[bytes]) -> set[str]:
    """All letters that whole tokens spell."""
    return {letter for token in tokens for letter in token.decode(errors="ignore") if letter.isalpha()}


def scripts_of(letters: Iterable[str]) -> frozenset[str]:
    """The scripts that have several of these letters. A text may have one or two letters of any script."""
    counts = Counter(map(script_of, letters))
    return frozenset(script for script, count in counts.items() if count >= 10 or 5 * count > counts.total())


@lru_cache(maxsize=65_536)
def script_of(letter: str) -> str:
    """The script: the first word of the letter's Unicode name, such as LATIN, CJK or HIRAGANA."""
    return unicodedata.name(letter, "").partition(" ")[0]
