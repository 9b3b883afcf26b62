"""What an audit shows, in sentences and as plain data."""

from typing import Any

from workbench.audit.opened import Audit
from workbench.reports.audit_standing import audit_limits, preliminary_sentence
from workbench.reports.audit_statements import (
    accuracy_sentence,
    audit_verdict,
    brands_sentence,
    direction_sentence,
    next_sentence,
    order_sentence,
)
from workbench.runs.record import json_safe


def standing_of(audit: Audit) -> dict[str, Any]:
    """How far the audit is."""
    now = audit.standing
    status = "preliminary" if now.is_preliminary else "complete"
    return {
        "audit": now.name,
        "status": status if now.labelled else "no labels yet",
        "brands": now.brands,
        "posts": now.posts,
        "drawn": now.drawn,
        "labelled": now.labelled,
        "folder": str(audit.world.folder),
    }


def findings(audit: Audit, label: str = "negative") -> list[str]:
    """The findings in sentences, the verdict first."""
    scores, brands = audit.scores(), audit.shares("brand")
    said = [
        f"{audit_verdict(scores, audit.standing)}.",
        accuracy_sentence(scores, audit.most_common(), audit.standing),
        direction_sentence(audit.shares()),
        brands_sentence(brands, label),
        order_sentence(audit.ranks(label), label),
        next_sentence(audit.next_labels(label), audit.standing),
        preliminary_sentence(audit.standing),
        audit_limits(audit.standing, scores),
    ]
    return [sentence for sentence in said if sentence]


def result(audit: Audit, label: str = "negative") -> dict[str, Any]:
    """Every figure of an audit in plain JSON terms; without labels only how far it is."""
    told: dict[str, Any] = standing_of(audit)
    if not audit.standing.judged:
        return {**told, "result": None}
    scores = audit.scores()
    figures = {
        row["metric"]: {name: row[name] for name in ("value", "low", "high", "labels")}
        for row in scores.to_dict("records")
    }
    columns = ["brand", "metric", "vendor", "value", "low", "high", "error", "verdict", "posts", "labels"]
    ranks = ["brand", "vendor", "value", "vendor_rank", "rank_low", "rank_high", "alike", "reversed_with"]
    return json_safe(
        {
            **told,
            "result": {
                "scores": figures,
                "overall": audit.shares()[columns[1:]].to_dict("records"),
                "shares": audit.shares("brand")[columns].to_dict("records"),
                "ranks": audit.ranks(label)[ranks].to_dict("records"),
                "next_labels": audit.next_labels(label).to_dict("records"),
                "findings": findings(audit, label),
            },
        }
    )
