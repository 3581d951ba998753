"""A finished model, ready to type with: its tokenizer and its network. This is what `foreword.load` gives."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import final

from foreword import modelfolder
from foreword.errors import ModelIncomplete, ModelMismatch
from foreword.modelfolder import Config, ModelFolder, names
from foreword.modelfolder.lexicon import WordList
from foreword.modelfolder.record import of_the_training
from foreword.runtime.network import Network
from foreword.text.tokenizer import Tokenizer


@final
class Model:
    """A model folder brought to life.

    Its two networks are read when first asked for: typing needs the quantised one, measuring the exact one.

    Raises:
        ModelForeign, ModelTruncated: its tokenizer is not one of Foreword's or is damaged.
        ModelMismatch: tokenizer, configuration and graphs do not fit one another.
    """

    def __init__(self, folder: ModelFolder) -> None:
        self.folder = folder
        self.tokenizer = Tokenizer.from_json(folder.tokenizer_json)
        self._check_tokenizer()

    @classmethod
    def open(cls, model: str | Path | None = None) -> "Model":
        """The model of that name or at that path; without one, the person's own, else the shipped one.

        It is the base where there is a memory of that name, and no network.
        """
        opened = cls(modelfolder.read(modelfolder.find_to_type(model)))
        _ = opened.network  # a damaged graph shows now, not at the first key
        return opened

    @property
    def path(self) -> Path:
        """Where the folder is."""
        return self.folder.path

    @property
    def config(self) -> Config:
        """Its config.json."""
        return self.folder.config

    @cached_property
    def key(self) -> str:
        """A key that no other model has, nor the same one before it was trained anew; its place does not matter."""
        record = json.dumps(of_the_training(self.folder.training), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(record.encode(errors="surrogatepass")).hexdigest()[:32]

    @property
    def mixture(self) -> Sequence[float] | None:
        """The weights of network and memory that were fitted when it was made (`keyboard/mixture.py`), if they were."""
        found = self.folder.training.get("mixture")
        numbers = isinstance(found, list) and all(type(each) in (int, float) for each in found)
        return found if isinstance(found, list) and numbers else None

    @cached_property
    def network(self) -> Network:
        """The network to type with: the quantised one where there is one, for it is two to three times as fast."""
        return self._network(quantized=True) or self.exact

    @cached_property
    def exact(self) -> Network:
        """The network to measure with: the float32 one where there is one."""
        found = self._network(quantized=False) or self._network(quantized=True)
        if found is None:
            raise ModelIncomplete(f"{self.path} has lost its graph; get the model again, or train it anew")
        return found

    @cached_property
    def lexicon(self) -> WordList | None:
        """The words that it may propose, where its folder lists them."""
        text = self.folder.lexicon()
        return None if text is None else WordList(text, str(self.path / names.LEXICON))

    def _network(self, *, quantized: bool) -> Network | None:
        graph = self.folder.graph(quantized=quantized)
        if graph is None:
            return None
        where = f"the {'quantised ' if quantized else ''}graph of {self.path}"
        network = Network(graph, newline=self.config.newline, vocabulary=self.config.vocabulary, where=where)
        if network.architecture != self.config.architecture:
            raise ModelMismatch(
                f"{where} is of the architecture {network.architecture}, and config.json says "
                f"{self.config.architecture}; get the model again"
            )
        return network

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
