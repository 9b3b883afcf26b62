"""Which thread a post belongs to, where the source only says what it answers."""

from collections.abc import Mapping

import pyarrow as pa

from workbench.store.lake import Lake


def thread_roots(parents: Mapping[str, str | None]) -> dict[str, str]:
    """First post of each post's thread, found by following the answers upwards.

    A parent that was never collected still names the thread, so that its answers stay together.
    A circle, which a broken export can hold, ends at its smallest id.

    Examples
    --------
    >>> thread_roots({"a": None, "b": "a", "c": "b", "d": "lost"})
    {'a': 'a', 'b': 'a', 'c': 'a', 'd': 'lost'}
    """
    roots: dict[str, str] = {}
    for post in parents:
        path: list[str] = []
        at, on_path = post, set()
        while at not in roots and at not in on_path and parents.get(at):
            path.append(at)
            on_path.add(at)
            at = parents[at] or at
        root = roots.get(at) or (min(path[path.index(at) :]) if at in on_path else at)
        roots.update(dict.fromkeys([*path, at] if at in parents else path, root))
    return {post: roots[post] for post in parents}


def resolve_threads(lake: Lake) -> int:
    """Give every post the first post of its thread; gives the number of posts that changed."""
    posts = lake.read("posts", ["post_id", "in_reply_to", "thread_id"])
    ids, parents, threads = (posts[name].to_pylist() for name in posts.column_names)
    # A thread that the source itself named is kept: only what points at its own parent is open.
    known = {
        p: (parent if thread in (p, parent) else thread)
        for p, parent, thread in zip(ids, parents, threads, strict=True)
    }
    roots = thread_roots(known)
    changed = [(p, roots[p]) for p, thread in zip(ids, threads, strict=True) if roots[p] != thread]
    rows = pa.table({"post_id": [c[0] for c in changed], "thread_id": [c[1] for c in changed]}, _ROW)
    lake.update("posts", rows)
    return len(changed)


_ROW = pa.schema([("post_id", pa.string()), ("thread_id", pa.string())])
