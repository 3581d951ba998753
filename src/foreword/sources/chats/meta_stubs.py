"""What Instagram and Messenger write in a person's name: that they sent something, liked it, called or joined.

The exports have these sentences as the content of a message, in the language of the one who asked for the export.
English ones are known best; of other languages those of attachments, likes and reactions.
"""

import re
from collections.abc import Mapping
from typing import Final

_THING: Final = (
    "(?:attachment|photo|picture|video|voice message|audio clip|audio message|gif|sticker|link|file"
    "|location|live location|reel|post|story|contact)"
)
_SAYINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "media message": (
        rf"(?:sent|shared) (?:an? |his |her |their |your )?{_THING}s?",
        "failed to download media(?: file)?",
        "(?:hat|hast) (?:einen anhang|ein foto|ein video|eine sprachnachricht) gesendet",
        "(?:a|avez|as) envoyé une (?:pièce jointe|photo|vidéo)",
        "(?:(?:ha|has) enviado|envió|enviaste) (?:un archivo adjunto|una foto|un vídeo|un video)",
        "(?:ha|hai) inviato (?:un allegato|una foto|un video)",
        "(?:enviou|enviaste) (?:um anexo|uma foto|um vídeo)",
        "(?:heeft|hebt) een (?:bijlage|foto|video) (?:verzonden|gestuurd|verstuurd)",
        r"(?:wysłał(?:\(a\)|a)?|wysłałe[śs](?:\(aś\))?|wysłano) (?:załącznik|zdjęcie|film)",
        "skickade (?:en bilaga|ett foto|en video)",
        "sendte (?:en vedhæftning|et vedlegg|en vedhæftet fil)",
        "bir (?:ek|eklenti) gönder(?:di|din|diniz)",
    ),
    "reaction": (
        "liked (?:a|your) message",
        "(?:reacted|has reacted) .{1,20} to your (?:message|story|photo|video)",
        "hat mit .{1,20} auf deine nachricht reagiert",
        "(?:hat )?(?:eine|deine) nachricht mit .?gefällt mir.? markiert",
        "(?:a )?réagi (?:avec )?.{1,20} à votre message",
        "(?:a )?aimé (?:un|votre) message",
        "(?:ha )?reaccion(?:ó|ado) con .{1,20} a tu mensaje",
        "(?:le|les) (?:gustó|ha gustado) (?:un|tu) mensaje",
        "ha (?:aggiunto la reazione|reagito con) .{1,20} al tuo messaggio",
        "ha messo .?mi piace.? a(?:l tuo| un) messaggio",
        "(?:reagiu|curtiu) (?:com .{1,20} à sua mensagem|uma mensagem|sua mensagem)",
        r"(?:zareagował(?:\(a\)|a)?) .{1,20} na twoją wiadomość",
        r"polubił(?:\(a\)|a)? wiadomość",
        "vond een bericht leuk",
        "heeft .{1,20} op je bericht gereageerd",
    ),
    "unsent message": ("unsent a message", "this message was unsent", "user unsent a message"),
    "call": (
        "(?:the )?(?:video chat|audio call|video call|call) ended",
        "(?:you |)missed an? (?:audio |video |)(?:call|chat)(?: (?:from|with) .+)?",
        "missed your (?:audio |video |)(?:call|chat)",
        "started (?:an?|the) (?:audio call|video call|video chat|call)",
    ),
    "system message": (
        r"you are now connected on messenger",
        r"say hi to your new facebook friend, .+",
        r"you can now message and call each other.*",
    ),
}
_DEEDS: Final[
    Mapping[str, tuple[str, ...]]
] = {  # a person might have written these, were it not for the name before
    "call": ("called (?:you|.+)", "(?:joined|left) the (?:call|video chat)"),
    "system message": (
        "named the group .+",
        "(?:changed|removed|set) the (?:group|chat|conversation) (?:name|photo|theme|colou?rs?|emoji)(?: .+)?",
        "changed the (?:theme|chat theme|quick reaction) to .+",
        "set the (?:emoji|quick reaction) to .+",
        "(?:set|cleared) (?:the nickname for|your nickname|(?:his|her|their) own nickname).*",
        "(?:added|removed) .+ (?:to|from) the (?:group|conversation|chat)",
        "(?:created|joined|left) the (?:group|conversation|chat)",
        "(?:made|removed) .+ (?:an? |as (?:an? )?)(?:group )?admin",
        "(?:pinned|unpinned) a message",
        "(?:created|voted in|closed) (?:a|the) poll(?:[:.].*)?",
        "(?:voted for|changed (?:his|her|their) vote to) .+ in the poll.*",
        "turned (?:on|off) .+",
        "waved at .+",
    ),
}


def _compiled(sentences: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    return {
        kind: re.compile(rf"(?:{'|'.join(of_kind)})\s*[.!]?", re.IGNORECASE)
        for kind, of_kind in sentences.items()
    }


_ALONE: Final = _compiled(_SAYINGS)
_AFTER_A_NAME: Final = _compiled({kind: _SAYINGS[kind] + _DEEDS.get(kind, ()) for kind in _SAYINGS})
_YOU: Final = ("You", "Du", "Vous", "Tu", "Você", "Je", "Jij")
_LONGEST: Final = 400


def kind_of_stub(content: str, author: str) -> str | None:
    """What a message of `author` is if nobody wrote it: "media message", "reaction", "call" …; None if somebody did."""
    text = content.strip()
    if len(text) > _LONGEST or "\n" in text:
        return None
    for name in (author, author.partition(" ")[0], *_YOU):
        if (
            name
            and text.startswith(f"{name} ")
            and (kind := _kind(text[len(name) :].lstrip(), _AFTER_A_NAME))
        ):
            return kind
    return _kind(text, _ALONE)


def _kind(text: str, sentences: Mapping[str, re.Pattern[str]]) -> str | None:
    return next((kind for kind, pattern in sentences.items() if pattern.fullmatch(text)), None)
