"""The made world: its brands, platforms, events and habits. Change it here, nowhere else.

The company is one of six invented telecom companies. Everything that a measure should find is a
parameter: shares of the conversation, moods, crises, a launch, and a new way of answering.
"""

from dataclasses import dataclass
from datetime import date

TIME_ZONE = "Europe/London"
FIRST_DAY = date(2026, 3, 1)
LAST_DAY = date(2026, 10, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1

SENTIMENTS = ("negative", "neutral", "positive")
ROLES = ("customer", "brand", "bot", "promoter")
LANGUAGES = ("en", "de", "es", "fr")
TOPICS = (
    "outage", "speed", "coverage", "billing", "price", "support", "install", "app", "router",
    "roaming", "contract", "tv", "launch",
)  # fmt: skip


@dataclass(frozen=True)
class Answering:
    """How a brand answers in public: which part of what asks it, how fast, and to which end.

    The first answer is a hand-off to private messages, a question back, an apology that leads
    nowhere, or else advice.
    """

    share: float
    median_minutes: float
    hand_off: float
    ask_back: float
    apology: float


@dataclass(frozen=True)
class Brand:
    """An invented brand. `share` is its part of the conversation, `mood` (negative, neutral, positive)."""

    accounts: tuple[str, str]
    products: tuple[str, ...]
    keywords: tuple[str, ...]
    namesakes: tuple[str, ...]
    share: float
    mood: tuple[float, float, float]
    answering: Answering
    opens: tuple[int, int] = (8, 20)
    answers_on_weekends: bool = False


@dataclass(frozen=True)
class Crisis:
    """Days on which a topic drives many more people to speak: `surge` times the usual on the first day."""

    name: str
    topic: str
    first_day: date
    last_day: date
    surge: float
    decay_days: float
    negative: float


@dataclass(frozen=True)
class Frame:
    """A way to open a conversation: its stance, what it wants, and how often people choose it."""

    name: str
    sentiment: str
    weight: float
    intents: tuple[str, ...] = ()
    is_asking: bool = False
    is_sarcastic: bool = False
    other_sentiment: str = ""
    only_topic: str = ""


OWN = "Halvora"
BRANDS = {
    OWN: Brand(
        ("Halvora", "HalvoraHelp"),
        ("FibreMax", "GoSim", "StreamBox", "Pebble"),
        ("halvora mobile", "halvora broadband", "#halvoradown"),
        ("Halvora Falls", "Halvora Park", "Lake Halvora"),
        0.33, (0.46, 0.30, 0.24), Answering(0.46, 140, 0.42, 0.22, 0.12), answers_on_weekends=True,
    ),
    "Quorrin": Brand(
        ("Quorrin", "QuorrinCare"),
        ("HyperLine", "QuoMobile", "Quorrin TV"),
        ("quorrin broadband",),
        ("Quorrin Lane", "Quorrin Castle"),
        0.22, (0.38, 0.32, 0.30), Answering(0.72, 45, 0.35, 0.25, 0.08), (7, 22), True,
    ),
    "Nimbrel": Brand(
        ("Nimbrel", "AskNimbrel"),
        ("FlexiSim", "Nimbrel Home"),
        ("nimbrel mobile",),
        ("Nimbrel Hill", "Nimbrel Choir"),
        0.15, (0.30, 0.33, 0.37), Answering(0.83, 20, 0.20, 0.30, 0.05), (8, 22), True,
    ),
    "Pendrift": Brand(
        ("PendriftTel", "PendriftHelp"),
        ("TideFibre", "PocketPlan"),
        ("pendrift telecom",),
        ("Pendrift Bay", "Pendrift Lighthouse"),
        0.12, (0.55, 0.28, 0.17), Answering(0.34, 320, 0.50, 0.15, 0.20), (9, 17),
    ),
    "Ostrelle": Brand(
        ("OstrelleMobile", "OstrelleCare"),
        ("StarLine", "Ostrelle Go"),
        ("ostrelle mobile",),
        ("Princess Ostrelle", "Ostrelle Ballet"),
        0.10, (0.42, 0.34, 0.24), Answering(0.58, 80, 0.35, 0.20, 0.12), (8, 18),
    ),
    "Wexlow": Brand(
        ("WexlowUK", "WexlowHelp"),
        ("WexFibre", "WexTV"),
        ("wexlow broadband",),
        ("Wexlow United", "Wexlow Castle"),
        0.08, (0.50, 0.28, 0.22), Answering(0.50, 150, 0.40, 0.20, 0.15), (9, 18),
    ),
}  # fmt: skip
NAMES = tuple(BRANDS)

NEW_ANSWERING_FROM = date(2026, 7, 6)
NEW_ANSWERING = Answering(0.80, 32, 0.24, 0.24, 0.05)

LAUNCH_DAY, LAUNCH_PRODUCT = date(2026, 6, 16), "Pebble"
CRISES = (
    Crisis("national outage", "outage", date(2026, 5, 12), date(2026, 5, 15), 9.0, 1.2, 0.86),
    Crisis("double billing", "billing", date(2026, 9, 8), date(2026, 9, 22), 5.0, 5.0, 0.88),
)

# Twelve weeks before the launch and the new way of answering; the outage in them is an event.
BASELINE = (date(2026, 3, 2), date(2026, 5, 24))
LAUNCH_DAYS = 14

# Share of accounts, of openers that address the brand's account, of openers that other people join,
# and how much more negative than elsewhere people are (odds).
PLATFORMS = {
    "x": (0.42, 0.66, 0.09, 1.15),
    "reddit": (0.16, 0.00, 0.55, 1.10),
    "facebook": (0.17, 0.80, 0.16, 1.00),
    "instagram": (0.11, 0.60, 0.08, 0.55),
    "youtube": (0.08, 0.20, 0.16, 0.90),
    "mastodon": (0.06, 0.50, 0.10, 0.95),
}
QUOTATION = {
    "x": True,
    "reddit": True,
    "youtube": True,
    "mastodon": False,
    "facebook": False,
    "instagram": False,
}

# How much each platform matters to the own brand: declared, for a year.
WEIGHTS_FROZEN_SINCE = date(2026, 1, 1)
IMPORTANCE = {
    "x": 0.30,
    "reddit": 0.15,
    "facebook": 0.30,
    "instagram": 0.10,
    "youtube": 0.10,
    "mastodon": 0.05,
}

# Region: share of accounts, and of its accounts that write its own language (the rest write English).
REGIONS = {
    "GB": (0.60, "en", 1.0), "IE": (0.13, "en", 1.0), "US": (0.06, "en", 1.0),
    "DE": (0.09, "de", 0.8), "ES": (0.07, "es", 0.8), "FR": (0.05, "fr", 0.8),
}  # fmt: skip

# What kind of thing begins a thread.
OPENERS = {
    "customer": 0.855, "announcement": 0.012, "bot": 0.030, "promoter": 0.025, "namesake": 0.050, "repost": 0.028,
}  # fmt: skip
NAMES_TWO_BRANDS = 0.07

FRAMES = (
    Frame("complaint", "negative", 0.30, ("complaint",)),
    Frame("complaint_ask", "negative", 0.25, ("complaint", "question"), is_asking=True),
    Frame("complaint_churn", "negative", 0.10, ("complaint", "churn_threat")),
    Frame("complaint_risk", "negative", 0.05, ("complaint", "pr_risk")),
    Frame("complaint_feature", "negative", 0.04, ("complaint", "feature_request")),
    Frame("sarcasm", "negative", 0.12, ("complaint",), is_sarcastic=True),
    Frame("mixed_negative", "negative", 0.08, ("complaint", "praise")),
    Frame("negated_negative", "negative", 0.06, ("complaint",)),
    Frame("picture_negative", "negative", 0.02, ("complaint",)),
    Frame("help", "neutral", 0.13, ("question",), is_asking=True),
    Frame("question", "neutral", 0.37, ("question",), is_asking=True),
    Frame("outage_question", "neutral", 0.12, ("question",), is_asking=True, only_topic="outage"),
    Frame("feature", "neutral", 0.14, ("feature_request",), is_asking=True),
    Frame("statement", "neutral", 0.20),
    Frame("hearsay", "neutral", 0.04),
    Frame("balanced", "neutral", 0.14),
    Frame("praise", "positive", 0.40, ("praise",)),
    Frame("negated_praise", "positive", 0.16, ("praise",)),
    Frame("recovered", "positive", 0.20, ("praise",)),
    Frame("praise_feature", "positive", 0.07, ("praise", "feature_request"), is_asking=True),
    Frame("praise_ask", "positive", 0.06, ("praise", "question"), is_asking=True),
    Frame("mixed_positive", "positive", 0.15, ("praise",)),
)
TWO_BRAND_FRAMES = (
    Frame("switch_away", "negative", 0.40, ("complaint", "churn_threat"), other_sentiment="positive"),
    Frame("better_than", "positive", 0.25, ("praise",), other_sentiment="negative"),
    Frame("which_one", "neutral", 0.22, ("question",), is_asking=True, other_sentiment="neutral"),
    Frame("both_bad", "negative", 0.13, ("complaint",), other_sentiment="negative"),
)

# Topics by sentiment, in the order of TOPICS (launch: only by its own calendar).
TOPIC_WEIGHTS = {
    "negative": (15, 13, 9, 14, 9, 15, 8, 5, 5, 3, 6, 4, 0),
    "neutral": (7, 9, 10, 8, 11, 6, 9, 8, 9, 7, 8, 8, 0),
    "positive": (5, 15, 11, 5, 10, 20, 12, 6, 5, 5, 3, 7, 0),
}

LABELLED_SHARE, LABEL_ERROR = 0.12, 0.04
# Of the samples that are labelled once the world is loaded: slips of the second reader, mentions judged by intent.
READER_ERROR, INTENTS_PER_BRAND = 0.08, 120

# What wrong answers cost, in looks at a post by its own people: missed, false alarm, a look.
COSTS = {
    "sentiment": {"negative": (4.0, 1.0, 0.5)},
    "intents": {"pr_risk": (20.0, 1.0, 0.5), "churn_threat": (8.0, 1.0, 0.5)},
}


@dataclass(frozen=True)
class Aim:
    """A target of the own brand, who answers for it and which decision it serves."""

    value: float
    at_least: bool
    owner: str
    decision: str


TARGETS = {
    "net_sentiment": Aim(
        -0.15, True, "Head of Customer Experience", "Two weeks below: owners review the top three topics"
    ),
    "share_answered_24h": Aim(0.75, True, "Head of Social Care", "Two weeks below: add an evening shift"),
    "first_response_time.median": Aim(
        3600.0, False, "Head of Social Care", "Above: give outage posts a prepared answer"
    ),
    "acknowledged_resolution": Aim(
        0.20, True, "Head of Service Quality", "Below: review ten dropped threads a week"
    ),
    "share_of_voice": Aim(0.30, True, "Head of Brand", "A month below: bring the next campaign forward"),
}
