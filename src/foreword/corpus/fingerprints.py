"""By which a file is known again, wherever it lies and however it was encoded: the SHA-256 of its cleaned text."""

import hashlib
from collections.abc import Iterable, Iterator

from foreword.text.cleaning import clean_pieces
from foreword.text.documents import Document


def file_digests(documents: Iterable[Document]) -> Iterator[str]:
    """The SHA-256 of the cleaned text, in UTF-8, of each file that holds any; a message of somebody's is no file."""
    pieces = iter(document for document in documents if document.author is None)
    for first in pieces:
        digest, empty = hashlib.sha256(), True
        for piece in clean_pieces(_file(first, pieces)):
            digest.update(piece.encode())
            empty = empty and not piece
        if not empty:
            yield digest.hexdigest()


def _file(first: Document, pieces: Iterator[Document]) -> Iterator[str]:
    """The text of the file that begins with `first`, the rest of which `pieces` go on with."""
    document = first
    yield document.text
    while document.continued:
        document = next(pieces, Document(text=""))
        yield document.text
