"""What Slack makes of typed text, undone."""

import pytest

from foreword.sources.chats.slack_markup import plain


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<@U1> and <@U9|zed> and <@U9>", "@Ana and @zed and @U9"),
        ("<#C1> <#C1|> <#C9|old-name>", "#general #general #old-name"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@cooks> <!subteam^S1>", "@cooks @S1"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org|example.org> <http://a.b/c?d=e&amp;f>", "example.org http://a.b/c?d=e&f"),
        ("<mailto:a@example.org|a@example.org> <mailto:a@example.org>", "a@example.org a@example.org"),
        ("&amp;lt; &lt;b&gt; &quot;", "&lt; <b> &quot;"),
        ("<>", ""),
    ],
)
def test_text_reads_as_it_was_typed(text: str, typed: str) -> None:
    assert plain(text, {"U1": "Ana"}, {"C1": "general"}) == typed
