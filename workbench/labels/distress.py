"""Posts that may hurt whoever reads them: announced beforehand, skippable, and only so many a queue."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.labels.frames import KEY
from workbench.labels.model_answers import model_in_use
from workbench.labels.texts import texts_of
from workbench.settings import Settings
from workbench.store.lake import Lake

# Kinds of the task "sensitive" that hurt to read; personal data harms others, not the reader.
HURTFUL = ("self_harm", "threat", "hate", "sexual", "child_safety", "injury")
_LIKELY = 0.5
# What is told, not what is figurative: nobody is warned of "you are killing me with these fees".
_TOLD = re.compile(
    r"""\b(?:
        suicid\w* | self[-\s]?harm\w* | kill(?:ed|ing)?\s+(?:my|him|her|them|your)sel(?:f|ves) | end\s+my\s+life
        | want(?:ed|s)?\s+to\s+die | rap(?:ed|ists?|ing) | rape | sexual(?:ly)?\s+(?:assault\w*|abus\w*)
        | molest\w* | pa?edophil\w* | child\s+(?:abuse|porn\w*) | murder(?:ed|ers?|s)? | behead\w* | massacre\w*
        | terror(?:ist)?\s+attack\w* | mass\s+shooting\w* | stabbed | strangl\w+ | dead\s+bod(?:y|ies) | corpses?
        | bled\s+(?:out|to\s+death) | torture[ds]? | stillb\w+ | miscarriage
        | selbstm[oö]rd\w* | suizid\w* | umbringen | vergewaltig\w* | ermord\w* | kindesmissbrauch | leichen?
        | se\s+suicider | violée?s? | assassinée?s? | cadavres?
        | suicidi\w* | suicidar\w* | violad[ao]s? | asesinad[ao]s? | cad[aá]ver(?:es)?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def distressing(texts: Sequence[str]) -> list[bool]:
    """Whether each text tells of violence, abuse or suicide, by its words (English, German, French, Spanish).

    A list of words finds what is said openly and misses much: it rations, it does not protect. Every labeller can
    skip any post.

    Examples
    --------
    >>> distressing(["He wrote that he wants to die", "You are killing me with these fees"])
    [True, False]
    """
    return [bool(_TOLD.search(text)) for text in texts]


def is_distressing(lake: Lake, settings: Settings, mentions: pd.DataFrame) -> np.ndarray:
    """Whether each mention may hurt, by its words or by what the model of the task "sensitive" has said of it.

    Parameters
    ----------
    lake
        Of the posts and predictions.
    settings
        For the model in use.
    mentions
        ``post_id`` and ``brand``.
    """
    by_words = np.array(distressing([text or "" for text in texts_of(lake, mentions)]), dtype=bool)
    model = model_in_use(settings, "sensitive")
    if model is None:
        return by_words
    said = lake.read(
        "predictions",
        [*KEY, "label"],
        where=f"task = 'sensitive' AND model = '{model.name}' AND probability >= {_LIKELY}",
    ).to_pandas()
    hurts = said.loc[said["label"].isin(HURTFUL), KEY].drop_duplicates().assign(hurts=True)
    return by_words | mentions[KEY].merge(hurts, on=KEY, how="left")["hurts"].notna().to_numpy()
