import pandas as pd

from workbench.figures.fragments import table_markup
from workbench.figures.tables import phrases_table
from workbench.figures.tile_list import tiles_markup
from workbench.figures.tiles import Tile
from workbench.reports.displayed import LONGEST, displayed_figures


def test_tiles_cells_and_findings_are_named_as_a_reader_finds_them():
    table = table_markup(
        "Brands", ["Brand", "Unhappy", "Note"], [["Acme", "41 %", "few"]], [False, True, False]
    )
    page = tiles_markup([Tile("Mood", -0.25)]) + table + '<p class="finding">It rose by 3 points.</p>'
    assert [figure["where"] for figure in displayed_figures(page)] == [
        "tile 'Mood'", "table 'Brands', row 'Acme', column 'Unhappy'", "finding 1",
    ]  # fmt: skip
    assert displayed_figures(page)[1]["text"] == "41 %"


def test_the_same_place_twice_has_two_names():
    table = table_markup("Brands", ["Brand", "Posts"], [["Acme", "3"], ["Acme", "4"]], [False, True])
    found = displayed_figures(table)
    assert [figure["text"] for figure in found] == ["3", "4"]
    assert len({figure["where"] for figure in found}) == 2


def test_what_is_too_long_for_a_figure_may_be_somebodys_words_and_is_only_hashed():
    words = "Since 3 days no signal and nobody calls back. " * 4
    assert len(words) > LONGEST
    [found] = displayed_figures(table_markup("Posts", ["Id", "Text"], [["a", words]], [False, False]))
    assert found["text"].startswith("sha256:")
    assert "signal" not in str(found)


def test_a_short_text_with_a_digit_in_a_column_of_words_is_only_hashed_too():
    words = "Ring me at 5, Ann"
    [found, *_] = displayed_figures(table_markup("Posts", ["Id", "Text"], [["a", words]], [False, False]))
    assert (found["where"], words in found["text"]) == ("table 'Posts', row 'a', column 'Text'", False)
    listed = displayed_figures(f"<table><tr><td>{words}</td><td>3.5</td></tr></table>")
    assert "Ann" not in str(listed)
    assert listed[-1]["text"] == "3.5", "without a letter it is nobody's words"


def test_phrases_of_posts_head_their_rows_on_the_page_and_not_in_the_manifest():
    table = phrases_table(pd.DataFrame({"phrase": ["ring me, Ann"], "posts": [412]})).data
    assert "ring me, Ann" in table
    [found] = displayed_figures(table)
    assert found["text"] == "412"
    assert "Ann" not in found["where"]


def test_quotations_and_scripts_are_no_figures():
    page = (
        '<ul class="quotes"><li><blockquote>call 3 times</blockquote></li></ul><script>{"value": 3}</script>'
    )
    assert displayed_figures(page) == []
