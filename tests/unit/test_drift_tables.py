"""Tables of a look for drift: alarms, what is not known, and posts in their words."""

from workbench.figures.drift_tables import drift_table, shares_chart, shares_table, shown_posts_table

SHARE = {"label": "negative", "difference": 0.1, "low": 0.02, "high": 0.2, "labels": 90, "status": "ok"}
WATCHED = {"evidence": 70.0, "evidence_needed": 60.0, "is_alarm": True, "alarm_at": 40}
FOUND = {
    "alarms": ["share.negative"],
    "not_known": ["accuracy"],
    "finding": ["Nothing is known.", "Nothing changed.", "Shares have changed."],
    "shares": [SHARE | WATCHED],
    "posts": [
        {"shows": "a change", "post_id": "x:1", "platform": "x", "text": "<USER:0123456789ab> is <b>late"}
    ],
    "not_quoted": {"a change": 2, "another": 1},
}


def test_each_place_alarms_or_not_or_is_not_known():
    html = drift_table(FOUND).data
    assert [html.index(word) for word in ("not known", ">no<", ">yes<")] == sorted(
        html.index(word) for word in ("not known", ">no<", ">yes<")
    )
    assert "60" in shares_table(FOUND).data


def test_posts_are_escaped_and_masks_named():
    html = shown_posts_table(FOUND).data
    assert "@someone" in html
    assert "0123456789ab" not in html
    assert "&lt;b&gt;late" in html
    assert "2 posts are not quoted" in html
    assert "1 post is not quoted" in html
    assert "no posts to show" in shown_posts_table(FOUND | {"alarms": [], "posts": [], "not_quoted": {}}).data


def test_shares_are_drawn_where_they_are_known():
    assert "negative" in shares_chart(FOUND).to_json()
    unknown = FOUND | {"shares": [SHARE | WATCHED | {"status": "few labels"}]}
    assert "Shares have changed." in shares_chart(unknown).data
