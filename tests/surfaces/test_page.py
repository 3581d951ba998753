"""The page in a real Chromium, as people use it."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytestmark = pytest.mark.all
playwright = pytest.importorskip("playwright.sync_api", reason="this needs: pip install playwright")
from foreword.assess.bits import surprises  # noqa: E402
from foreword.assess.cells import PARTS as UNIT_PARTS  # noqa: E402
from foreword.assess.cells import walk  # noqa: E402
from foreword.runtime.generate import next_tokens  # noqa: E402
from foreword.runtime.model import Model  # noqa: E402
from foreword.text.plural import vocabulary_in_words  # noqa: E402
from program import Program  # noqa: E402
from web.conftest import opening  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, JSHandle, Page

expect = playwright.expect
ROOT = Path(__file__).resolve().parents[2]
AXE = Path(os.environ.get("AXE", ROOT / ".venv" / "node_modules" / "axe-core" / "axe.min.js"))
BASE = ROOT / "src" / "foreword" / "base"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}"
PARTS = {
    "write": "Write",
    "generate": "Generate",
    "inside": "Look inside",
    "words": "My words",
    "model": "Model",
}


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("the page's tests need: apt install chromium")
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def settings() -> str:
    return ""


@contextmanager
def served_base(folder: Path, settings: str = "") -> "Iterator[str]":
    """The address of a server with a copy of the shipped model and an empty memory in `folder`."""
    (folder / "settings.toml").write_text(settings, "utf-8")
    shutil.copytree(BASE, folder / "base")
    with Program(folder).serving(folder / "base", FOREWORD_CONFIG=str(folder)) as (_, printed):
        yield printed


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[tuple[Path, str]]":
    """A server for all tests that teach it nothing: its folder and its address."""
    folder = tmp_path_factory.mktemp("page")
    with served_base(folder) as printed:
        yield folder, printed


@pytest.fixture
def own_server(tmp_path: Path, settings: str) -> "Iterator[str]":
    with served_base(tmp_path, settings) as printed:
        yield printed


@pytest.fixture
def address(request: pytest.FixtureRequest, settings: str) -> "Iterator[str]":
    """The address of a server with the shipped model: the test's own if it asks for one or has settings."""
    if settings or "own_server" in request.fixturenames:
        yield request.getfixturevalue("own_server")
        return
    folder, printed = request.getfixturevalue("shared")
    yield printed
    assert not (folder / "base.memory").exists(), "a test that teaches needs the fixture own_server"


teaches = pytest.mark.usefixtures("own_server")


def opened(browser: "Browser", address: str, **how: Any) -> "Page":
    page = browser.new_context(**how).new_page()
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    return page


@pytest.fixture
def page(browser: "Browser", address: str) -> "Iterator[Page]":
    """The page; a console message or an error fails the test."""
    page = opened(browser, address)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.context.close()
    assert wrong == []


def type_until(page: "Page", text: str, rest: str) -> None:
    page.locator("#text").press_sequentially(text, delay=20)
    expect(page.locator("#inline")).to_have_text(re.compile(f"^{rest}"))


def listen(page: "Page", place: str) -> "JSHandle":
    """What a screen reader hears of an element from now on, each change at once."""
    return page.evaluate_handle(
        """place => {
          const heard = [], spoken = document.getElementById(place);
          new MutationObserver(() => heard.push(spoken.textContent)).observe(spoken, {childList: true});
          return heard;
        }""",
        place,
    )


def composed(composer: "CDPSession", text: str) -> None:
    end = len(text)
    composer.send("Input.imeSetComposition", {"text": text, "selectionStart": end, "selectionEnd": end})


def teach(page: "Page", told: str) -> None:
    page.click("#learn")
    expect(page.locator("#learned")).to_have_text(told)


def test_keys_take_words_as_documented(page: "Page") -> None:
    """The space after a taken word is special only while the cursor is behind it."""
    text, taken = page.locator("#text"), "We meet tomorrow "
    for keys, value in (
        ("Tab", taken),
        ("ArrowRight", taken),
        ("ArrowRight Control+z", "We meet tom"),
        ("Tab Control+z", "We meet tom"),
        ("Tab Space", taken),
        ("Tab Home Space", f" {taken}"),
        ("Tab Home ,", f",{taken}"),
        ("Tab Enter", "We meet tomorrow\n"),
        ("Tab .", "We meet tomorrow."),
        ("Tab : Space", "We meet tomorrow: "),
        ("Tab : )", "We meet tomorrow :)"),
    ):
        text.fill("")
        type_until(page, "We meet tom", "orrow")
        for key in keys.split():
            page.keyboard.press(key)
        expect(text).to_have_value(value)
    expect(page.locator("#savings")).to_have_text("5 of 19 keys saved (26%)")
    # The browser's own suggestions may come over the network.
    expect(text).to_have_js_property("writingSuggestions", "false")


