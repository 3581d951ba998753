"""How other keyboards are driven: what of it is ours, without them."""

from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from benchmarks.peers import ibus_words, onboard_words, presage_words
from benchmarks.peers.ibus_words import context, split
from benchmarks.peers.keyboard_service import Missing
from benchmarks.peers.onboard_words import trimmed
from benchmarks.peers.presage_words import PresageFailed, check, configured, count

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


@pytest.mark.parametrize(
    ("token", "learned"), [("it's", "it's"), ("dogs'", "dogs"), ("'", "<unk>"), ("word", "word")]
)
def test_onboard_learns_no_closing_quotation_mark(token: str, learned: str) -> None:
    assert trimmed(token) == learned


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


def test_a_configuration_of_another_presage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PresageFailed, match=r"presage\.xml has no Selector/REPEAT_SUGGESTIONS"):
        configured(SHIPPED.replace(b"REPEAT_SUGGESTIONS", b"REPEAT"), tmp_path / "counts.db")


def test_a_call_to_presage_that_fails_is_named() -> None:
    check("presage_predict", 0)
    with pytest.raises(PresageFailed, match="presage_predict answered 3"):
        check("presage_predict", 3)


def test_presage_counts_each_order_into_one_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: commands.append(command))

    count(Path("text2ngram"), Path("train.txt"), Path("counts.db"))

    assert [command[:3] for command in commands] == [["text2ngram", "-n", order] for order in "123"]
    assert {tuple(command[3:]) for command in commands} == {
        ("-l", "-f", "sqlite", "-a", "-o", "counts.db", "train.txt")
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("", "")),
        ("see", ("", "see")),
        ("see ", ("see ", "")),
        ("see you, to", ("see you, ", "to")),
        ('say\t"he', ("say\t", '"he')),
    ],
)
def test_ibus_types_what_stands_behind_the_last_blank(text: str, parts: tuple[str, str]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("tokens", "before"), [([], ("", "")), (["see"], ("see", "")), (["i", "see", "you"], ("you", "see"))]
)
def test_ibus_looks_at_the_two_words_before(tokens: list[str], before: tuple[str, str]) -> None:
    assert context(tokens) == before
