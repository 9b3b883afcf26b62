"""What a post can do: open with one of the frames, answer, thank, ask again; and whether that asks or judges."""

import numpy as np

from workbench.sample.world import FRAMES, SENTIMENTS, TWO_BRAND_FRAMES

NEGATIVE, NEUTRAL, POSITIVE, NO_STANCE = 0, 1, 2, -1

ALL_FRAMES = FRAMES + TWO_BRAND_FRAMES
# What else a post can do, with the customer's stance in it.
ACTS = {
    "me_too": NEGATIVE, "disagree_bad": NEGATIVE, "again": NEGATIVE, "still_bad": NEGATIVE, "refuses_dm": NEGATIVE,
    "advice": NEUTRAL, "gives_info": NEUTRAL, "sent_dm": NEUTRAL,
    "not_me": POSITIVE, "agree_good": POSITIVE, "thanks": POSITIVE,
    "agent_advice": NO_STANCE, "agent_ask": NO_STANCE, "agent_hand_off": NO_STANCE, "agent_sorry": NO_STANCE,
    "agent_glad": NO_STANCE, "announcement": NO_STANCE,
    "bot": NEUTRAL, "promoter": POSITIVE, "namesake": NO_STANCE, "repost": NO_STANCE,
}  # fmt: skip
ACT_NAMES = tuple(frame.name for frame in ALL_FRAMES) + tuple(ACTS)
CODE = {name: code for code, name in enumerate(ACT_NAMES)}
NOTHING = -1

STANCE = np.array([SENTIMENTS.index(f.sentiment) for f in ALL_FRAMES] + list(ACTS.values()))
ASKING = np.array([f.is_asking for f in ALL_FRAMES] + [name == "again" for name in ACTS])
