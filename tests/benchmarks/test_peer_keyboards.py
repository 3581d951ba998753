"""How other keyboards are driven: what of it is ours, without them."""

from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from benchmarks.peers import ibus_words, onboard_words, presage_words
from benchmarks.peers.keyboard_service import Missing
from benchmarks.peers.presage_words import configured

SHIPPED = b"""<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<Presage>
    <ContextTracker><LOWERCASE_MODE>yes</LOWERCASE_MODE><ONLINE_LEARNING>yes</ONLINE_LEARNING></ContextTracker>
    <!-- a comment -->
    <Selector><SUGGESTIONS>6</SUGGESTIONS><REPEAT_SUGGESTIONS>no</REPEAT_SUGGESTIONS></Selector>
    <Predictors>
        <DefaultSmoothedNgramPredictor><DBFILENAME>/usr/share/english.db</DBFILENAME></DefaultSmoothedNgramPredictor>
        <UserSmoothedNgramPredictor><DBFILENAME>${HOME}/.presage/lm.db</DBFILENAME></UserSmoothedNgramPredictor>
    </Predictors>
</Presage>"""


@pytest.mark.parametrize(
    ("module", "name", "package"),
    [
        (onboard_words, "PROGRAM", "onboard"),
        (presage_words, "COUNTER", "presage"),
        (ibus_words, "PROGRAM", "ibus-typing-booster"),
    ],
)
def test_one_that_is_not_installed_says_so_before_anything_else(
    module: ModuleType, name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, str(tmp_path / "gone"))
    keyboards = {
        "onboard": onboard_words.Onboard,
        "presage": presage_words.Presage,
        "ibus-typing-booster": ibus_words.TypingBooster,
    }

    with pytest.raises(Missing, match=f"^{package} is not installed"):
        keyboards[package](tmp_path / "train.txt", tmp_path)


def test_presage_has_its_shipped_configuration_but_for_four_settings(tmp_path: Path) -> None:
    root = ET.fromstring(configured(SHIPPED, tmp_path / "me & you.db"))

    assert {element.tag: element.text for element in root.iter() if not len(element)} == {
        "LOWERCASE_MODE": "yes",
        "ONLINE_LEARNING": "no",
        "SUGGESTIONS": str(presage_words.MOST),
        "REPEAT_SUGGESTIONS": "yes",
        "DBFILENAME": str(tmp_path / "me & you.db"),
    }
    shipped = root.find("Predictors/DefaultSmoothedNgramPredictor/DBFILENAME")
    assert shipped is not None
    assert shipped.text == "/usr/share/english.db"
