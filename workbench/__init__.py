"""Customer feeling in public, measured: the names that notebooks use.

Names are imported when they are first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    name: f"workbench.{home}"
    for home, names in {
        "audit.opened": ("open_audit",),
        "measures": ("MEASURES",),
        "session": ("open_workbench",),
        "figures.audit_tables": ("audit_table", "vendor_scores_table"),
        "figures.bars": ("bars",),
        "figures.baseline_chart": ("baseline_chart",),
        "figures.baseline_table": ("differs_table",),
        "figures.dots": ("dots",),
        "figures.drift_tables": ("drift_table", "shares_chart", "shares_table", "shown_posts_table"),
        "figures.journey_graph": ("journey_graph",),
        "figures.brand_tables": ("brand_table", "ranks_table", "ways_table"),
        "figures.tables": ("checks_table", "phrases_table", "records_table", "verbatims"),
        "figures.tile_list": ("tiles_preview",),
        "figures.threshold_charts": ("threshold_chart", "threshold_cost_chart"),
        "figures.trend": ("trend",),
        "journeys.graph": ("edges_table",),
        "labels.taxonomy": ("taxonomy",),
        "models.drift": ("check_drift",),
        "models.topic_report": ("report_topics",),
        "reports.audit_standing": ("audit_limits", "preliminary_sentence"),
        "reports.audit_statements": (
            "accuracy_sentence",
            "audit_verdict",
            "brands_sentence",
            "direction_sentence",
            "next_sentence",
            "order_sentence",
        ),
        "reports.baseline_statements": ("baseline_finding",),
        "reports.label_statements": (
            "agreement_sentence",
            "disputes_sentence",
            "error_kinds",
            "likely_errors_sentence",
            "slips",
            "weakest_sentence",
            "who_is_right_sentence",
        ),
        "reports.model_statements": (
            "comparison_sentence",
            "cost_table",
            "few_labels_sentence",
            "held_out_sentence",
            "irony_sentence",
            "model_scores",
            "promotion_sentence",
            "threshold_sentence",
            "training_sentence",
        ),
        "reports.printed_progress": ("printed_progress",),
        "reports.scorecard": ("SCORECARD_LABELS", "scorecard", "scorecard_rows"),
        "reports.statements": (
            "apart_sentence",
            "coverage_sentence",
            "finding",
            "limits_sentence",
            "tile_sentence",
        ),
        "reports.voice_statements": ("voice_sentence",),
        "runs.record": ("record",),
        "statistics.baseline": ("baseline",),
        "statistics.possible_ranks": ("possible_ranks", "told_apart"),
        "statistics.vintages": ("revisions",),
        "statistics.ways": ("CORRECTED", "coverage", "redrawn", "ways_to_a_share"),
        "widgets.kpi_explorer": ("KpiExplorer",),
        "widgets.threshold_tuner": ("ThresholdTuner",),
        "widgets.verbatim_browser": ("VerbatimBrowser",),
        "workbench": ("Workbench",),
    }.items()
    for name in names
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext workbench`` does: see `workbench.notebook_commands`."""
    import_module("workbench.notebook_commands").load(shell)
