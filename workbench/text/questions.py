"""Whether a post asks something of the brand: a question, or a request for help, an answer or a mend."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

# A question mark inside a link is followed by the name of a parameter.
_QUESTION_MARK = r"[?？؟](?:[^a-z0-9=&%/_-]|$)|¿"
# Where a sentence begins: an interrogative further inside mostly tells ("I know why they do it").
_OPENING = r"(?:^|[.!:;,…\n>-]\s*|@\w+:?\s+)"

# Each line is an alternative.
_INTERROGATIVES = r"""
    # English
    (?:how|when|where|why|what|who|which) (?:is|are|am|do|does|did|will|can|could|would|was|were|has|have)
    (?:how|when|where|why|what|who) (?:should|the hell|on earth|come|can['’]?t|don['’]?t|isn['’]?t|no|not)
    (?:how|what) (?:about|long)|(?:whats|what['’]s|wheres|where['’]s|hows|how['’]s|whens|when['’]s) \S+
    is (?:there|it|anyone|anybody|someone)
    (?:are|do|did|have|will|would|could|can|does|has) (?:you|u|we|i|they|there|anyone|anybody|someone)
    (?:any|some)(?:one|body) (?:know|else|have|there|at)
    # German
    (?:wann|wie|warum|wieso|weshalb|wo|wer|welche[rs]?) \S+|was (?:ist|soll|macht|kostet|kann) \S+
    gibt es|hat jemand|wei(?:ß|ss) jemand
    # French
    (?:pourquoi|quand|où|combien|quel(?:le)?s?) \S+|comment (?:puis|faire|je|on|ça|se|fait|avoir|est)
    est[- ]ce que?|qu['’]est[- ]ce
    # Spanish
    (?:cuándo|cómo|dónde|por qué|qué|quién|cuánto) \S+|hay (?:alguna?|algún|alguien)
    # Italian
    (?:quando|perché|perche|cosa|quanto|chi) \S+|(?:come|dove) (?:posso|faccio|si|mai|sono|è|trovo)
    dov['’]è|c['’]è (?:modo|qualcuno|un)|avete
    # Portuguese
    (?:quando|como|onde|por ?que|cadê|quanto|quem|o que) \S+|tem (?:como|alguma)
    # Dutch
    (?:wanneer|hoe|waarom|waar|wat|wie|welke) \S+|is er (?:iemand|een)|weet iemand|heeft iemand
"""
_REQUESTS = r"""
    # English
    please|pls|plz|(?:can|could|would|will) (?:you|u|someone|somebody|anyone|anybody)
    (?:who|how|where|what|when) (?:do|can|should|could) (?:i|we)|when will
    how long (?:do|does|will|until|is|are)
    any (?:updates?|news|word|eta|chance|ideas?|advice|tips|suggestions|recommendations)
    needs? (?:some |your |urgent )?(?:help|assistance|answers|support)
    need (?:to know|an answer|you to|someone to)|(?:^|[.!] ?)help(?: me| us| please|!)
    (?:dm|pm|message|call|contact|email|phone|ring|text) (?:me|us)
    (?:get|got to get|come) back to (?:me|us)|let (?:me|us) know
    tell (?:me|us) (?:when|what|why|how|where|if)|explain (?:why|how|what|this|to me)
    look into (?:this|it|my)|sort (?:this|it|that|yourselves) out
    (?:fix|resolve|solve) (?:this|it|your)|refund (?:me|my|us)|give (?:me|us) (?:my|our|a)
    i (?:want|demand|expect|need) (?:my|a|an|some) (?:money|refund|answer|explanation|replacement|reply)
    wondering (?:if|when|why|how|what|whether)|i['’]?d like to know|would (?:like|love) to know
    (?:hope|wish) (?:you|someone) (?:can|could) (?:help|fix)
    waiting (?:for|on) (?:a|an|your|any|some) (?:reply|response|answer|update|call)
    need to (?:speak|talk|chat) (?:to|with)
    # German
    bitte|(?:könnt|könntet|wollt) ihr|(?:können|könnten) sie|(?:kannst|könntest) du
    kann (?:mir|mal|mir mal|jemand|man mir)|brauch(?:e|en|t)? (?:dringend )?(?:eure |ihre |mal )?hilfe
    helft|meldet euch|(?:ruft|schreibt) mich|warte auf (?:eine |eure |ihre )?(?:antwort|rückmeldung)
    # French
    s['’]il (?:vous|te) pla[iî]t|svp|stp|merci de (?:me|nous|bien)|(?:pouvez|pourriez|avez)[- ]vous
    peux[- ]tu|aidez[- ]moi|besoin d['’]aide|quelqu['’]un (?:peut|sait|pourrait)
    j['’]attends (?:une|votre|toujours)|répondez|rappelez[- ]moi
    # Spanish
    por favor|porfa|(?:me|nos) (?:pueden|podrían|podéis|puede|ayudan)|(?:pueden|podrían|podéis) \S+
    alguien (?:sabe|puede|me)|necesito (?:ayuda|que|saber)|ayúdenme|quiero (?:saber|que me)
    contesten|respondan
    # Italian
    per (?:favore|cortesia|piacere)|(?:potete|potreste|puoi|potresti) \S+|qualcuno (?:sa|può|mi)
    ho bisogno di (?:aiuto|assistenza|sapere)|aiutatemi|fatemi sapere|rispondete|come (?:posso|faccio)
    # Portuguese
    (?:podem|poderiam|podiam) \S+|alguém (?:sabe|pode|me)|preciso (?:de ajuda|que|saber)
    me ajud(?:a|em)|gostaria de saber|respondam|aguardo (?:resposta|retorno)|como (?:posso|faço)
    # Dutch
    alsjeblieft|alstublieft|aub|(?:kunnen|willen) jullie|(?:kunt|wilt) u|(?:kun|kan) (?:je|iemand)
    hulp nodig|help mij|graag (?:een |jullie )?(?:reactie|antwoord)|bel me|hoe (?:kan|moet) ik
"""


def _alternatives(phrases: str) -> str:
    lines = [line.strip() for line in phrases.strip().splitlines()]
    return "|".join(line for line in lines if not line.startswith("#"))


# ASCII word ends, also for accented words: Unicode classes make the automaton thirty times slower.
_END = "(?:[^a-z0-9]|$)"
_ASKING = (
    f"{_QUESTION_MARK}"
    f"|{_OPENING}(?:{_alternatives(_INTERROGATIVES)}){_END}"
    f"|(?:^|[^a-z0-9])(?:{_alternatives(_REQUESTS)}){_END}"
)


def is_asking(texts: Sequence[str]) -> list[bool]:
    """Whether each post asks something: a question or a request.

    Parameters
    ----------
    texts
        Masked texts. Phrases are known in English, German, French, Spanish, Italian, Portuguese and Dutch; in
        other languages only the question mark is seen.

    Notes
    -----
    Rules, no model: who asks without a usual phrase is missed ("still no internet, day four"), and a question
    to nobody ("seriously?") counts. One RE2 expression over the whole column, in linear time.

    Examples
    --------
    >>> is_asking(["When will my order arrive", "Love the new app!", "see https://a.example/?id=1"])
    [True, False, False]
    """
    folded = pc.utf8_lower(pa.array(texts, pa.string()))
    return pc.match_substring_regex(folded, _ASKING).to_pylist()
