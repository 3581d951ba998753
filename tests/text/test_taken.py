"""Secrets one by one: the same that are taken out, each behind what a model may know of its line."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planted
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import Taken, scrub, secrets_in


def test_each_secret_comes_with_its_line_up_to_there_without_the_others() -> None:
    found = [(each.kind, each.before, each.text) for each in secrets_in([planted.TEXT])]
    assert found == [
        (Kind.CARD, "my card is ", "4111 1111 1111 1111"),
        (Kind.CARD, "my card is …, the other one ", "378282246310005"),
        (Kind.ACCOUNT, "send it to ", "DE89 3704 0044 0532 0130 00"),
        (Kind.KEY, "", "AKIAIOSFODNN7EXAMPLE"),
        (Kind.KEY, "… is the key, and ", "ghp_1234567890abcdefABCDEF1234567890abcd"),
        (Kind.PASSWORD, "Passwort: ", "hunter2x"),
        (Kind.NUMBER, "call me: ", "0171 2345678"),
        (Kind.PASSWORD, "https://ana:", "s3cr3t-of-ana"),
        (Kind.PRIVATE_KEY, "-----BEGIN RSA PRIVATE KEY-----\n", "MIIEpAIBAAKCAQEA7bqsDFoaqT0"),
    ]


def test_there_are_as_many_as_are_taken_out_and_none_where_nothing_is() -> None:
    assert Counter(each.kind for each in secrets_in([planted.TEXT])) == scrub(planted.TEXT).found
    assert list(secrets_in([planted.SCRUBBED])) == []


@given(st.lists(st.integers(0, len(planted.TEXT)), max_size=8))
def test_they_are_the_same_wherever_the_text_is_cut(cuts: list[int]) -> None:
    borders = [0, *sorted(cuts), len(planted.TEXT)]
    pieces = [planted.TEXT[start:stop] for start, stop in pairwise(borders)]
    assert list(secrets_in(pieces)) == list(secrets_in([planted.TEXT]))


def test_what_stands_before_holds_no_secret_that_another_rule_finds_later() -> None:
    """Keys are looked for before long numbers are."""
    *_, last = sorted(
        secrets_in(["call 0171 2345678 or use AKIAIOSFODNN7EXAMPLE"]), key=lambda each: len(each.before)
    )
    assert (last.kind, last.before) == (Kind.KEY, "call … or use ")


def block(lines: list[str], end: str = "-----END PRIVATE KEY-----\n") -> str:
    return "here: -----BEGIN PRIVATE KEY-----\n" + "".join(f"{line}\n" for line in lines) + end


@pytest.mark.parametrize(
    "end", ["-----END PRIVATE KEY-----\n", "and so on\n", "", "-----END PRIVATE KEY----- ok?"]
)
def test_a_private_key_is_looked_for_by_its_end(end: str) -> None:
    """For its beginning is that of all keys of its kind."""
    lines = [f"MIIEpAIBAAKCAQEA{at:048}" for at in range(5)] + ["q" * 30 + "w" * 10]
    (found,) = secrets_in([block(lines, end)])
    assert (found.kind, found.text) == (Kind.PRIVATE_KEY, "q" * 30 + "w" * 10)
    assert found.before == "here: -----BEGIN PRIVATE KEY-----\n" + "".join(f"{line}\n" for line in lines[:-1])


def test_of_a_private_key_in_one_line_the_last_64_characters_count() -> None:
    inner = "".join(f"{at:03}" for at in range(200))
    (found,) = secrets_in([f"-----BEGIN PRIVATE KEY----- {inner} -----END PRIVATE KEY-----"])
    assert found.text == inner[-64:]
    assert found.before.endswith(inner[:-64])


def test_two_private_keys_are_two() -> None:
    text = block(["a" * 64, "b" * 40]) + block(["c" * 64, "d" * 40])
    assert [each.text for each in secrets_in([text])] == ["b" * 40, "d" * 40]


def test_no_secret_shows_where_one_is_printed() -> None:
    assert "hunter2" not in repr(Taken(kind=Kind.PASSWORD, text="hunter2", before="password of ana: hunter2"))
