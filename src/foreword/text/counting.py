"""A number with its noun, as people write it: 1 minute, 2 minutes, 1,234 messages."""


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """`number` and its noun, which is `plural` (by default the noun with an s) for all numbers but 1.

    A fraction is shown in full, a whole number with its thousands apart.
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:,.10g}"
    return f"{shown} {noun if shown == '1' else plural or noun + 's'}"
