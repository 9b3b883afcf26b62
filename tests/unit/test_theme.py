"""Contrast and distance of the theme's colours, also to colour-blind eyes."""

import itertools

import numpy as np
import pytest

from workbench.figures.theme import PALETTE, SERIES, in_dark, series_colors

SCREENS = {"light": 0, "dark": 1}

# Severe colour blindness in linear RGB; Machado, Oliveira and Fernandes 2009.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def linear(color):
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """Contrast of WCAG 2."""
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(color, eye):
    """A colour in Oklab, where distance is what the eye sees (Ottosson 2020)."""
    rgb = np.clip(EYES[eye] @ linear(color), 0, 1)
    cones = np.array(
        [
            [0.41222147, 0.53633254, 0.05144599],
            [0.21190350, 0.68069955, 0.10739696],
            [0.08830246, 0.28171884, 0.62997870],
        ]
    )
    mix = np.array(
        [
            [0.21045426, 0.79361779, -0.00407205],
            [1.97799850, -2.42859221, 0.45059371],
            [0.02590404, 0.78277177, -0.80867577],
        ]
    )
    return mix @ np.cbrt(cones @ rgb)


def distance(a, b, eye):
    return float(np.linalg.norm(oklab(a, eye) - oklab(b, eye)))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("role", ["ink", "muted", "own"])
def test_text_is_readable(role, screen):
    paper = PALETTE["paper"][SCREENS[screen]]
    assert contrast(PALETTE[role][SCREENS[screen]], paper) >= 4.5


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "pair", [*(PALETTE[r] for r in ("rival", "negative", "neutral", "positive")), *SERIES]
)
def test_lines_and_bars_stand_out(pair, screen):
    assert contrast(pair[SCREENS[screen]], PALETTE["paper"][SCREENS[screen]]) >= 3


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("screen", SCREENS)
def test_what_means_something_can_be_told_apart(screen, eye):
    groups = [[PALETTE[r] for r in ("negative", "neutral", "positive")], [PALETTE["own"], PALETTE["rival"]]]
    for a, b in itertools.chain.from_iterable(itertools.combinations(group, 2) for group in groups):
        assert distance(a[SCREENS[screen]], b[SCREENS[screen]], eye) > 0.12


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("screen", SCREENS)
def test_series_can_be_told_apart(screen, eye):
    """Less far than meanings: each line also bears its name."""
    for a, b in itertools.combinations(SERIES, 2):
        assert distance(a[SCREENS[screen]], b[SCREENS[screen]], eye) > 0.1


def test_each_light_colour_has_one_dark_one():
    pairs = [*PALETTE.values(), *SERIES]
    assert in_dark() == dict(pairs)
    assert len(in_dark()) == len(set(pairs)), "two roles share a light colour, and differ in the dark"


def test_without_a_brand_of_ours_each_series_has_a_colour():
    assert len(set(series_colors(list("abcdef")))) == 6
