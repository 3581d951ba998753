"""A finished model, ready for typing: its tokenizer and its network. `foreword.load` returns it."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import final

from foreword import modelfolder
from foreword.errors import ModelError, ModelIncomplete, ModelMismatch, ModelMissing
from foreword.modelfolder import Config, ModelFolder, names
from foreword.modelfolder.lexicon import WordList
from foreword.modelfolder.ngrams import Ngrams
from foreword.modelfolder.record import of_the_training
from foreword.runtime.network import Network
from foreword.text.tokenizer import Tokenizer


@final
class Model:
    """A model folder, opened for use.

    Its two networks are read at first use: typing needs the quantised one, measuring the exact one.

    Raises:
        ModelForeign, ModelTruncated: its tokenizer is not one of Foreword's or is damaged.
        ModelMismatch: tokenizer, configuration and graphs do not fit together.
    """

    def __init__(self, folder: ModelFolder) -> None:
        self.folder = folder
        try:
            self.tokenizer = Tokenizer.from_json(folder.tokenizer_json)
        except ModelError as error:
            raise type(error)(f"{folder.path}: {error}") from None
        self._check_tokenizer()

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Model":
        """Open the model with that name or path; the default is that of `foreword.load`.

        If that name has a memory but no network, the base is opened.
        """
        try:
            opened = cls(modelfolder.read(modelfolder.find_to_type(model)))
        except ModelMissing as error:
            _, origin = names.chosen(model)
            raise ModelMissing(f"{origin}: {error}" if origin else str(error)) from None
        _ = opened.network  # a damaged graph fails now, not at the first key
        return opened

    @property
    def path(self) -> Path:
        """The path of the folder."""
        return self.folder.path

    @property
    def config(self) -> Config:
        """The configuration in config.json."""
        return self.folder.config

    @cached_property
    def key(self) -> str:
        """A key that is unique to this model and changes when it is trained again; its folder does not matter."""
        record = json.dumps(of_the_training(self.folder.training), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(record.encode(errors="surrogatepass")).hexdigest()[:32]

    @cached_property
    def network(self) -> Network:
        """The network to type with: the quantised one if there is one, because it is two to three times as fast."""
        return self._network(quantized=True) or self.exact

    @cached_property
    def exact(self) -> Network:
        """The network to measure with: the float32 one if there is one."""
        found = self._network(quantized=False) or self._network(quantized=True)
        if found is None:
            raise ModelIncomplete(f"{self.path} has no graph; get the model again, or train it again")
        return found

    @cached_property
    def lexicon(self) -> WordList | None:
        """The words that the model may propose; None if its folder has no word list."""
        text = self.folder.lexicon()
        return None if text is None else WordList(text, str(self.path / names.LEXICON))

    @cached_property
    def ngrams(self) -> Ngrams | None:
        """The n-grams of its texts; None if its folder has none."""
        data = self.folder.ngrams()
        return None if data is None else Ngrams(data, str(self.path / names.NGRAMS))

    def _network(self, *, quantized: bool) -> Network | None:
        graph = self.folder.graph(quantized=quantized)
        if graph is None:
            return None
        where = f"the {'quantised ' if quantized else ''}graph of {self.path}"
        shared = self.folder.shared() if quantized else {}
        newline, vocabulary = self.config.newline, self.config.vocabulary
        return Network(graph, shared, newline=newline, vocabulary=vocabulary, where=where)

    def _check_tokenizer(self) -> None:
        for what, found, wanted in (
            ("unit", self.tokenizer.unit, self.config.unit),
            ("vocabulary", self.tokenizer.size, self.config.vocabulary),
            ("newline", self.tokenizer.newline, self.config.newline),
        ):
            if found != wanted:
                raise ModelMismatch(
                    f"{self.path}: tokenizer.json has the {what} {found}, and config.json says {wanted}; "
                    "get the model again"
                )
