"""Specification: the language of a post, and the silence where it cannot be told."""

import csv
import subprocess
import sys
from collections import Counter

import pytest

from workbench.text.language import languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel, it should have been here on Monday", "en"),
        ("Warum funktioniert das Internet schon wieder nicht", "de"),
        ("Mon colis n'est toujours pas arrivé, c'est honteux", "fr"),
        ("No funciona la aplicación desde ayer, ¿qué pasa?", "es"),
        ("Il servizio clienti non risponde mai", "it"),
        ("O atendimento de vocês é péssimo", "pt"),
        ("De klantenservice is echt waardeloos", "nl"),
        ("Служба поддержки не отвечает", "ru"),
        ("خدمة العملاء سيئة جدا", "ar"),
        ("मुझे मेरा पैसा वापस चाहिए", "hi"),
        ("บริการแย่มากไม่เคยตอบเลย", "th"),
        ("この電話は今日もまた壊れています", "ja"),
        ("你们的客服太差了", "zh"),
        ("서비스가 너무 느려요 정말 실망입니다", "ko"),
        ("YOU ARE AMAZING!!! FOLLOW ME BACK, PLEASE 🙏🙏🙏🙏🙏🙏", "en"),
    ],
)
def test_language(text, language):
    assert languages([text]) == [language]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("ok thx", id="short"),
        pytest.param("😡😡😡😡😡😡 123 456 789 000 !!!", id="no letters"),
        pytest.param(
            "@somebody_long @another_long #SomeLongTag https://a.example/path/of/words", id="no words"
        ),
        pytest.param("<USER:0a1b2c3d4e5f> <EMAIL> <CASE:0a1b2c3d4e5f>", id="masked tokens only"),
        pytest.param("xkq zzrtw pqlmf wvxkj", id="no language"),
    ],
)
def test_what_cannot_be_told_is_none(text):
    assert languages([text]) == [None]


def test_tokens_links_and_handles_do_not_decide():
    german = "wo bleibt meine Rechnung"
    around = (
        "@customer_service {} https://help.example/where-is-my-order <USER:0a1b2c3d4e5f> #CustomerService"
    )
    assert languages([around.format(german)]) == languages([german]) == ["de"]


def test_lines_are_read_as_one_text():
    assert languages(["wo bleibt\nmeine\r\nRechnung"]) == ["de"]


def test_a_new_process_starts_without_a_warning_and_without_a_network():
    """Ingest runs it in processes of its own."""
    code = (
        "import socket; socket.socket.connect = None\n"
        "from workbench.text.language import languages\n"
        "print(languages(['Where is my parcel today']))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("['en']", "")


@pytest.mark.research
def test_real_english_tweets_are_english(research_data):
    """7,328 tweets to US airlines, all but a handful English, many of four words."""
    with (research_data / "us_airline" / "tweets.csv").open(encoding="utf-8") as file:
        found = Counter(languages([row["text"] for row in csv.DictReader(file)]))
    assert found["en"] / found.total() > 0.95
    assert (found.total() - found["en"] - found[None]) / found.total() < 0.005
