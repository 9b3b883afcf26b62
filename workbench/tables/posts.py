"""What was said: posts, the brands they speak about, and posts that repeat one another."""

from workbench.tables.table import REAL, TEXT, TIME, WHOLE, YES_NO, Column, Table

# A mention is a post together with one brand it speaks about.
MENTION_KEY = ["post_id", "brand"]

POSTS = Table(
    "posts",
    "One row a post, masked. Posts of customers, brands, bots and promoters alike.",
    ("post_id",),
    (
        Column(
            "post_id",
            TEXT,
            "`platform:native id`; a keyed hash (`sha-…`) where that is an address or the source has none",
            is_required=True,
        ),
        Column("platform", TEXT, "Where it was published: x, reddit, facebook, …", is_required=True),
        Column("author", TEXT, "Keyed pseudonym of the account (HMAC-SHA-256)"),
        Column("author_role", TEXT, "customer, brand, bot, promoter or unknown", is_required=True),
        Column("kind", TEXT, "post, reply, comment, review, direct_message or ticket", is_required=True),
        Column("text", TEXT, "Masked text; captions and alt text are in `media`", is_required=True),
        Column("language", TEXT, "ISO 639-1 code; null where too short or doubtful"),
        Column("is_asking", YES_NO, "Asks something: a question or a request", is_required=True),
        Column("created_at", TIME, "When it was published", is_required=True),
        Column(
            "created_epoch", WHOLE, "The same, for engines without time arithmetic", "s", is_required=True
        ),
        Column("in_reply_to", TEXT, "post_id of the parent"),
        Column(
            "thread_id",
            TEXT,
            "post_id of the thread's first post; its own where it stands alone",
            is_required=True,
        ),
        Column("reach", WHOLE, "Accounts that may have seen it", "accounts"),
        Column("likes", WHOLE, "Likes when collected"),
        Column("shares", WHOLE, "Reposts and shares when collected"),
        Column("media", TEXT, "Masked captions, alt texts and transcripts, joined by line breaks"),
        Column("brand_given", TEXT, "The brand as the source named it, where it did"),
        Column("region", TEXT, "Region or country as the source gave it"),
        Column("product", TEXT, "Product as the source gave it"),
        Column("source", TEXT, "File or service it came from", is_required=True),
        Column("collected_at", TIME, "When it was collected", is_required=True),
        Column("batch_id", TEXT, "The ingest that brought it", is_required=True),
    ),
)

MENTIONS = Table(
    "mentions",
    "A post together with one brand it speaks about; a post that names three brands is three mentions.",
    ("post_id", "brand"),
    (
        Column("post_id", TEXT, "The post", is_required=True),
        Column("brand", TEXT, "Name of the brand", is_required=True),
        Column("product", TEXT, "Product of that brand, where named"),
        Column("region", TEXT, "Region, where known"),
        Column("is_relevant", YES_NO, "Speaks about the brand: no namesake, no feed", is_required=True),
        Column("directed_at", TEXT, "Brand whose account the post addresses, if any"),
        Column(
            "found_by",
            TEXT,
            "given by the source, author, account, keyword, or thread (a reply)",
            is_required=True,
        ),
        Column("rules", TEXT, "Fingerprint of the brand rules that made this row", is_required=True),
    ),
)

NEAR_DUPLICATES = Table(
    "near_duplicates",
    "Posts that say almost the same as an earlier one.",
    ("post_id",),
    (
        Column("post_id", TEXT, "The later post", is_required=True),
        Column("duplicate_of", TEXT, "The earliest post of its group", is_required=True),
        Column("similarity", REAL, "Jaccard similarity of their word shingles", "0–1", is_required=True),
    ),
)
