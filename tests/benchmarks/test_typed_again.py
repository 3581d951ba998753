"""feel.py, where_keys_go.py and corrections.py count as the replay does: each key and each bit once."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from benchmarks import chat_people, phone_messages
from benchmarks.corrections import Offer, lines, offers
from benchmarks.feel import Typist, typed
from benchmarks.peers.contenders import Person
from benchmarks.where_keys_go import Counted, bits_by_place
from foreword.assess.bits import bits_per_character
from foreword.assess.keystrokes import replay
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard, Suggestion
from foreword.runtime.model import Model
from guessing import Guessing

MESSAGES = ["see you tomorrow", "see you at the quay, tomorrow"]


def test_a_typist_who_sees_all_words_saves_as_much_as_the_replay(tmp_path: Path, model: Model) -> None:
    (tmp_path / "train.txt").write_text("see you tomorrow\n" * 9, encoding="utf-8")
    # After a comma, this typist also accepts a word with its space, which the replay types.
    (tmp_path / "typed.txt").write_text("see you tomorrow\nsee you tomorrow at the quay!", encoding="utf-8")
    person = Person.read(tmp_path, None)
    typist = Typist(looks="words", confidence=0, letters=0)
    typed(person, model, [typist], is_newcomer=True)
    found = replay(Keyboard(model, Memory.open()), person.messages)
    assert typist.keys == sum(each.keys for each in found.messages)
    assert typist.figures()["savings"] == pytest.approx(found.savings)
    assert typist.figures()["shown"] == pytest.approx(found.shown)


def test_an_offer_is_false_if_the_typist_accepts_none_of_it() -> None:
    typist = Typist(looks="list", confidence=0.3, letters=1)
    typist.type("see it", Guessing({"it": 0.9, "sea": 0.1, "so": 0.1, "see": 0.05}))
    # Before "s", the list is false: it, sea, so. After "s", "see" is accepted, then "it", then Enter.
    assert (typist.keys, typist.characters) == (4, 7)
    assert typist.looked == {True: 2, False: 1}
    assert typist.shown == {True: 2, False: 1}
    assert typist.came == {True: 1, False: 1}
    quiet = Typist(looks="inline", confidence=0.95, letters=1)
    quiet.type("see it", Guessing({"see": 0.2, "it": 0.9}))
    assert (quiet.keys, quiet.figures()["shown"], quiet.figures()["savings"]) == (7, 0, 0)


def test_counted_savings_equal_those_of_the_replay(model: Model) -> None:
    counts = Counted(written=Counter())
    keyboard = Keyboard(model, Memory.open())
    for message in MESSAGES:
        counts.type(message, keyboard)
    assert counts.savings() == pytest.approx(replay(Keyboard(model, Memory.open()), MESSAGES).savings)


def test_keys_are_grouped_by_how_often_the_word_was_written() -> None:
    counts = Counted(written=Counter({"you": 20, "so": 1}))
    counts.type("You see so!", Guessing({"You": 0.9}))  # type: ignore[arg-type]
    found = {kind: (each.characters, each.keys, each.never) for kind, each in counts.kinds.items()}
    assert found == {
        "20 times or more": (4, 1, 0),  # accepted together with its space
        "never before": (3, 3, 3),
        "1 to 19 times": (2, 2, 2),
        "signs": (3, 3, 0),  # the space that came with no word, the sign, Enter
    }
    assert counts.written["see"] == 1


def test_the_bits_of_all_places_sum_to_those_of_the_text(model: Model) -> None:
    text = "\n".join(MESSAGES)
    spent = bits_by_place(model, text)
    assert sum(spent.values()) == pytest.approx(bits_per_character(model, text))
    assert all(bits > 0 for bits in spent.values())


def test_each_word_is_typed_both_correctly_and_with_a_typo() -> None:
    sure = Suggestion(text="tomorrow", replace=0, insert="", probability=0.95, correction=True)
    keyboard = Mock(suggest=Mock(return_value=[replace(sure, text="to", correction=False), sure]))
    found = list(offers(keyboard, ["see tomorrow", "this"]))
    assert {each.came for each in found if each.is_typo} == {True, False}
    right = [each for each in found if not each.is_typo]
    assert len(right) == len("morrow") + len("is")  # after the third letter and each later one
    assert 0 < sum(each.is_typo for each in found) <= len(right) + 2


def test_a_band_weighs_words_with_typos_by_their_share_of_all_words() -> None:
    found = [Offer(0.95, came=True, is_typo=True)] * 19 + [Offer(0.95, came=False, is_typo=False)]
    (line,) = lines(found, typos=0.05)
    assert line == "from  90%:  95.0% said,  50.0% came; 19 and 1 offers"
    (line,) = lines(found, typos=0.5)
    assert " 95.0% came" in line


def test_signs_save_keys_for_a_person_of_the_phone_messages(tmp_path: Path, model: Model) -> None:
    often, seldom = [f"see you tomorrow {at} !!" for at in range(30)], ["not mine", "not mine"]
    texts = [(text, writer) for writer, each in (("a", often), ("b", seldom)) for text in each]
    source = "<source><userProfile><userID>{}</userID></userProfile></source>"
    rows = [f"<message><text>{text}</text>{source.format(writer)}</message>" for text, writer in texts]
    (tmp_path / "corpus.xml").write_text(f"<smsCorpus>{''.join(rows)}</smsCorpus>", "utf-8")
    people = phone_messages.people(tmp_path / "corpus.xml")
    assert people == [often, ["not mine"]]
    phone_messages.split(people[0], tmp_path / "person")
    assert (tmp_path / "person" / "train.txt").read_text("utf-8").splitlines() == often[:24]
    any_without, any_with, words_without, words_with = phone_messages.savings(tmp_path / "person", model, 6)
    assert any_with > any_without >= words_without >= words_with > 0


def test_the_last_60_000_characters_of_a_person_are_typed_again(tmp_path: Path) -> None:
    messages = [f"message {at} of one person" for at in range(3_000)]
    chat_people.split(messages, tmp_path)
    train, test, typed = (
        (tmp_path / f"{name}.txt").read_text("utf-8").splitlines() for name in ("train", "test", "typed")
    )
    assert train + test == messages
    assert len("\n".join(test[1:])) < 60_000 <= len("\n".join([*test, ""]))
    assert len(typed) == 150
    assert set(typed) < set(test)


def test_ranks_are_numbers_and_ranges() -> None:
    assert phone_messages.ranks("5-7,13") == [5, 6, 7, 13]
