"""Texts for tests: what people type, what programs write, and what no text should contain."""

from hypothesis import strategies as st

SNIPPETS = (
    "see you tomorrow", "Don't — I can't.", "well-known", "<0x41>", "<0x0A><0xFF>", "<unk></s>", "naïve café",
    "e\u0301e\u0323\u0302", "नमस्ते दुनिया फ़", "می‌خواهم", "สวัสดีครับ", "日本語のテキスト", "각\u1100\u1161\u11a8",
    "👩‍👩‍👧‍👦", "👍🏽", "❤️", "🏴\U000e0067\U000e007f", "1️⃣", "\u202eabc\u202c", "\ufeff", "\ufffd", "\u2028",
    "a\u0300" * 20, "x" * 70, "'" * 20, "    ", " \n ", "\n\n", "\t", "Ġ", "Ċ", "\u00ad", "𝒳", "ﬁ", "\u0344", "ꦏ",
)  # fmt: skip
"""Pieces of text that have broken tokenizers, keyboards and normal forms."""

DIRTY = (
    "\r\n", "\r", "\x00", "\x1b[31m", "\x85", "\ud83d", "\udc00", "\ufeff", "\u0301" * 40, "\u093e" * 40, "\u0f73",
)  # fmt: skip

any_text = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=12).map("".join)
"""Text without lone surrogates, not cleaned."""

dirty_text = st.lists(
    st.sampled_from(SNIPPETS + DIRTY) | st.text(st.characters(exclude_categories=()), max_size=8), max_size=12
).map("".join)
"""Anything that a Python string can hold."""


@st.composite
def cut_text(draw: st.DrawFn) -> list[str]:
    """Dirty text cut at any place, even within line ends, accents and syllables."""
    text = draw(dirty_text)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