def test_the_browser_keeps_no_field_in_its_files_and_takes_none_for_english(page: "Page") -> None:
    """Firefox wrote what was typed there into its session's file, also of a page with --private."""
    fields = "textarea, input[type=text], input[type=search]"
    for wrong in ("autocomplete !== 'off'", "closest('[lang]').lang"):
        found = f"all => all.filter(each => each.{wrong}).map(each => each.outerHTML)"
        assert page.eval_on_selector_all(fields, found) == []


def test_an_undo_leaves_nothing_selected_that_the_next_letter_would_replace(page: "Page") -> None:
    text = page.locator("#text")
    text.press_sequentially("We meet tomorow")
    first = page.locator("#choices button").first
    for keys in ("Tab Control+z", "Tab , Control+z Control+z"):
        expect(first).to_have_accessible_name("tomorrow, in place of tomorow")
        for key in keys.split():
            page.keyboard.press(key)
        expect(text).to_have_value("We meet tomorow")
        assert text.evaluate("text => [text.selectionStart, text.selectionEnd]") == [15, 15]
    page.click("#clear")
    page.keyboard.press("Control+z")
    page.keyboard.type("s")
    expect(text).to_have_value("We meet tomorows")


def test_a_mark_that_closes_a_quotation_or_emphasis_replaces_the_space(page: "Page") -> None:
    for opens, closes in ("«", "»"), ("**", "**"):
        page.fill("#text", "")
        type_until(page, f"We meet {opens}tom", "orrow")
        page.keyboard.press("Tab")
        for mark in closes:
            page.keyboard.insert_text(mark)
        expect(page.locator("#text")).to_have_value(f"We meet {opens}tomorrow{closes}")


