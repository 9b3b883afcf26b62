"""Only masked posts that may be quoted are read; what is ticked is sent, teaches, and never estimates."""

import re

import pandas as pd
import pytest
from unit.explored import explored
from unit.labelling import SENTIMENT, filled, frame_of

from workbench.labels.drawn_mentions import drawn_mentions
from workbench.labels.keys import mention_key
from workbench.labels.picked import picked_queue
from workbench.labels.projects import PICK, purpose_of
from workbench.labels.queues import draw_sample
from workbench.labels.validation import check_rows
from workbench.settings import parse_settings
from workbench.tables.strategies import ESTIMATION, PICKED, TRAINS
from workbench.widgets.verbatim_browser import VerbatimBrowser

KEY = bytes(32)


@pytest.fixture
def browser(tmp_path):
    wb = explored(tmp_path)
    yield VerbatimBrowser(wb)
    wb.engine.close()


def ticks(browser):
    return [box.value for box, _ in browser._rows]


def tick(browser, place):
    browser._rows[place][0].value = True


def test_posts_are_masked_and_those_that_may_not_be_quoted_are_counted(browser):
    browser.sentiment.value = ""
    assert set(browser.posts["platform"]) == {"x"}
    page = "".join(browser.shown)
    assert '<span class="masked">e-mail</span>' in page
    assert "&lt;EMAIL" not in page
    assert "1–6 of 100 posts. 12 more on facebook are not shown" in page
    assert browser.platform.options == (("any", ""), ("x", "x"))


def test_posts_are_chosen_by_brand_sentiment_period_and_words(browser):
    assert len(browser.posts) == 45  # of the own brand, negative
    browser.period.slider.index = (1, 1)
    assert set(browser.posts["week"]) == {"2026-W11"}
    browser.words.value = "SLOW line"
    assert browser.posts["text"].str.contains("slow").all()
    assert 0 < len(browser.posts) < 30
    browser.brand.value = "Bolt"
    assert set(browser.posts["brand"]) == {"Bolt"}
    browser.words.value = "nobody says this"
    assert "No post that may be quoted is like this" in browser.shown[-2]
    assert all(box.layout.display == "none" for box, _ in browser._rows)


def test_pages_turn_to_the_ends_and_show_every_post_once(browser):
    assert browser.back.disabled
    seen = []
    for _ in range(browser.page.max):
        seen += re.findall(r"</span> (\d+)</blockquote>", "".join(browser.shown))
        browser.on.click()
    assert browser.on.disabled
    assert browser.page.value == browser.page.max == 8
    assert sorted(seen) == sorted(browser.posts["post_id"].str.removeprefix("x:"))


def test_ticks_stay_with_their_posts_from_page_to_page(browser):
    tick(browser, 1)
    second = browser.posts["post_id"][1]
    browser.on.click()
    assert ticks(browser) == [False] * 6
    tick(browser, 0)
    browser.back.click()
    assert ticks(browser) == [False, True, False, False, False, False]
    assert browser.picked["post_id"].tolist() == [second, browser.posts["post_id"][6]]
    assert browser.send.description == "Send 2 posts to labelling"
    browser.order.value = "oldest first"
    assert len(browser.picked) == 2, "another order unticks nothing"
    browser.clear.click()
    assert browser.picked.empty
    assert browser.send.disabled


def test_without_label_studio_the_ticks_stay_and_it_is_said(browser):
    tick(browser, 0)
    browser.send.click()
    assert 'role="alert"' in browser.shown[-1]
    assert "Label Studio does not run. Start it: workbench labels up." in browser.shown[-1]
    assert "Your ticks stay: sent again, nothing is there twice." in browser.shown[-1]
    assert len(browser.picked) == 1


def test_what_a_sample_drew_stays_with_its_sample(tmp_path):
    lake = filled(tmp_path)
    settings = parse_settings({}, folder=tmp_path)
    drawn = draw_sample(lake, frame_of(lake), sample_id="s", per_stratum=5, seed=1).rows
    left = frame_of(lake)[lambda frame: ~frame["post_id"].isin(drawn["post_id"])].head(2)
    gone = pd.DataFrame({"post_id": ["x:gone"], "brand": ["Acme"]})
    queue = picked_queue(
        lake, settings, "sentiment", pd.concat([drawn[["post_id", "brand"]].head(3), left, left, gone])
    )
    assert queue.rows["post_id"].tolist() == left["post_id"].tolist()
    assert (queue.drawn, queue.gone) == (3, 1)
    check_rows(queue.rows, SENTIMENT)
    assert purpose_of(list(queue.rows["strategy"])) == PICK


def test_what_was_picked_teaches_and_never_estimates(tmp_path):
    assert PICKED in TRAINS
    assert PICKED not in ESTIMATION
    found = drawn_mentions(filled(tmp_path), KEY, SENTIMENT, PICK)
    mention = found[mention_key(KEY, "sentiment", "x:Acme-3", "Acme")]
    assert (mention.strategy, mention.sample_id, mention.inclusion_probability) == (
        PICKED,
        "sentiment-picked",
        None,
    )
