"""Move the threshold of each label and see precision, recall, cost and work for people change."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as controls
import pandas as pd

from workbench.errors import WorkbenchError, did_you_mean
from workbench.figures.fragments import fragment, table_markup
from workbench.figures.numbers import format_interval, format_value, with_interval
from workbench.figures.threshold_charts import threshold_chart, threshold_cost_chart
from workbench.models.held_out_answers import HeldOutAnswers
from workbench.models.threshold_curve import threshold_curve
from workbench.models.thresholds import threshold_for
from workbench.settings import Cost, toml_key
from workbench.widgets.still import STYLE, still

# As fine as what the costs ask for needs: a miss that costs 500 false alarms asks for a threshold of .002.
_STEPS, _FINE_STEPS = 100, 1_000
_FINE_BELOW = 0.05  # from either end
_WIDTH = 500  # of the charts, in pixels: half a page of JupyterLab
_FIGURES = {
    "threshold": ("Threshold", "share"),
    "people": ("People see", "share"),
    "precision": ("Precision", "share"),
    "recall": ("Recall", "share"),
    "found": ("Found, with people", "share"),
    "to_people": ("Left to people", "share"),
    "cost_per_1000": ("Cost of 1,000 posts", ""),
}


class ThresholdTuner(controls.VBox):
    """A slider and a number for each label; a table and charts of what they do, on posts that people labelled.

    Both are moved by mouse or keyboard (arrows, page up and down). Where people can be asked, they see the posts
    around the threshold (`workbench.models.thresholds.rule_at`). Nothing is kept: a threshold follows from the
    costs in `workbench.toml`, and one that suits better is an argument for other costs.

    Parameters
    ----------
    answers
        What a model says of labelled posts that it has not learned from.
    costs
        By label, what its wrong answers cost; only these labels are tuned.

    Raises
    ------
    WorkbenchError
        There are no costs, or one of them is of no label of the model.

    Examples
    --------
    In a notebook::

        from workbench import ThresholdTuner, open_workbench
        task = open_workbench().task("intents")
        ThresholdTuner(task.held_out_answers(), task.costs)
    """

    def __init__(self, answers: HeldOutAnswers, costs: Mapping[str, Cost]) -> None:
        _check(answers, costs)
        self.curves = {label: _curve(answers, label, cost) for label, cost in costs.items()}
        self._shown = next(iter(costs))
        self.sliders = {label: _slider(label, curve) for label, curve in self.curves.items()}
        self._figures, self._charts = controls.HTML(), controls.HTML()
        self.numbers = {label: _number(label, slider) for label, slider in self.sliders.items()}
        rows = [controls.HBox([self.numbers[label], slider]) for label, slider in self.sliders.items()]
        back = controls.Button(description="As the costs ask", tooltip="Put every threshold back")
        back.on_click(lambda _: self.reset())
        left = controls.VBox([*rows, back, self._figures], layout={"flex": "1 1 430px", "min_width": "0"})
        self._charts.layout = {"flex": "1 1 430px", "min_width": "0"}
        beside = controls.Box([left, self._charts], layout={"display": "flex", "flex_flow": "row wrap"})
        super().__init__([beside])
        for label, slider in self.sliders.items():
            slider.observe(self._moved(label), "value")
        self._draw()

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of each label as it stands."""
        return {label: round(slider.value, 3) for label, slider in self.sliders.items()}

    @property
    def asked_for(self) -> pd.DataFrame:
        """What the thresholds do that the costs ask for: a row a label, as `figures`."""
        rows = [curve[curve["is_asked_for"]].assign(label=label) for label, curve in self.curves.items()]
        return pd.concat(rows, ignore_index=True)

    @property
    def figures(self) -> pd.DataFrame:
        """What the thresholds do: a row a label, with the columns of `threshold_curve`."""
        rows = [_at(self.curves[label], value) for label, value in self.thresholds.items()]
        return pd.DataFrame(rows).reset_index(drop=True).assign(label=list(self.sliders))

    @property
    def shown(self) -> tuple[str, str]:
        """Markup of the table and of the charts, as they stand in the page."""
        return self._figures.value, self._charts.value

    def reset(self) -> None:
        """Put every threshold back to where the costs ask for it."""
        for label, slider in self.sliders.items():
            slider.value = _asked(self.curves[label])

    def _moved(self, label: str) -> Callable[[Any], None]:
        def redraw(_change: Any) -> None:
            self._shown = label
            self._draw()

        return redraw

    def _draw(self) -> None:
        self._figures.value = _table(self.figures)
        curve, chosen = self.curves[self._shown], self.thresholds[self._shown]
        charts = (threshold_chart, threshold_cost_chart)
        drawn = [draw(curve, self._shown, chosen).properties(width=_WIDTH) for draw in charts]
        self._charts.value = STYLE + "".join(still(chart.to_dict()) for chart in drawn)


