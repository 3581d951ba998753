"""A file is known again by its text alone."""

import hashlib

from foreword.corpus.fingerprints import file_digests
from foreword.text.documents import Document


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_file_has_a_digest_of_its_own_cleaned_text_however_it_was_cut() -> None:
    documents = [
        Document(text="ab\r", continued=True), Document(text="\nn", continued=True), Document(text="\u0303"),
        Document(text="next"),
    ]  # fmt: skip
    assert list(file_digests(documents)) == [digest("ab\n\u00f1"), digest("next")]


def test_messages_and_files_without_text_have_none() -> None:
    documents = [Document(text="ok", author="A"), Document(text="\x07"), Document(text="")]
    assert list(file_digests(documents)) == []
