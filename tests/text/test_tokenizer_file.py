"""A tokenizer.json is one of three forms, or a named error."""

import json
from collections.abc import Callable

import pytest

from foreword.errors import ModelForeign, ModelTruncated
from foreword.text import tokenizer_file
from foreword.text.tokenizer_file import BYTES, Form

CHARACTERS = Form(unit="characters", tokens=(*BYTES, "\n", "a", "é"))
WORDS = Form(unit="words", tokens=(*BYTES, "\n", "a", " the"))
SUBWORDS = Form(
    unit="subwords", tokens=(*tokenizer_file.VISIBLE, "th", "the"), merges=(("t", "h"), ("th", "e"))
)

Document = dict[str, dict[str, object]]
Damage = Callable[[Document], object]


@pytest.mark.parametrize("form", [CHARACTERS, WORDS, SUBWORDS], ids=lambda form: str(form.unit))
def test_what_was_written_is_read_again(form: Form) -> None:
    assert tokenizer_file.read(tokenizer_file.write(form)) == form


def test_the_bytes_of_tokens_are_those_of_their_text() -> None:
    assert CHARACTERS.token_bytes()[0x41] == b"A"
    assert CHARACTERS.token_bytes()[256:] == (b"\n", b"a", "é".encode())
    assert sorted(SUBWORDS.token_bytes()[:256]) == [bytes([byte]) for byte in range(256)]
    assert SUBWORDS.token_bytes()[SUBWORDS.newline] == b"\n"


def vocabulary(document: Document) -> dict[str, object]:
    found = document["model"]["vocab"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("form", "damage", "reason"),
    [
        (CHARACTERS, lambda it: it.pop("model"), "missing required field `model`"),
        (CHARACTERS, lambda it: it["model"].update(vocab=[]), "Expected `object`, got `array`"),
        (CHARACTERS, lambda it: it["model"].update(vocab={}), "the newline is not in its vocabulary"),
        (CHARACTERS, lambda it: it["model"].update(merges=None), "Expected `array`, got `null`"),
        (CHARACTERS, lambda it: it["model"].update(merges=[["a", "é"]]), "has merges"),
        (CHARACTERS, lambda it: it["model"].update(dropout=0.1), "its 'model' is not one that"),
        (CHARACTERS, lambda it: it.update(normalizer={"type": "NFC"}), "its 'normalizer' is not one that"),
        (CHARACTERS, lambda it: it["model"].update(ignore_merges=True), "not those of one unit"),
        (CHARACTERS, lambda it: it.update(added={"new": 1}), "not those of one unit"),
        (CHARACTERS, lambda it: vocabulary(it).update(a=99), "its 259 ids are not the numbers from 0 to 258"),
        (CHARACTERS, lambda it: vocabulary(it).update(a=256), "each once"),
        (CHARACTERS, lambda it: vocabulary(it).update(a=257.0), "Expected `int`, got `float`"),
        (CHARACTERS, lambda it: vocabulary(it).update({"<0x01>": True}), "Expected `int`, got `bool`"),
        (CHARACTERS, lambda it: vocabulary(it).update(ab=259), "the token 'ab' is not one character"),
        (CHARACTERS, lambda it: vocabulary(it).update({"\ud800": 259}), "is not a character or a word"),
        (CHARACTERS, lambda it: vocabulary(it).update({"<0x00>": 1, "<0x01>": 0}), "first 256 tokens"),
        (WORDS, lambda it: vocabulary(it).update({"<0xff>": 259}), "'<0xff>' is not a character or a word"),
        (WORDS, lambda it: vocabulary(it).update({"a b": 259}), "'a b' is not a character or a word"),
        (WORDS, lambda it: vocabulary(it).update({"": 259}), "'' is not a character or a word"),
        (SUBWORDS, lambda it: vocabulary(it).update({"ĊĊ": 258}), "'ĊĊ' is not made of bytes"),
        (SUBWORDS, lambda it: vocabulary(it).update({"日": 258}), "'日' is not made of bytes"),
        (SUBWORDS, lambda it: it["model"].update(merges=["t h"]), "Expected `array`, got `str`"),
        (SUBWORDS, lambda it: it["model"].update(merges=[["t", "x"]]), "the merge of 't' and 'x'"),
    ],
)
def test_a_file_of_another_form_is_refused_for_its_reason(form: Form, damage: Damage, reason: str) -> None:
    document = json.loads(tokenizer_file.write(form))
    damage(document)
    with pytest.raises(ModelForeign) as refusal:
        tokenizer_file.read(json.dumps(document))
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["[]", "null", '"text"', "{}", "[" * 100_000, '{"model": ' + "9" * 5000 + "}"]
)
def test_json_that_is_no_tokenizer_is_foreign(text: str) -> None:
    with pytest.raises(ModelForeign, match=r"tokenizer\.json is not one of Foreword's"):
        tokenizer_file.read(text)


def test_a_vocabulary_without_the_newline_is_foreign() -> None:
    for form in (CHARACTERS, SUBWORDS):
        kept = tuple(token for token in form.tokens if token not in ("\n", "Ċ"))
        with pytest.raises(ModelForeign, match="the newline is not in its vocabulary"):
            tokenizer_file.read(tokenizer_file.write(Form(unit=form.unit, tokens=kept)))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_file_that_ends_early_is_truncated_and_the_error_says_where(share: float) -> None:
    text = tokenizer_file.write(CHARACTERS)
    with pytest.raises(ModelTruncated, match=r"is cut off or damaged: .* line \d+ column \d+"):
        tokenizer_file.read(text[: int(len(text) * share)])