def _check(answers: HeldOutAnswers, costs: Mapping[str, Cost]) -> None:
    if not costs:
        raise WorkbenchError(
            "without costs no threshold is better than another. Say in workbench.toml what wrong answers cost: "
            f"[costs.<task>.{toml_key(answers.labels[0])}] missed = 20, false_alarm = 1, review = 0.5."
        )
    for label in costs:
        if label not in answers.labels:
            raise WorkbenchError(
                f"there are costs of '{label}', which is no label of the model."
                f"{did_you_mean(label, answers.labels)} Labels: {', '.join(answers.labels)}."
            )


def _curve(answers: HeldOutAnswers, label: str, cost: Cost) -> pd.DataFrame:
    probabilities, holds, weights = answers.of(label)
    return threshold_curve(probabilities, holds, cost, weights, steps=_steps(threshold_for(cost)))


def _steps(asked: float) -> int:
    return _STEPS if _FINE_BELOW <= asked <= 1 - _FINE_BELOW else _FINE_STEPS


def _asked_exactly(curve: pd.DataFrame) -> float:
    return float(curve.loc[curve["is_asked_for"], "threshold"].iloc[0])


def _asked(curve: pd.DataFrame) -> float:
    """The step that is nearest to what the costs ask for; not 0 or 1, which would say the same of every post."""
    asked = _asked_exactly(curve)
    steps = _steps(asked)
    return min(max(round(asked * steps), 1), steps - 1) / steps


def _at(curve: pd.DataFrame, threshold: float) -> pd.Series:
    return curve.iloc[(curve["threshold"] - threshold).abs().to_numpy().argmin()]


def _slider(label: str, curve: pd.DataFrame) -> controls.FloatSlider:
    return controls.FloatSlider(
        _asked(curve), min=0, max=1, step=1 / _steps(_asked_exactly(curve)), readout=False, continuous_update=False,
        tooltip=f"Threshold for {label}", layout={"width": "16em"},
    )  # fmt: skip


def _number(label: str, slider: controls.FloatSlider) -> controls.BoundedFloatText:
    """The slider's value as a number. The slider can be given no name; this has one, for those who hear the page."""
    number = controls.BoundedFloatText(
        slider.value, min=0, max=1, step=slider.step, description=label, style={"description_width": "8em"},
        layout={"width": "14em"},
    )  # fmt: skip
    # In the browser and not by way of the kernel, whose answer the field drops while it awaits its own echo.
    controls.jslink((slider, "value"), (number, "value"))
    return number


def _table(figures: pd.DataFrame) -> str:
    """A row a figure and a column a label: so the table stays narrow enough to stand beside the charts."""
    labels = figures.to_dict("records")
    rows = [
        [title, *(_cell(label, name, unit) for label in labels)] for name, (title, unit) in _FIGURES.items()
    ]
    heads = ["Figure", *(str(label["label"]) for label in labels)]
    caption = "What these thresholds do, with 95 % intervals"
    return str(fragment(table_markup(caption, heads, rows, [False] + [True] * len(labels)), "table").data)


def _cell(row: Mapping[Any, Any], name: str, unit: str) -> str:
    if name == "threshold":
        return format_value(row[name], unit)
    if name == "people":
        low, high = row["people_from"], row["people_to"]
        return format_interval(low, high, unit) if low < high else "nothing"
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if not unit:  # of a cost no more than the whole is known
        value, low, high = round(value), round(low), round(high)
    return with_interval(value, low, high, unit)