def test_a_selection_closes_the_list_and_is_not_replaced(page: "Page") -> None:
    text = page.locator("#text")
    text.fill("\nKeep this.")
    text.evaluate("text => text.setSelectionRange(0, 0)")
    type_until(page, "We meet tom", "orrow")
    page.keyboard.press("Control+Shift+End")
    expect(page.locator("#choices button")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(text).to_have_value("We meet tom\nKeep this.")


def test_a_click_that_began_before_the_same_choices_came_takes_a_word(page: "Page") -> None:
    """A press ends a composition, and the page asks again."""
    type_until(page, "We meet tom", "orrow")
    page.locator("#choices button").first.hover()
    page.mouse.down()
    with page.expect_response("**/v1/suggest"):
        page.locator("#text").dispatch_event("compositionend")
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(page.locator("#text")).to_have_value("We meet tomorrow ")


def test_a_key_that_comes_before_the_choices_takes_the_first_one(page: "Page") -> None:
    """Escape still lets the next Tab leave the text, also after a correction of the word."""
    text = page.locator("#text")
    waits = "() => { const fetched = fetch; fetch = async (...asked) => (await gate, fetched(...asked)); }"
    page.evaluate(waits)
    left = "We meet tom", "learn"
    rows = ("Tab", "We meet tomorrow ", "text"), ("Escape Tab", *left), ("Escape Backspace m Tab", *left)
    for keys, value, focus in rows:
        text.fill("")
        page.evaluate("() => { window.gate = new Promise(done => { window.pass = done; }); }")
        text.press_sequentially("We meet tom")
        for key in keys.split():
            page.keyboard.press(key)
        page.evaluate("pass()")
        expect(text).to_have_value(value)
        assert page.evaluate("document.activeElement.id") == focus


def test_the_keyboard_can_take_every_choice(page: "Page") -> None:
    chosen = page.locator("#choices [aria-current=true]")
    for key in ("ArrowDown", "Shift+Tab"):
        page.locator("#text").fill("")
        type_until(page, "We meet tom", "orrow")
        expect(chosen).to_have_accessible_name("tomorrow")
        page.keyboard.press(key)
        second = page.locator("#choices button").nth(1)
        expect(second).to_have_attribute("aria-current", "true")
        border = "all => new Set(all.map(each => getComputedStyle(each).borderColor)).size"
        assert page.eval_on_selector_all("#choices button:nth-child(-n + 2)", border) == 2
        name = (second.get_attribute("aria-label") or "").split(",")[0]
        heard = listen(page, "said")
        page.keyboard.press("Tab")
        expect(page.locator("#text")).to_have_value(f"We meet {name} ")
        page.wait_for_function("([heard, name]) => heard.includes(name)", arg=[heard, name])


@pytest.mark.parametrize("settings", ['[keys]\naccept = "Control+Return"\ndismiss = "F2"\n'])
def test_the_page_uses_the_keys_of_the_settings(page: "Page") -> None:
    """Tab then takes no word and leaves the text."""
    text = page.locator("#text")
    type_until(page, "We meet tom", "orrow")
    page.keyboard.press("Control+Enter")
    expect(text).to_have_value("We meet tomorrow ")
    text.fill("")
    type_until(page, "We meet tom", "orrow")
    page.keyboard.press("F2")
    expect(page.locator("#choices button")).to_have_count(0)
    text.fill("")
    type_until(page, "We meet tom", "orrow")
    page.keyboard.press("Tab")
    expect(page.locator("#learn")).to_be_focused()


def test_a_key_turns_suggestions_off_and_on(page: "Page") -> None:
    type_until(page, "We meet tom", "orrow")
    page.keyboard.press("Control+Shift+Space")
    expect(page.locator("#learned")).to_have_text("Suggestions are off.")
    page.keyboard.type("o")
    expect(page.locator("#choices button")).to_have_count(0)
    page.keyboard.press("Control+Shift+Space")
    expect(page.locator("#inline")).to_have_text(re.compile("^rrow"))


def test_the_page_sends_no_request_during_a_composition(page: "Page") -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    composer = page.context.new_cdp_session(page)
    page.locator("#text").focus()
    for part in ("n", "ni", "にほ"):
        composed(composer, part)
        expect(page.locator("#text")).to_have_value(part)
    assert asked == []
    composer.send("Input.insertText", {"text": "日本"})
    expect(page.locator("#text")).to_have_value("日本")


@teaches
def test_korean_words_are_offered_while_a_syllable_is_composed(page: "Page") -> None:
    """The next syllable's composition begins as soon as this one ends."""
    text, composer = page.locator("#text"), page.context.new_cdp_session(page)
    text.fill("안녕하세요 만나서 반갑습니다")
    teach(page, "Learned 1 message.")
    text.fill("")
    text.focus()
    for part in ("ㅇ", "아", "안"):
        composed(composer, part)
    expect(page.locator("#inline")).to_have_text("녕하세요 ")
    composer.send("Input.insertText", {"text": "안"})
    page.keyboard.press("Tab")
    expect(text).to_have_value("안녕하세요 ")


def test_a_phone_that_composes_each_word_is_offered_its_end(page: "Page") -> None:
    """A choice ends the composition, or the next letter would replace the letters typed."""
    text, composer = page.locator("#text"), page.context.new_cdp_session(page)

    def compose(word: str) -> None:
        for end in range(1, len(word) + 1):
            key = {"type": "rawKeyDown", "key": "Unidentified", "windowsVirtualKeyCode": 229}
            composer.send("Input.dispatchKeyEvent", key)
            composed(composer, word[:end])

    text.fill("We meet ")
    text.focus()
    compose("tom")
    expect(page.locator("#inline")).to_have_text("orrow ")
    page.click("#choices >> text=orrow >> nth=0")
    compose("at")
    expect(text).to_have_value("We meet tomorrow at")


def test_a_word_is_completed_after_letters_of_two_code_units(page: "Page") -> None:
    type_until(page, "𝄞👩🏽 We meet tom", "orrow")
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_have_value("𝄞👩🏽 We meet tomorrow ")


def test_an_english_word_in_a_hebrew_line_is_not_drawn_over_it(page: "Page") -> None:
    """The letters typed would move for the rest of the word, on the wrong side."""
    text, first = page.locator("#text"), page.locator("#choices button").first
    text.press_sequentially("שלום tomo")
    expect(first).to_have_accessible_name("tomorrow")
    expect(page.locator("#inline")).to_have_text("")
    page.keyboard.press("ArrowLeft")
    expect(text).to_have_value("שלום tomo")
    page.keyboard.press("End")
    page.keyboard.type("r")
    expect(first).to_have_accessible_name("tomorrow")
    page.keyboard.press("Tab")
    expect(text).to_have_value("שלום tomorrow ")


@teaches
def test_the_rest_of_an_arabic_word_begins_where_the_typed_letters_end(page: "Page") -> None:
    text = page.locator("#text")
    text.fill("السلام عليكم")
    teach(page, "Learned 1 message.")
    text.fill("")
    type_until(page, "السلام علي", "كم")
    inline = page.locator("#inline")
    right = "return span.getBoundingClientRect().right;"
    end = inline.evaluate(f"span => {{ {right} }}")
    assert inline.evaluate(f"span => {{ span.textContent = ''; {right} }}") == end
    page.keyboard.press("ArrowLeft")
    expect(text).to_have_value("السلام عليكم ")


def test_the_text_survives_a_reload_until_it_is_cleared(page: "Page") -> None:
    """A pasted text may be long."""
    long = "one word and " * 20_000
    page.locator("#text").focus()
    page.evaluate("long => document.execCommand('insertText', false, long)", long)
    page.keyboard.type("no more")
    page.reload()
    expect(page.locator("#text")).to_have_value(f"{long}no more")
    page.click("#clear")
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_the_whole_text_is_printed(page: "Page") -> None:
    page.locator("#text").fill("One line of many.\n" * 300)
    pages = re.search(rb"/Count (\d+)", page.pdf())
    assert pages
    assert int(pages[1]) > 5


def test_two_tabs_show_one_text(page: "Page") -> None:
    """Else the tab that was used last would delete what the other one has added. A tab gives its token to another."""
    with page.context.expect_page() as new:
        page.click("nav >> text=Write", modifiers=["Control"])
    other = new.value
    expect(other.locator("html")).to_have_attribute("data-ready", "yes")
    page.locator("#text").press_sequentially("From the first.")
    expect(other.locator("#text")).to_have_value("From the first.")
    other.locator("#text").press_sequentially(" From the second.")
    expect(page.locator("#text")).to_have_value("From the first. From the second.")
    page.reload()
    expect(page.locator("#text")).to_have_value("From the first. From the second.")


def test_a_private_page_leaves_the_kept_text_alone(page: "Page") -> None:
    """A later server with --private has the same address."""
    text = page.locator("#text")
    text.press_sequentially("Keep this")

    def be_private(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "private": True})

    page.route("**/v1/settings", be_private)
    page.reload()
    expect(page.locator("#kept")).to_have_text(re.compile("^Private"))
    expect(text).to_have_value("")
    text.press_sequentially("Secret")
    page.click("#clear")
    page.click("nav >> text=My words")
    expect(page.locator("#words-state")).to_have_text("Learned so far: 0 messages; private: no more.")
    page.click("nav >> text=Write")
    page.unroute("**/v1/settings")
    page.reload()
    expect(text).to_have_value("Keep this")


