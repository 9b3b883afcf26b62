"""Who takes part: customers of each brand, bots, promoters, and the brands' own accounts.

Handles are made of invented syllables so that they name nobody.
"""

from dataclasses import dataclass

import numpy as np

from workbench.sample.arrays import Objects, Real, Whole, YesNo, pick
from workbench.sample.world import BRANDS, LANGUAGES, PLATFORMS, REGIONS

FIRST = (
    "mira", "tobin", "ansel", "jory", "kaya", "lorne", "nessa", "orin", "pella", "quill", "rafe", "sable",
    "tamsin", "ulla", "vesper", "wyn", "yara", "zeb", "alva", "bram", "cleo", "dov", "edda", "fenn",
    "greer", "hollis", "idris", "juno", "kit", "lark", "maeve", "nils", "oona", "perrin", "rhea", "silas",
    "thea", "una", "vigo", "wren",
)  # fmt: skip
ONSET = (
    "tindle", "brack", "quib", "marl", "hoth", "sel", "drum", "plin", "corv", "ost", "nab", "fal", "griz",
    "hum", "jasp", "kel", "lund", "mop", "nev", "olm", "pond", "rud", "sprock", "thist", "umber", "vand",
    "wob", "yel", "zink",
)  # fmt: skip
CODA = (
    "wick", "ley", "shaw", "bury", "worth", "dale", "mere", "combe", "stoke", "bex", "fold", "gate",
    "hurst", "kin", "low", "moor", "nop", "rigg", "tarn", "vane",
)  # fmt: skip
SEPARATORS = ("", "_")


@dataclass(frozen=True)
class People:
    """Accounts, one value each per array. Customers come first, sorted by brand and platform."""

    handle: Objects
    role: Whole
    brand: Whole
    platform: Whole
    region: Whole
    language: Whole
    followers: Whole
    is_lower: YesNo
    drops_marks: YesNo
    emoji_rate: Real
    typo_rate: Real
    is_loud: YesNo
    cell_start: Whole
    cell_size: Whole

    def customers_of(self, rng: np.random.Generator, brand: Whole, platform: Whole) -> Whole:
        """A customer for each pair of brand and platform; some speak far more often than others."""
        start, size = self.cell_start[brand, platform], self.cell_size[brand, platform]
        return start + (size * rng.random(len(brand)) ** 1.7).astype(int)

    def others_than(self, author: Whole, brand: Whole, platform: Whole, rng: np.random.Generator) -> Whole:
        """Another customer of the same brand on the same platform."""
        start, size = self.cell_start[brand, platform], self.cell_size[brand, platform]
        step = 1 + (rng.random(len(brand)) * (size - 1)).astype(int)
        return np.where(author < len(self.role), start + (author - start + step) % size, author)

    def brand_accounts(self) -> Whole:
        """Accounts of each brand: the main one and the one that answers."""
        return np.flatnonzero(self.role == 1).reshape(len(BRANDS), 2)


def make_people(rng: np.random.Generator, posts: int) -> People:
    """As many accounts as `posts` posts need: most speak once or twice, a few all the time."""
    shares = np.outer([b.share for b in BRANDS.values()], [p[0] for p in PLATFORMS.values()])
    size = np.maximum(5, np.round(0.34 * posts * shares)).astype(int)
    brand, platform = np.divmod(np.repeat(np.arange(size.size), size.ravel()), len(PLATFORMS))
    spammers = max(8, posts // 1000)
    role = np.concatenate(
        [np.zeros(len(brand), int), np.full(2 * len(BRANDS), 1), np.repeat([2, 3], spammers)]
    )
    accounts = [account for b in BRANDS.values() for account in b.accounts]
    count, made = len(role), len(role) - len(accounts)
    handle = _handles(rng, made)
    region = pick(rng, np.array([r[0] for r in REGIONS.values()]), count)
    own_language = np.array([LANGUAGES.index(r[1]) for r in REGIONS.values()])[region]
    is_native = rng.random(count) < np.array([r[2] for r in REGIONS.values()])[region]
    return People(
        handle=np.concatenate([handle[: len(brand)], np.array(accounts, object), handle[len(brand) :]]),
        role=role,
        brand=np.concatenate([brand, np.repeat(np.arange(len(BRANDS)), 2), np.full(2 * spammers, -1)]),
        platform=np.concatenate(
            [platform, np.full(len(accounts), -1), rng.integers(0, len(PLATFORMS), 2 * spammers)]
        ),
        region=region,
        language=np.where(is_native & (role == 0), own_language, 0),
        followers=np.where(role == 0, rng.lognormal(5, 1.4, count), rng.lognormal(9, 1, count)).astype(int)
        + 3,
        is_lower=rng.random(count) < 0.28,
        drops_marks=rng.random(count) < 0.22,
        emoji_rate=rng.beta(0.6, 2.2, count),
        typo_rate=rng.beta(0.7, 6, count),
        is_loud=rng.random(count) < 0.15,
        cell_start=(np.cumsum(size.ravel()) - size.ravel()).reshape(size.shape),
        cell_size=size,
    )


def _handles(rng: np.random.Generator, count: int) -> Objects:
    """Distinct handles: a name, two syllables, and a number where that was taken."""
    choices = (FIRST, SEPARATORS, ONSET, CODA)
    parts = [rng.integers(0, len(part), count) for part in choices]
    code = np.ravel_multi_index(parts, tuple(len(part) for part in choices))
    order = np.argsort(code, kind="stable")
    is_first = np.r_[True, np.diff(code[order]) != 0]
    begins = np.maximum.accumulate(np.where(is_first, np.arange(count), 0))
    rank = np.empty(count, int)
    rank[order] = np.arange(count) - begins
    columns = zip(
        *(np.array(part, object)[i] for part, i in zip(choices, parts, strict=True)), rank, strict=True
    )
    return np.array([f"{a}{b}{c}{d}{r * 13 + 4 if r else ''}" for a, b, c, d, r in columns], object)
