"""Presidio's pattern recognisers on a blank English model, without a network: what masking is measured beside."""

from collections.abc import Callable
from typing import Any

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine


def pattern_recognisers(entities: list[str]) -> Callable[[str], list[Any]]:
    """Function that finds these entities in a text."""
    # Its e-mail recogniser would fetch the list of public suffixes; the packaged one does.
    offline = tldextract.TLDExtract(suffix_list_urls=(), fallback_to_snapshot=True)
    tldextract.extract = offline
    tldextract.tldextract.TLD_EXTRACTOR = offline
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda text: analyzer.analyze(text, language="en", entities=entities)
