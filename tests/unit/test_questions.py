"""Specification: does a post ask something? A small set marked by hand, and the edges of the rules."""

import csv

import pytest

from workbench.text.questions import is_asking

# Written and marked for this test: it is small, and shows kinds of asking more than their frequency.
ASKING = """
@Acme where is my order
@Acme why does the app crash every morning
@Acme can you help me with my bill
Hello @Acme, is there a problem with the network in Leeds?
Please call me back about the refund
still waiting for a reply from your team
need help, my card was charged twice
Does anyone know when the new phone comes out
how do i cancel my contract
@Acme any update on the outage
DM me please
I would like to know why I was charged again
@Acme fix it
wondering if you ship to Norway
get back to me, this is urgent
what's the point of a warranty if nobody answers??
@Acme my parcel is lost. Who can I call
I want my money back, I want a refund
you lost my luggage, tell me where it is
@Acme when will my internet work again
@Acme wann kommt mein Paket
Könnt ihr mir bitte sagen, was mit meiner Bestellung ist
Warum funktioniert die App nicht
Ich brauche Hilfe mit meiner Rechnung
@Acme pouvez-vous me rappeler
Bonjour, où est mon colis
j'attends toujours une réponse, merci de me contacter
@Acme ¿dónde está mi pedido?
necesito ayuda con mi factura
alguien sabe si la tienda abre hoy
@Acme quando arriva il mio pacco
potete aiutarmi con la fattura
@Acme como faço para cancelar
alguém sabe se a loja abre hoje
@Acme wanneer komt mijn pakket
kunnen jullie mij helpen met mijn factuur
@Acme my router is dead and your hotline plays music, this is the fourth day without internet
your driver left it in the rain and support has gone silent, I expect this to be sorted
"""
NOT_ASKING = """
Love the new Acme app, works like a charm
@Acme thanks for the quick help!
worst service ever, never again
The agent was very pleasant and pleased to help
I know why they do it, money
Was on hold for an hour, then it was solved
@Acme you people are useless
See our new shop at https://acme.example/store?id=4&ref=x
my parcel came two days early
Acme could have told us before
They showed me how it works and it was easy
Just got my refund, thank you so much
That is what great support looks like
@Acme just announced a new phone
Come on, this is silly
Danke für die schnelle Hilfe
Das Paket war schon gestern da
Das war das letzte Mal
merci beaucoup pour votre aide
le service est lamentable
gracias por todo, excelente atención
la app no funciona desde ayer
ottimo servizio, complimenti
o atendimento foi excelente
pakket netjes op tijd bezorgd
slechtste klantenservice ooit
nobody ever tells us anything
still no internet, day four
The update broke my phone
I hope the strike ends soon
please, as if anyone believes that
seriously? again? unbelievable
"""


def lines(block: str) -> list[str]:
    return block.strip().splitlines()


def test_precision_and_recall_on_a_small_marked_set():
    hits, false = sum(is_asking(lines(ASKING))), sum(is_asking(lines(NOT_ASKING)))
    assert hits / len(lines(ASKING)) >= 0.94  # the last two ask without a usual phrase
    assert hits / (hits + false) >= 0.94  # the last two sound like asking


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("really?", True, id="question mark at the end"),
        pytest.param("again?! no way", True, id="question mark and more"),
        pytest.param("まだですか？", True, id="full-width question mark"),
        pytest.param("أين طلبي؟", True, id="Arabic question mark"),
        pytest.param("look https://a.example/?q=why&x=1", False, id="question mark in a link"),
        pytest.param("PLEASE ANSWER", True, id="capitals"),
        pytest.param("pleased to meet you", False, id="part of a word"),
        pytest.param("I asked myself how they do it", False, id="interrogative that tells"),
        pytest.param("No signal.\nHow do I reset it", True, id="at the opening of a sentence"),
        pytest.param("<USER:0a1b2c3d4e5f> where is my bag", True, id="after a masked handle"),
        pytest.param("", False, id="empty"),
    ],
)
def test_edges(text, expected):
    assert is_asking([text]) == [expected]


def test_no_texts():
    assert is_asking([]) == []


@pytest.mark.research
def test_every_real_tweet_with_a_question_mark_asks(research_data):
    """A third of real tweets to airlines ask; a quarter has a question mark outside a link."""
    with (research_data / "us_airline" / "tweets.csv").open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    asking = is_asking(texts)
    marked = [said for text, said in zip(texts, asking, strict=True) if text.rstrip().endswith("?")]
    assert all(marked)
    assert 0.25 < sum(asking) / len(asking) < 0.4
