"""Presage: smoothed n-grams of English and of the typed text, and recent words.

Its own tool counts the earlier messages, its own library predicts, and its shipped configuration applies except for
four settings, which `configured` describes. Presage knows all words in lower case.
"""

import ctypes
import subprocess
from pathlib import Path
from typing import final
from xml.etree import ElementTree as ET

from benchmarks.peers.keyboard_service import installed, serve

LIBRARY = "libpresage.so.1"
COUNTER = "/usr/bin/text2ngram"
CONFIGURATION = "/etc/presage.xml"
ORDERS = (1, 2, 3)
MOST = 20
"""The number of words requested; words beyond the limit are cut off."""

READER = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


class PresageFailed(Exception):
    """A call returned an error."""


@final
class Presage:
    """The library, with the current text where it reads it."""

    def __init__(self, train: Path, scratch: Path) -> None:
        counter, shipped = installed(COUNTER, "presage"), installed(CONFIGURATION, "libpresage-data")
        counts, settings = scratch / "counts.db", scratch / "presage.xml"
        count(counter, train, counts)
        settings.write_bytes(configured(shipped.read_bytes(), counts))
        self._library = ctypes.CDLL(LIBRARY)
        self._before = ctypes.create_string_buffer(b"")
        self._after = ctypes.create_string_buffer(b"")
        # Kept, because the library calls them as long as it exists.
        self._reads_before = READER(lambda _: ctypes.addressof(self._before))
        self._reads_after = READER(lambda _: ctypes.addressof(self._after))
        self._handle = ctypes.c_void_p()
        made = self._library.presage_new_with_config(
            self._reads_before, None, self._reads_after, None, bytes(settings), ctypes.byref(self._handle)
        )
        check("presage_new_with_config", made)

    def suggest(self, text: str, limit: int) -> list[str]:
        """Its words for the end of the text."""
        self._before = ctypes.create_string_buffer(text.encode())
        found = ctypes.POINTER(ctypes.c_char_p)()
        check("presage_predict", self._library.presage_predict(self._handle, ctypes.byref(found)))
        words: list[str] = []
        while (word := found[len(words)]) is not None:
            words.append(word.decode(errors="replace"))
        self._library.presage_free_string_array(found)
        return words[:limit]

    def learn(self, text: str) -> None:
        """Count a message."""
        check("presage_learn", self._library.presage_learn(self._handle, text.encode()))


def check(call: str, answered: int) -> None:
    """Raise PresageFailed on an error."""
    if answered != 0:
        raise PresageFailed(f"{call} answered {answered}")


def count(counter: Path, train: Path, counts: Path) -> None:
    """Make the database of n-grams of each order, in lower case, as the documentation of Presage does."""
    for order in ORDERS:
        options = ["-n", str(order), "-l", "-f", "sqlite", "-a", "-o", str(counts)]
        subprocess.run([str(counter), *options, str(train)], check=True, stdout=subprocess.DEVNULL)


def configured(shipped: bytes, counts: Path) -> bytes:
    """The shipped configuration with the person's counts, explicit learning, more words and repeated words.

    By default Presage hides a word already shown for the same text; but a person may have overlooked it.
    """
    root = ET.fromstring(shipped)
    for path, value in {
        "ContextTracker/ONLINE_LEARNING": "no",
        "Selector/REPEAT_SUGGESTIONS": "yes",
        "Selector/SUGGESTIONS": str(MOST),
        "Predictors/UserSmoothedNgramPredictor/DBFILENAME": str(counts),
    }.items():
        setting = root.find(path)
        if setting is None:
            raise PresageFailed(f"{CONFIGURATION} has no {path}")
        setting.text = value
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


if __name__ == "__main__":
    serve("presage", Presage)
