"""The text that the streams of a corpus hold."""

import numpy as np

from foreword.corpus.prepare import Corpus, Stream


def text_of(corpus: Corpus, *streams: Stream | None) -> str:
    """The text of the streams, without the newline that each begins with."""
    found = []
    for stream in streams:
        if stream is not None:
            assert stream.ids[0] == corpus.tokenizer.newline
            found.append(corpus.tokenizer.decode(stream.ids[1:].astype(np.int64)))
            assert len(found[-1]) == stream.characters
    return "".join(found)