def test_the_page_shows_that_it_has_no_room_for_the_text(page: "Page") -> None:
    text, kept = page.locator("#text"), page.locator("#kept")
    page.evaluate(
        """() => {
          for (let size = 2 ** 22; size; size = Math.floor(size / 2)) {
            try { for (let at = 0; ; at++) localStorage.setItem(`${size}-${at}`, 'x'.repeat(size)); } catch {}
          }
        }"""
    )
    type_until(page, "We meet tom", "orrow")
    expect(kept).to_have_text("This browser cannot keep the text.")
    page.evaluate("localStorage.clear()")
    text.press_sequentially("o")
    expect(kept).to_have_text("The text stays in this browser until you clear it.")


@teaches
def test_a_browser_that_forbids_storage_can_be_written_in(browser: "Browser", address: str) -> None:
    """A pause of learning holds there, too."""
    page = browser.new_context().new_page()
    for kind in ("localStorage", "sessionStorage"):
        page.add_init_script(f"Object.defineProperty(window, '{kind}', {{get() {{ throw new Error(); }}}})")
    page.goto(address)
    type_until(page, "We meet tom", "orrow")
    expect(page.locator("#kept")).to_have_text("This browser cannot keep the text.")
    page.click("nav >> text=My words")
    page.check("#pause")
    page.click("nav >> text=Write")
    teach(page, "Learning is paused; see My words.")


