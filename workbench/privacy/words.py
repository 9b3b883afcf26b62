"""What the words before a number say that it is: "order number is …", "born …", "call …"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\s:#=/()\[\]\"'*-]+")
_REACH = 48


class Name(NamedTuple):
    """What a number is called, whether the words say that a number follows, and how many stand between."""

    kind: str
    is_marked: bool
    distance: int


def words(text: str) -> frozenset[str]:
    """The words of a list written as text."""
    return frozenset(text.split())


def named(text: str, start: int) -> Name | None:
    """What the words right before `start` call the number there; None where they do not.

    Examples
    --------
    >>> named("My order number is 123456", 19)
    Name(kind='CASE', is_marked=True, distance=2)
    >>> named("We ordered 123456", 11) is None
    True
    """
    before = text[max(0, start - _REACH) : start]
    if start > _REACH:
        before = before.partition(" ")[2]  # its first word may be the end of a longer one
    is_marked = before.rstrip().endswith(("#", ":", "="))
    is_towards, is_dated, following = False, False, ""
    for distance, word in enumerate(_backwards(before)):
        kind = _NOUNS.get(word) or _PHRASES.get((word, following))
        if kind:
            is_apart = is_towards and kind not in ("PHONE", "DOB")  # "ask reservations at 555-1234"
            is_apart = is_apart or (is_dated and kind != "DOB")  # "Bestellung am 24.02.2015"
            return None if is_apart else Name(kind, is_marked or word in _SELF_EVIDENT, distance)
        is_dated = is_dated or word in _BEFORE_DATES
        if word not in _GLUE and word not in _BEFORE_DATES:
            return None
        is_marked = is_marked or word in _MARKS
        is_towards = is_towards or word in _TOWARDS
        following = word
    return None


def _backwards(text: str) -> Iterator[str]:
    """Words from the last one on, in small letters; read as far as they are asked for."""
    for chunk in reversed(text.split()):
        yield from reversed(_WORD.findall(chunk.casefold()))


def is_noun(word: str) -> bool:
    """Whether the word can name or announce the number after it ("order", "nr")."""
    return word.casefold() in _NOUNS or word.casefold() in _MARKS


# Words that say "a number follows".
_MARKS = words("""
    number numbers no no. nr nr. num num. id code codes nummer numéro numero número n° nº № ref ref.
""")
_NOUNS_OF_KINDS = {
    "CASE": words("""
        order orders orderid case cases ticket tickets booking bookings reservation reservations
        confirmation conf reference references ref ref. incident incidents complaint complaints claim claims
        tracking invoice invoices pnr locator shipment parcel package rma sr return refund dispute
        appointment tag tags bestellnummer bestellung bestellungen bestellnr bestellnr. auftrag auftragsnummer
        vorgang vorgangsnummer fallnummer ticketnummer ticketnr buchung buchungsnummer buchungscode sendung
        sendungsnummer rechnungsnummer rechnung referenznummer aktenzeichen reservierung reservierungsnummer
        commande commandes dossier réservation référence suivi facture réclamation pedido pedidos caso
        reserva reservación referencia incidencia factura protocolo encomenda ordine pratica prenotazione
        fattura segnalazione bestelling bestelnummer zaaknummer boeking boekingsnummer
    """),
    "ID": words("""
        ssn itin nino bsn burgerservicenummer nhs passport passeport pasaporte passaporto reisepass
        reisepassnummer license licence account membership member loyalty policy customer kundennummer
        kundennr kundennr. vertragsnummer kontonummer versicherungsnummer personalausweis
        personalausweisnummer ausweisnummer steuer steuernummer steueridentifikationsnummer
        sozialversicherungsnummer klantnummer dni nie nif pesel aadhaar aadhar cpf curp personnummer
        rijksregisternummer avs ahv
    """),
    "CARD": words("""
        card cards visa mastercard amex kreditkarte kreditkartennummer karte carte tarjeta carta cartão cc
    """),
    "PHONE": words("""
        phone phones telephone tel tel. telefon telefonnummer telefono teléfono téléphone telefone handy
        handynummer mobil mobile mob mob. cell cellphone fax call calling called ring text sms whatsapp dial
        contact reach reach landline rufnummer anrufen appelez portable móvil movil llamar llame cellulare bel gsm
        hotline desk
    """),
    "DOB": words("""
        dob d.o.b d.o.b. birth born birthdate birthday geboren geb geb. geburtsdatum née né naissance nacimiento
        nacido nacida nascido nascida nascita nato nata geboortedatum
    """),
}
_NOUNS = {noun: kind for kind, nouns in _NOUNS_OF_KINDS.items() for noun in nouns}
_PHRASES = {
    ("social", "security"): "ID",
    ("national", "insurance"): "ID",
    ("frequent", "flyer"): "ID",
    ("frequent", "flier"): "ID",
    ("tax", "id"): "ID",
    ("codice", "fiscale"): "ID",
    ("service", "request"): "CASE",
    ("my", "number"): "PHONE",
    ("his", "number"): "PHONE",
    ("her", "number"): "PHONE",
    ("our", "number"): "PHONE",
}
_TOWARDS = words("me us him her them at on to back under unter sous")
# What stands before a date in other languages ("geboren am").
_BEFORE_DATES = words("am op em den")
# Words that may stand between; the second words of phrases are some of them.
_GLUE = (
    _MARKS
    | _TOWARDS
    | {second for _first, second in _PHRASES}
    | words("""
        is was are were the my our your a an of with it its here's it's ending please pls plz ist war lautet meine
        mein die der das
        est ma mon de la le es mi el è il mio
    """)
)
# These speak of numbers only: no "#" or "number" is needed after them.
_SELF_EVIDENT = words("""
    pnr ref ref. reference locator tracking rma ssn itin nino bsn orderid bestellnummer auftragsnummer
    vorgangsnummer fallnummer ticketnummer buchungsnummer buchungscode sendungsnummer rechnungsnummer
    referenznummer aktenzeichen reservierungsnummer bestelnummer zaaknummer boekingsnummer référence
    referencia kundennummer klantnummer
""")
