"""What JupyterLab shows of our objects: figures with intervals and units, models with their limits; all escaped."""

import pandas as pd
import pytest
from unit.explored import explored
from unit.shell import notebook_shell

from workbench.figures.rich import card_markup, enable_rich_display, frame_markup
from workbench.models.lexicon import LexiconModel
from workbench.models.linear import train_linear


@pytest.fixture(scope="module")
def wb(tmp_path_factory):
    made = explored(tmp_path_factory.mktemp("lake"))
    yield made
    made.engine.close()


@pytest.fixture
def shown():
    """What a notebook shows of an object, as HTML."""
    with notebook_shell() as shell:
        enable_rich_display()
        yield lambda thing: shell.display_formatter.format(thing)[0].get("text/html", "")


def test_a_workbench_says_what_lies_in_it_and_who_speaks(wb, shown):
    page = shown(wb)
    assert "152, 2026-03-02 to 2026-03-16" in page
    assert "Acme (own), Bolt (competitor)" in page
    assert "lexicon-1" in page
    assert '<th scope="row">posts</th><td class="number">152</td>' in page


def test_figures_of_a_measure_frame_have_unit_interval_and_kind(wb, shown):
    frame = wb.measures(["sentiment_share"], ["brand", "week"], brand="Acme", week="2026-W11")
    page = shown(frame)
    row = frame[frame["metric"] == "sentiment_share.negative"].iloc[0]
    assert f"{row['value'] * 100:.0f}\xa0% (" in page
    assert "Estimate corrected by 40 labels" in page
    for head in ("Brand", "Week", "Figure", "Posts", "Kind"):
        assert f">{head}</th>" in page


def test_a_long_frame_says_how_much_of_it_is_shown(wb):
    frame = wb.measure("sentiment_share", ["brand", "day", "platform", "product"])
    long = pd.concat([frame] * 3, ignore_index=True)
    page = frame_markup(long)
    assert f"{len(long)} figures, the first 20 shown" in page
    assert page.count('<th scope="row">') == 20


def test_other_frames_are_shown_as_pandas_shows_them(shown):
    frame = pd.DataFrame({"brand": ["<b>Acme"], "posts": [3]})
    assert shown(frame) == frame._repr_html_()
    assert shown(pd.DataFrame([[1, 2]], columns=["metric", "metric"])) != ""


def test_a_model_says_what_it_learned_and_where_not_to_trust_it(shown):
    texts = [f"{word} {n}" for n in range(12) for word in ("slow line", "kind help", "opening hours")]
    labels = ["negative", "positive", "neutral"] * 12
    model = train_linear(texts, labels)
    page = shown(model)
    assert f"Model {model.name}" in page
    assert "36 texts" in page
    assert f"{model.card['scores']['macro_f1']:.2f}".rstrip("0") in page
    assert "nothing of yours" in shown(LexiconModel())
    assert "English only" in shown(LexiconModel())


def test_what_is_not_ours_is_escaped(wb):
    frame = wb.measure("volume").assign(brand="<script>")
    assert "<script" not in frame_markup(frame)
    assert "<script" not in card_markup({"name": "<script>", "limits": ["<script>"]})
