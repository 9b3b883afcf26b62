"""Words by which customers acknowledge and brands move a conversation to private messages.

The patterns keep to what the regular expressions of all engines share: no look-around, no back
references, no capturing groups.
"""

import narwhals as nw

_THANKS = (
    r"(?i)\b(?:thanks|thank you|thank u|thx|tysm|cheers|danke|dankesch|gracias|merci|grazie|obrigad[oa]|bedankt"
    r"|solved|resolved|sorted|fixed|that worked|it worked|works (?:now|again|fine|great)|working (?:now|again)"
    r"|back up (?:now|again)|problem gone|all good now|funktioniert (?:jetzt|wieder)|geht wieder|gel[oö]st"
    r"|ya funciona|resuelto|solucionado|[cç]a marche|r[ée]solu|funziona|risolto|resolvido|opgelost)\b"
)
_STILL_OPEN = (
    r"(?i)\b(?:no thanks|thanks for nothing|thanks to your?|in advance|still"
    r"|not (?:yet )?(?:solved|resolved|sorted|fixed|working)"
    r"|isn.?t (?:solved|resolved|sorted|fixed|working)|wasn.?t (?:solved|resolved|sorted|fixed)"
    r"|(?:doesn|didn|don|won|hasn|haven|can)['’]?t|cannot|unable|not allow(?:ed|ing)|never|nothing|unresolved"
    r"|broke|broken|doubt|again and again|just sent|attached"
    r"|immer noch|noch nicht|nicht gel[oö]st|todav[ií]a|sigue sin|toujours pas|ancora|ainda|nog steeds)\b"
)
_HAND_OFF = (
    r"(?i)\b(?:dm|dms|dm.?d|direct messages?|private messages?|private chat|pm (?:us|me|you)|inbox us"
    r"|message us|send us a message|privately|direktnachricht|privatnachricht|private nachricht|per pn"
    r"|mensaje (?:directo|privado)|por md|message priv[ée]|en mp|messaggio privato|mensagem (?:direta|privada)"
    r"|priv[ée]bericht)\b"
)


def is_hand_off() -> nw.Expr:
    """The text speaks of private messages: what follows is out of sight, neither resolved nor lost."""
    return nw.col("text").str.contains(_HAND_OFF)


def is_acknowledging() -> nw.Expr:
    """The text thanks or says that it works, asks nothing, and takes nothing back.

    Read by words, so irony passes: use it where a brand answered before, and as a lower bound.
    """
    text = nw.col("text").str
    return ~nw.col("is_asking") & text.contains(_THANKS) & ~text.contains(_STILL_OPEN) & ~is_hand_off()
