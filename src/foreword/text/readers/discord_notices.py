"""What DiscordChatExporter writes for messages of Discord itself, in formats that do not say which these are."""

import re
from typing import Final

_NOTICE: Final = re.compile(
    r"Added (?:.+ to the group|a recipient)\.|Removed (?:.+ from the group|a recipient)\.|Left the group\."
    r"|Started a call that lasted [0-9,]+ minutes\.|Changed the channel name(?:\.|: .+)|Changed the channel icon\."
    r"|Pinned a message\.|Started a thread\.|Joined the server\."
)


def is_notice(content: str) -> bool:
    """Whether nobody wrote this: "Pinned a message.", "Joined the server."."""
    return _NOTICE.fullmatch(content.strip()) is not None
