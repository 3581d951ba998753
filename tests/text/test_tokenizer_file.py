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
def test_reading_restores_each_written_form(form: Form) -> None:
    assert tokenizer_file.read(tokenizer_file.write(form)) == form


def vocabulary(document: Document) -> dict[str, object]:
    found = document["model"]["vocab"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("form", "damage", "reason"),
    [
        (CHARACTERS, lambda it: it["model"].update(vocab={}), "the newline is not in its vocabulary"),
        (CHARACTERS, lambda it: it["model"].update(merges=[["a", "é"]]), "has merges"),
        (CHARACTERS, lambda it: it["model"].update(dropout=0.1), "its parts are not those of"),
        (CHARACTERS, lambda it: it.update(added={"new": 1}), "its parts are not those of"),
        (CHARACTERS, lambda it: vocabulary(it).update(a=99), "its 259 ids are not the numbers from 0 to 258"),
        (CHARACTERS, lambda it: vocabulary(it).update(ab=259), "the token 'ab' is not one character"),
        (CHARACTERS, lambda it: vocabulary(it).update({"\ud800": 259}), "is not a character or a word"),
        (CHARACTERS, lambda it: vocabulary(it).update({"<0x00>": 1, "<0x01>": 0}), "first 256 tokens"),
        (WORDS, lambda it: vocabulary(it).update({"<0xff>": 259}), "'<0xff>' is not a character or a word"),
        (WORDS, lambda it: vocabulary(it).update({"a b": 259}), "'a b' is not a character or a word"),
        (SUBWORDS, lambda it: vocabulary(it).update({"ĊĊ": 258}), "'ĊĊ' is not made of bytes"),
        (SUBWORDS, lambda it: vocabulary(it).update({"日": 258}), "'日' is not made of bytes"),
        (SUBWORDS, lambda it: it["model"].update(merges=[["t", "x"]]), "the merge of 't' and 'x'"),
    ],
)
def test_a_file_of_another_form_is_refused_with_the_reason(form: Form, damage: Damage, reason: str) -> None:
    document = json.loads(tokenizer_file.write(form))
    damage(document)
    with pytest.raises(ModelForeign) as refusal:
        tokenizer_file.read(json.dumps(document))
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["[]", "null", '"text"', "{}", "[" * 9_999, '{"model": ' + "9" * 5000 + "}"])
def test_json_without_a_tokenizer_is_refused_as_foreign(text: str) -> None:
    with pytest.raises(ModelForeign, match=r"tokenizer\.json is not one of Foreword's"):
        tokenizer_file.read(text)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file_is_an_error_with_the_line_and_column(share: float) -> None:
    text = tokenizer_file.write(CHARACTERS)
    with pytest.raises(ModelTruncated, match=r"is cut off or damaged: .* line \d+ column \d+"):
        tokenizer_file.read(text[: int(len(text) * share)])
