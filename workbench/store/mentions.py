"""Mentions made anew when the brands in `workbench.toml` change."""

import pyarrow as pa

from workbench.privacy.pseudonyms import pseudonyms
from workbench.progress import Progress, silent
from workbench.settings import Settings
from workbench.store.lake import Lake
from workbench.store.replies import inherit_mentions
from workbench.store.schema import says
from workbench.text.mentions import mentions_of, rules_fingerprint

_CHUNK = 100_000
# Support tickets teach, and are nothing that was said in public: a ticket that names a brand is no mention of it.
TICKET = "ticket"


def brand_accounts(lake: Lake, settings: Settings) -> dict[str, str]:
    """Brand by account: what the settings declare, and what was learned from the data."""
    learned = lake.read("brands", where="origin = 'data'").to_pylist()
    declared = {
        account.lower().lstrip("@"): name
        for name, brand in settings.brands.items()
        for account in brand.accounts
    }
    return {row["account"]: row["brand"] for row in learned} | declared


def current_rules(lake: Lake, settings: Settings) -> str:
    """Fingerprint of all that decides which brand a post speaks about."""
    return rules_fingerprint(settings.brands, brand_accounts(lake, settings))


def is_outdated(lake: Lake, settings: Settings) -> bool:
    """Whether stored mentions were made by other brand rules than today's."""
    return says(lake).get("brand_rules") != current_rules(lake, settings)


def remember_rules(lake: Lake, settings: Settings) -> None:
    """Write down that all mentions follow today's rules."""
    said = {"name": ["brand_rules"], "value": [current_rules(lake, settings)]}
    lake.merge("lake", pa.table(said), update=True)


def recompute_mentions(
    lake: Lake,
    settings: Settings,
    key: bytes,
    progress: Progress = silent,
) -> int:
    """Make the mentions of all stored posts by today's rules; gives the number of mentions.

    New accounts are found in posts that were masked before they were known, by their pseudonym.
    """
    accounts = brand_accounts(lake, settings)
    made_of = zip(pseudonyms(key, list(accounts)), accounts.values(), strict=True)
    authors = {author: brand for author, brand in made_of if author}
    tokens = {f"<USER:{author[:12]}>": brand for author, brand in authors.items()}
    before = lake.read("mentions", ["post_id", "brand"])
    columns = ["post_id", "text", "media", "author", "author_role", "brand_given", "region", "product"]
    posts = lake.read("posts", columns, where=f"platform <> '{TICKET}'")
    made = []
    for start in range(0, posts.num_rows, _CHUNK):
        made.append(mentions_of(posts.slice(start, _CHUNK), settings.brands, accounts, tokens, authors))
        lake.merge("mentions", made[-1], update=True)
        progress((start + _CHUNK) / posts.num_rows, "mentions by today's brands")
    after = pa.concat_tables(made) if made else before
    lake.delete(
        "mentions",
        before.join(after.select(["post_id", "brand"]), ["post_id", "brand"], join_type="left anti"),
    )
    inherit_mentions(lake)
    remember_rules(lake, settings)
    return after.num_rows