@teaches
def test_the_page_suggests_a_learned_word_and_can_forget_it(page: "Page") -> None:
    page.locator("#text").press_sequentially("we met at the Zwingerhof")
    teach(page, "Learned 1 message.")
    page.locator("#text").fill("")
    type_until(page, "let us meet at the Zwi", "ngerhof")
    page.click("nav >> text=My words")
    page.fill("#part-of-word", "zwin")
    expect(page.locator("#words-state")).to_have_text("Learned so far: 1 message. Words shown: 1.")
    expect(page.locator("#written tbody tr")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.set_viewport_size({"width": 360, "height": 400})
    page.click("text=Forget")
    forgot = re.compile("^Forgot Zwingerhof.* from 1 message[.] .*names other files")
    expect(page.locator("#words-state")).to_have_text(forgot)
    expect(page.locator("#words-state")).to_be_in_viewport()
    expect(page.locator("#written tbody tr")).to_have_count(0)


@teaches
def test_the_page_shows_the_local_day_of_a_word_and_the_lists_end(browser: "Browser", address: str) -> None:
    page = opened(browser, address, timezone_id="Asia/Tokyo")
    word = {"word": "Anna", "times": 1, "last": "2026-01-01T23:30:00.123456+00:00"}
    page.route("**/v1/memory?*", lambda route: route.fulfill(json={"messages": 1, "words": [word] * 200}))
    page.click("nav >> text=My words")
    expect(page.locator("#words-state")).to_contain_text("the 200 most frequent words")
    expect(page.locator("#written td").nth(1)).to_have_text("2026-01-02")


@teaches
def test_the_page_teaches_new_lines_together_and_once(page: "Page", tmp_path: Path) -> None:
    """So the server sees a secret of two lines. A reload does not teach the lines again."""
    text, asked = page.locator("#text"), list[str]()
    page.on("request", lambda each: asked.append(each.post_data or "") if "learn" in each.url else None)
    text.fill("my card is 4111 1111\n1111 1111 ok")
    teach(page, "Learned 2 messages.")
    assert not any(b"1111" in each.read_bytes() for each in tmp_path.glob("base.memory*"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    teach(page, "Nothing new to learn.")
    page.click("#clear")
    page.keyboard.press("Control+z")
    teach(page, "Nothing new to learn.")
    text.fill("It rains. We met.")
    teach(page, "Learned 1 message.")
    foreword = Program(tmp_path)
    foreword("memory", "clear", "--yes", "-m", tmp_path / "base")
    foreword("learn", "-", "-m", tmp_path / "base", stdin=b"So many words.\nAnd more.\nAnd more again.\n")
    teach(page, "Learned 1 message.")
    page.reload()
    teach(page, "Nothing new to learn.")
    text.fill("It rains. We met. Nobody came.")
    with page.expect_request("**/v1/learn") as grown:
        page.click("#learn")
    assert json.loads(grown.value.post_data or "")["text"] == "Nobody came.\n"
    expect(page.locator("#learned")).to_have_text("Learned 1 message.")
    text.fill("It rains. We met. Here is my PIN!")
    teach(page, "Learned 1 message.")
    text.fill("It rains. We met. Here is my PIN! It is 4711.")
    with page.expect_request("**/v1/learn") as secret:
        page.click("#learn")
    sent = json.loads(secret.value.post_data or "")["text"]
    assert sent == "It rains. We met. Here is my PIN! It is 4711.\n"
    text.fill("we " + '"' * 100_000)
    teach(page, "Learned 12 messages.")
    asked.clear()
    text.fill("\n".join(f"{number} {'long ' * 200}" for number in range(30)))
    page.route("**/v1/learn", lambda route: route.fulfill(json={"messages": 1}))
    teach(page, "Learned 2 messages.")
    assert [len(json.loads(each)["text"]) <= 20_000 for each in asked] == [True, True]


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ({"my card is 4111 1111\n1111 1111 ok\n": "2 messages", "see you at 10\n\n": "1 message"}, b"1111"),
        ({"the wifi password:\n": "1 message", "Zwinger7hof!\nok\n": "1 message"}, b"7hof"),
    ],
)
@teaches
def test_a_secret_over_two_lines_is_not_taught(
    page: "Page", tmp_path: Path, typed: dict[str, str], secret: bytes
) -> None:
    """Neither half of a card number looks like a secret, nor does the line below the one that asks for it."""
    page.check("#learn-lines")
    for lines, count in typed.items():
        page.locator("#text").press_sequentially(lines)
        expect(page.locator("#learned")).to_have_text(f"Learned {count}.")
    teach(page, "Nothing new to learn.")
    assert not any(secret in each.read_bytes() for each in tmp_path.glob("base.memory*"))


@teaches
def test_a_pasted_line_is_not_taught_by_itself(page: "Page", tmp_path: Path) -> None:
    """Somebody else may have written it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.check("#learn-lines")
    page.evaluate("navigator.clipboard.writeText('Zwingerhof')")
    page.locator("#text").press_sequentially("Please log in with the new word at the old place: ")
    page.locator("#text").press("Control+v")
    page.keyboard.type("\nI wrote this\n")
    expect(page.locator("#learned")).to_have_text("Learned 1 message.")
    for keys in ("Control+v", "Control+z", "Control+Shift+z", "Enter"):
        page.locator("#text").press(keys)
    page.locator("#text").press("Control+v")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-ready", "yes")
    page.check("#learn-lines")
    page.locator("#text").press("Control+End")
    page.keyboard.type("\nI wrote this, too\n")
    expect(page.locator("#learned")).to_have_text("Learned 1 message.")
    assert not any(b"Zwingerhof" in each.read_bytes() for each in tmp_path.glob("base.memory*"))


def test_the_saved_keys_are_counted_anew_after_the_text_is_cleared_or_replaced(page: "Page") -> None:
    for key, typed in (("Delete", "hello"), ("h", "ello")):
        page.locator("#text").fill("")
        type_until(page, "We meet tom", "orrow")
        for each in ("Tab", "Control+a", key):
            page.keyboard.press(each)
        page.keyboard.type(typed)
        expect(page.locator("#savings")).to_have_text("0 of 5 keys saved (0%)")


def test_the_page_says_that_a_stream_broke_off(page: "Page") -> None:
    page.click("nav >> text=Generate")
    event = 'data: {"choices": [{"index": 0, "text": "the "}]}\n\n'
    page.route("**/v1/completions", lambda route: route.fulfill(body=event))
    page.click("#begin")
    expect(page.locator("#generate-state")).to_have_text("Foreword stopped before the end.")
    expect(page.locator("#passages span").first).to_have_text("the ")


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_source_without_a_share_has_no_percentage_above_100_and_no_mark(page: "Page", share: float) -> None:
    words = [{"word": "the", "network": 1 - share, "memory": share}]
    page.route("**/v1/next", lambda route: route.fulfill(json={"tokens": [], "words": words, "share": share}))
    page.click("nav >> text=Look inside")
    page.fill("#sample", "x")
    shown = ["100%" if each else "0.0%" for each in (1, 1 - share, share)]
    expect(page.locator("#weighed tbody td:not(.bar)")).to_have_text(shown)
    expect(page.locator("#most")).to_have_text(re.compile("^“x” at the beginning needed the most"))


def test_the_page_streams_the_requested_passages(page: "Page") -> None:
    page.click("nav >> text=Generate")
    page.fill("#prompt", "שלום, ")
    page.fill("[name=temperature]", "0.83")
    page.fill("[name=min_p]", "0.005")
    page.fill("[name=max_tokens]", "60")
    page.fill("[name=n]", "3")
    page.click("#begin")
    expect(page.locator("#generate-state")).to_have_text("Done.")
    expect(page.locator("#passages article")).to_have_count(3)
    expect(page.locator("#passages span").first).to_have_text(re.compile(".{20}", re.DOTALL))
    expect(page.locator("#passages p").first).to_have_css("direction", "rtl")


def test_one_key_begins_and_stops_passages(page: "Page") -> None:
    """A disabled button would keep the focus, and Enter would do nothing."""
    page.click("nav >> text=Generate")
    page.fill("[name=max_tokens]", "10000")
    page.fill("[name=n]", "8")  # two are written in 3 s
    page.focus("#begin")
    for said, focus in (("Writing …", "stop"), ("Stopped.", "begin"), ("Writing …", "stop")):
        page.keyboard.press("Enter")
        expect(page.locator("#generate-state")).to_have_text(said)
        assert page.evaluate("document.activeElement.id") == focus


@pytest.mark.parametrize(
    ("typed", "choice", "word"),
    [
        ("We meet tom", "tomorrow", "tomorrow"),
        ("Have a n", "nice day", "nice"),
        ("See you tdoay", "today", "today"),
        ("See you tom", "tomorrow!", "tomorrow"),
        pytest.param(f"{'long ' * 4000}We meet tom", "tomorrow", "tomorrow", id="long line"),
    ],
)
def test_the_page_explains_the_last_taken_word(page: "Page", typed: str, choice: str, word: str) -> None:
    """For a phrase, it explains the first word; for a correction, why the word follows the text before it."""
    if choice.endswith("!"):
        found = {"text": choice, "replace": 3, "insert": f"{choice} "}
        page.route(
            "**/v1/suggest", lambda route: route.fulfill(json={"suggestions": [found], "inline": False})
        )
    page.locator("#text").fill(typed)
    page.click(f"#choices [aria-label^='{choice}'] >> nth=0")
    page.click("nav >> text=My words")
    expect(page.locator("#why")).to_have_text(re.compile(f"^“{word}” has a probability of [0-9.]*[1-9]"))
    page.fill("#why-text", "We meet")  # nobody types a space there
    page.fill("#why-word", "at")
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_have_text(re.compile("^“at” has a probability of [1-9]"))


def test_the_page_renders_figures_and_the_model_card_from_markdown(page: "Page") -> None:
    page.route("**/v1/models", lambda route: route.fulfill(json={"data": [{"id": "of an earlier server"}]}))
    page.reload()
    page.unroute("**/v1/models")
    page.click("nav >> text=Model")
    config = Model.open(BASE).config
    expect(page.locator("#figures")).to_contain_text(vocabulary_in_words(config.vocabulary, config.unit))
    expect(page.locator("#card h3")).to_have_text("base")
    expect(page.locator("#card table").first).to_contain_text("weights")
    weights = page.locator("#card td", has_text=re.compile("^weights$"))
    one, _ = weights.bounding_box(), weights.evaluate("cell => { cell.style.whiteSpace = 'nowrap'; }")
    assert weights.bounding_box() == one  # a line
    expect(page.locator("#curve path.held-out")).to_have_attribute("d", re.compile("^M0.0 .*L1000.0 "))


def test_the_figures_equal_those_of_python_and_follow_the_text(page: "Page") -> None:
    model = Model.open(BASE)
    page.click("nav >> text=Look inside")
    for text in ("I saw the qu", "See you on Frid"):
        page.fill("#sample", text)
        expect(page.locator("#heat")).to_have_text(text)
        expect(page.locator("#cell")).to_have_text(text)
        expect(page.locator("#inside-state")).to_have_text("Up to date.")
        bits = page.eval_on_selector_all("#heat span", "all => all.map(each => Number(each.dataset.value))")
        pieces = surprises(model, text)
        assert bits == [spent for _, spent in pieces]
        piece, most = max(((piece, spent / len(piece)) for piece, spent in pieces), key=itemgetter(1))
        said = f"^“{piece.replace(' ', '␣')}”.* {most:.1f} bits a character"
        expect(page.locator("#most")).to_have_text(re.compile(said))
        values = page.eval_on_selector_all("#cell span", "all => all.map(each => Number(each.dataset.value))")
        assert values == pytest.approx(walk(model, text).values(0, 0)[:, 0].tolist())
        numbers = "all => all.map(each => Number(each.dataset.probability))"
        chances = page.eval_on_selector_all("#tokens tbody tr", numbers)
        assert chances == [chance for _, chance in next_tokens(model, text, 12)]
    heard = listen(page, "inside-state")
    page.locator("#sample").press_sequentially("ay", delay=500)
    expect(page.locator("#inside-state")).to_have_text("Up to date.")
    assert heard.json_value() == ["", "Up to date."]  # not at each key
    assert [name[0] for name in page.locator("#part option").all_text_contents()] == list(UNIT_PARTS)
    for place, unit in ((191, "320"), (-1, "0")):  # the border is above the first unit
        page.click("#picture", position={"x": 5, "y": place})
        expect(page.locator("#unit")).to_have_value(unit)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1000, 800), (320, 640)], ids=["desktop", "phone"])
@teaches
def test_the_page_passes_the_accessibility_checks(
    browser: "Browser", address: str, scheme: str, size: tuple[int, int], tmp_path: Path
) -> None:
    if not AXE.is_file():
        pytest.skip("this needs: npm install --prefix .venv axe-core; or AXE=PATH/axe.min.js")
    viewport = {"width": size[0], "height": size[1]}
    page = opened(browser, address, color_scheme=scheme, viewport=viewport, has_touch=True)
    for part, name in PARTS.items():
        page.click(f"nav >> text={name}")
        expect(page.locator(f"#{part}")).to_be_visible()
        if part == "inside":
            expect(page.locator("#inside-state")).to_have_text("Up to date.")
        page.mouse.move(0, 0)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(f"axe.run(document, {RULES})")
        assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        small = "all => all.filter(each => each.offsetHeight && each.offsetHeight < 44).length"
        assert page.eval_on_selector_all(f"#{part} button", small) == 0


def test_the_suggestion_and_the_choice_stand_out_in_high_contrast(browser: "Browser", address: str) -> None:
    page = opened(browser, address, forced_colors="active")
    type_until(page, "We meet tom", "orrow")
    for style, one, other in (
        ("color", "#inline", "#text"),
        ("backgroundColor", "#choices [aria-current=true]", "#choices [aria-current=false]"),
        ("textDecorationLine", "nav [aria-current]", "nav a:not([aria-current])"),
    ):
        found = f"element => getComputedStyle(element).{style}"
        assert page.locator(one).first.evaluate(found) != page.locator(other).first.evaluate(found)


def test_fast_typing_sends_one_request_at_a_time(page: "Page") -> None:
    """Otherwise a busy server would answer for outdated letters."""
    page.evaluate(
        """() => {
          let now = 0;
          window.most = 0;
          const fetched = window.fetch;
          window.fetch = async (...asked) => {
            window.most = Math.max(window.most, ++now);
            try { return await fetched(...asked); } finally { now--; }
          };
        }"""
    )
    page.locator("#text").press_sequentially("I will be at the station. We meet tom")
    expect(page.locator("#inline")).to_have_text(re.compile("^orrow"))
    assert page.evaluate("most") == 1


def test_the_file_that_a_browser_is_given_leads_to_the_page(browser: "Browser", tmp_path: Path) -> None:
    """The token survives it, and the server lets the browser in."""
    shutil.copytree(BASE, tmp_path / "base")
    with opening(tmp_path, tmp_path / "base") as (_, _, file):
        page = opened(browser, file)
        expect(page.locator("#text")).to_be_focused()


def test_the_page_without_a_token_asks_for_the_whole_address(browser: "Browser", address: str) -> None:
    """The tab of an earlier server gives its token to no other."""
    place, context = address.partition("#")[0], browser.new_context()
    for opened_at in (f"{place}#token=of-an-earlier-server", place):
        page = context.new_page()
        page.goto(opened_at)
        expect(page.get_by_role("alert")).to_have_text(re.compile("^This page needs the whole address"))
        expect(page.locator("main")).to_be_hidden()
    assert page.evaluate("sessionStorage.token") == ""


def test_nothing_can_be_typed_before_the_page_has_its_settings(browser: "Browser", address: str) -> None:
    """The kept text would replace it."""
    page = browser.new_context().new_page()
    page.add_init_script("fetch = () => new Promise(() => {})")
    page.goto(address)
    expect(page.locator("main")).to_be_hidden()


def test_a_problem_stays_in_sight_while_other_requests_succeed(browser: "Browser", address: str) -> None:
    page = opened(browser, address)
    page.route("**/v1/explain", lambda route: route.fulfill(status=503, json={"detail": "it was changed"}))
    page.click("nav >> text=Look inside")
    expect(page.locator("#tokens tbody tr")).to_have_count(12)
    expect(page.locator("#cell span").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("it was changed")
    page.click("nav >> text=Model")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_server_that_was_stopped_is_reported_once(browser: "Browser", address: str) -> None:
    """Also to a person who has scrolled down."""
    page = opened(browser, address)
    page.route("**/v1/*", lambda route: route.abort())
    heard = listen(page, "problem")
    text, problem = page.locator("#text"), page.get_by_role("alert")
    for letter in "We":
        text.press_sequentially(letter)
        expect(problem).to_have_text(re.compile("^Foreword does not answer"))
    teach(page, "Not everything was learned.")
    assert len(heard.json_value()) == 1
    page.click("nav >> text=Look inside")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(problem).to_be_in_viewport()


def test_tab_leaves_the_text_if_a_server_answers_no_more(browser: "Browser", address: str) -> None:
    page = opened(browser, address)
    page.evaluate("() => { window.clock = new AbortController(); AbortSignal.timeout = () => clock.signal; }")
    page.route("**/v1/suggest", lambda _route: None)
    page.locator("#text").press_sequentially("We meet tom")
    page.keyboard.press("Tab")
    page.evaluate("() => clock.abort(new DOMException('', 'TimeoutError'))")
    expect(page.get_by_role("alert")).to_have_text(re.compile("^Foreword does not answer"))
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#learn")).to_be_focused()


@pytest.mark.parametrize("size", [(360, 360), (320, 640)], ids=["above the keyboard", "narrow"])
def test_choices_stay_visible_on_a_phone(browser: "Browser", address: str, size: tuple[int, int]) -> None:
    """In a narrow window, the links take two lines."""
    viewport = {"width": size[0], "height": size[1]}
    page = opened(browser, address, viewport=viewport, has_touch=True, is_mobile=True)
    page.locator("#text").fill("many lines\n" * 25)
    type_until(page, "We meet tom", "orrow")
    expect(page.locator("#choices")).to_be_in_viewport(ratio=1)
    text, bar = page.locator("#text").bounding_box(), page.locator("#bar").bounding_box()
    assert text
    assert bar
    assert text["y"] + text["height"] <= bar["y"]
    page.locator("#choices").evaluate("choices => { choices.style.width = '9rem'; }")
    for each in (1, 2, 0):
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#choices button").nth(each)).to_be_in_viewport(ratio=0.99)
    page.locator("#choices button").first.tap()
    expect(page.locator("#text")).to_have_value(re.compile("We meet tomorrow $"))
    expect(page.locator("#text")).to_be_focused()
