"""Replies that name no brand speak about the brand of their thread."""

import pyarrow as pa
import pyarrow.compute as pc

from workbench.store.lake import Lake


def inherit_mentions(lake: Lake) -> int:
    """Give each reply without a mention those of its thread's first post; gives their number.

    "Thanks, it works again" names nobody, and without it no conversation would ever end well.
    """
    mentions = lake.read("mentions", ["post_id", "brand", "product", "is_relevant", "rules"])
    # Never held by a name: with many posts, what is not silent is most of the memory.
    silent = lake.read("posts", ["post_id", "thread_id", "in_reply_to"], where="post_id <> thread_id").join(
        mentions.select(["post_id"]), "post_id", join_type="left anti"
    )
    of_thread = mentions.rename_columns(["thread_id", *mentions.column_names[1:]])
    found = silent.join(of_thread, "thread_id", join_type="inner")
    by_brand = lake.read("posts", ["post_id"], where="author_role = 'brand'")
    asked = by_brand.rename_columns(["in_reply_to"])
    asked = asked.append_column("to_brand", pa.array([True] * asked.num_rows, pa.bool_()))
    found = found.join(asked, "in_reply_to", join_type="left outer")
    to_brand = pc.fill_null(found["to_brand"], False)
    directed = pc.if_else(to_brand, found["brand"], pa.scalar(None, pa.string()))
    rows = found.select(["post_id", "brand", "product", "is_relevant", "rules"])
    rows = rows.append_column("directed_at", directed)
    rows = rows.append_column("found_by", pa.array(["thread"] * rows.num_rows, pa.string()))
    return lake.merge("mentions", rows)
