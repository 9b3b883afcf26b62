"""Specification: what is masked, what stays, and what holds for every text."""

import time

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from workbench.privacy.masking import NO_KEY, count_kinds, find_personal, mask_text, mask_texts
from workbench.privacy.pseudonyms import case_token, pseudonym
from workbench.privacy.words import words

KEY = bytes(range(32))
BRANDS = frozenset({"acme"})


def mask(text: str) -> str:
    return mask_text(text, KEY, BRANDS)


def user(account: str) -> str:
    return f"<USER:{pseudonym(KEY, account)[:12]}>"


def case(number: str) -> str:
    return f"<CASE:{case_token(KEY, number)}>"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail j.doe+x@mail.example, please", "mail <EMAIL>, please"),
        ("mailto:jane@mail.example", "mailto:<EMAIL>"),
        ("write to jane [at] mail (dot) example!", "write to <EMAIL>!"),
        ("jane dot doe at mail dot com", "jane dot <EMAIL>"),
        ("jane AT mail DOT com", "<EMAIL>"),
        ("jane (AT) mail.com", "<EMAIL>"),
        ("jane{at}mail.com or jane [ at ] mail.com", "<EMAIL> or <EMAIL>"),
        ("geboren am 24.02.1985", "geboren am <DOB>"),
        ("geboren op 24-02-1985", "geboren op <DOB>"),
        ("nascido em 24/02/1985", "nascido em <DOB>"),
        ("geb. 24.02.1985", "geb. <DOB>"),
        ("Bestellung am 24.02.2015", "Bestellung am 24.02.2015"),
        ("jürgen@müller.example", "<EMAIL>"),
        ("call +49 30 1234567 now", "call <PHONE> now"),
        ("call 0044 20 7946 0958", "call <PHONE>"),
        ("(415) 555-2671 or 415.555.2671x12", "<PHONE> or <PHONE>"),
        ("ring 555-1234 please", "ring <PHONE> please"),
        ("06 12 34 56 78", "<PHONE>"),
        ("call me on 82 29 61 55!", "call me on <PHONE>!"),
        ("call 555-1234 20 minutes", "call <PHONE> 20 minutes"),
        ("(+234) 70 94250 556", "<PHONE>"),
        ("ask reservations at 08001234567", "ask reservations at <PHONE>"),
        ("1.2.3.4.4111111111111111", "<IP>.<CARD>"),
        ("0176 12345678 0177 87654321", "<PHONE> <PHONE>"),
        ("tel:+14155552671", "tel:<PHONE>"),
        ("<b>0176 12345678</b>", "<b><PHONE></b>"),
        ("card 4111 1111 1111 1111 12/27", "card <CARD> 12/27"),
        ("3782-822463-10005", "<CARD>"),
        ("card number is 4111 1111 1111 1112", "card number is <CARD>"),
        ("to DE89 3704 0044 0532 0130 00 please", "to <IBAN> please"),
        ("GB29NWBK60161331926819", "<IBAN>"),
        ("from 192.168.1.12:8080", "from <IP>:8080"),
        ("from 2001:db8::ff00:42:8329", "from <IP>"),
        ("SSN 531-21-7351", "SSN <ID>"),
        ("NINO AB 12 34 56 C", "NINO <ID>"),
        ("54362315K and X2482300W", "<ID> and <ID>"),
        ("RSSMRA85T10A562S", "<ID>"),
        ("2 95 10 99 126 111 93", "<ID>"),
        ("Steuer-ID 36574261809", "Steuer-ID <ID>"),
        ("BSN 111222333", "BSN <ID>"),
        ("my passport number is C01X00T47", "my passport number is <ID>"),
        ("NHS number 943 476 5919", "NHS number <ID>"),
        ("born on 24/02/1985", "born on <DOB>"),
        ("Date of birth: May 5th, 1980", "Date of birth: <DOB>"),
        ("send it to 12 Main Street, Springfield", "send it to <ADDRESS>, Springfield"),
        ("Wohne Lange Straße 12a", "Wohne <ADDRESS>"),
    ],
)  # fmt: skip
def test_personal_data_is_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "number", "masked"),
    [
        ("order number 1234567890", "1234567890", "order number {}"),
        ("case #12345!", "12345", "case #{}!"),
        ("ticket 4711 is open", "4711", "ticket {} is open"),
        ("ref: AB12CD", "AB12CD", "ref: {}"),
        ("my PNR is QXZWVT", "QXZWVT", "my PNR is {}"),
        ("#00123456", "00123456", "#{}"),
        ("Conf# G8CVWJ", "G8CVWJ", "Conf# {}"),
        ("Bestellnummer 4155552671", "4155552671", "Bestellnummer {}"),
        ("order 111-1234567-1234567", "11112345671234567", "order {}"),
        ("numéro de commande : 98765432", "98765432", "numéro de commande : {}"),
        ("order number 4111 1111 1111 1111", "4111111111111111", "order number {}"),
        ("order no. ab-1234", "AB1234", "order no. {}"),
    ],
)
def test_case_numbers_keep_a_token_that_joins_and_are_never_telephones(text, number, masked):
    assert mask(text) == masked.format(case(number))


def test_every_number_of_a_list_is_a_case():
    assert (
        mask("orders 1234567, 1234568 and 1234569")
        == f"orders {case('1234567')}, {case('1234568')} and {case('1234569')}"
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@Acme ask @Jane_Doe", f"@Acme ask {user('jane_doe')}"),
        ("RT:@jane: hi", f"RT:{user('jane')}: hi"),
        ("你好@jane，谢谢", f"你好{user('jane')}，谢谢"),
        ("@jane.bsky.social", user("jane.bsky.social")),
        ("thanks.@jane", f"thanks.{user('jane')}"),
        ("@Acme.Thanks", "@Acme.Thanks"),
        ("@acme.smith", user("acme.smith")),
        ("@acmefan", user("acmefan")),
        ("ask u/jane-doe", f"ask {user('jane-doe')}"),
        ("مرحبا @jane اتصل", f"مرحبا {user('jane')} اتصل"),
    ],
)
def test_handles_become_the_authors_token_and_brands_stay_readable(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "link",
    [
        "https://jane:secret@shop.example/",
        "https://shop.example/reset?email=jane%40mail.example",
        "https://shop.example/a?utm_source=x&session_id=81f3",
        "https://shop.example/#access_token=abc",
        "www.shop.example?user=jane",
        "https://shop.example/users/8123/orders",
        "https://x.com/jane_doe/status/1",
        "https://www.facebook.com/jane.doe.5",
        "instagram.com/jane",
        "https://www.linkedin.com/in/jane-doe/",
        "https://mastodon.example/@jane/1",
        "https://wa.me/4915112345678",
        "http://58.74.121.78/login",
        "https://shop.example/pay/4111111111111111",
    ],
)
def test_a_link_that_names_a_person_is_masked(link):
    assert mask(f"see {link}, ok") == "see <URL>, ok"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://t.co/abc123 and http://news.example/2015/02/24/1234567890-delays?page=2",
        "https://x.com/Acme/status/570306133677760513",
        "https://x.com/i/web/status/570306133677760514",
        "call me on 24-02-2015, booking 2015-02-24, appointment number 24/02/2015",
        "flight 1234 was 2 hours late on 2015-02-24 at 11:35",
        "1,000,000 people, 1 000 000 more, 99.99999999 % sure, $1234567890",
        "24/7 since 01/02/2015, seats 10-20-30, 2014 2015 2016",
        "iOS 10.3.3.1 and version 1.2.3.4",
        "std::vector a::b 12:30:45",
        "our PN 320008A part, an Airbus A320-200",
        "ordered 3 tickets for 1200 dollars, order 2 pizzas, case of 2000 people, tickets 2015",
        "I want to order 1500 units, iphone6s order",
        "w/o and/or 5 stars :-) <3 a < b > c",
        "2 Hours Late St Louis, the 15 hour drive",
        "❤️👩‍👩‍👧 soft\u00adhyphen ２４ hours",
        "CONFIRMATION NUMBER PLEASE",
        "1234567890123456",
    ],
)  # fmt: skip
def test_harmless_text_stays_to_the_character(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("٠١٧٦ ١٢٣٤٥٦٧٨", "<PHONE>"),
        ("jane\u200b@mail\u200b.example", "<EMAIL>"),
        ("ｊane＠mail．example", "<EMAIL>"),
        ("+1\u00a0(415)\u00a0555\u20112671", "<PHONE>"),
        ("❤️ 4\u200b111111111111111 ❤️", "❤️ <CARD> ❤️"),
        ("1️⃣2️⃣ 𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "1️⃣2️⃣ <CARD>"),
    ],
)
def test_disguises_are_seen_through_and_the_rest_stays(text, masked):
    assert mask(text) == masked


def test_disguise_does_not_change_the_token():
    assert mask("@ja\u200bne") == user("jane")
    assert mask("order number １２３４５６") == f"order number {case('123456')}"


def test_without_a_key_there_is_no_token_that_somebody_could_guess():
    masked = mask_text("@jane order number 1234567890", NO_KEY)
    assert masked == "<USER> order number <CASE>"
    assert mask_text(masked, NO_KEY) == mask_text(masked, KEY) == masked
    assert count_kinds([masked]) == {"USER": 1, "CASE": 1}


def test_many_texts_say_which_were_masked():
    assert mask_texts(["hi", "a@b.example"], KEY) == (["hi", "<EMAIL>"], [False, True])
    assert count_kinds(["<EMAIL> <USER:0123456789ab>", "<EMAIL>"]) == {"EMAIL": 2, "USER": 1}


def test_regions_decide_about_bare_national_numbers():
    number = "2015550123"
    assert mask_text(number, KEY, regions=("US",)) == "<PHONE>"
    assert mask_text(number, KEY, regions=()) == number


# What holds for every text.

PIECES = st.one_of(
    st.emails(),
    st.sampled_from(sorted(words("@jane @Acme @a.b@c.example u/jane order number # call born card and"))),
    st.sampled_from(sorted(words("<EMAIL> <CASE:0123456789ab> <USER:000000000000> < > : + ( ) - / . ,"))),
    st.sampled_from(
        sorted(words("https://t.co/a1 https://x.com/jane www.a.example?user=1 [at] (dot) QXZWVT 4711"))
    ),
    st.sampled_from(
        sorted(words("192.168.1.1 ::1 2001:db8::1 531-21-7351 24/02/1985 2015-02-24 4111111111111111"))
    ),
    st.sampled_from([" at ", " dot com", "12 Main St", "GB29 NWBK 6016 1331 9268 19", "+49 30 1234567"]),
    st.from_regex(r"\A[0-9]{1,12}\Z"),
    st.from_regex(r"\A[A-Za-z]{1,6}\Z"),
    st.sampled_from(["\u200b", "\u00a0", "٣", "２", "❤️", "你好", "é", "_", "x", "\x00", "\ud800"]),
)
TEXTS = st.one_of(
    st.text(),
    st.builds(
        lambda pieces, glue: glue.join(pieces), st.lists(PIECES, max_size=8), st.sampled_from(["", " "])
    ),
)
CARDS = st.builds(
    lambda start, body: start + body + luhn.calc_check_digit(start + body),
    st.sampled_from(["4", "51", "37", "6011", "2221"]),
    st.text("0123456789", min_size=11, max_size=13),
)
IBANS = st.builds(
    lambda bban: "DE" + iban.calc_check_digits("DE00" + bban) + bban,
    st.text("0123456789", min_size=18, max_size=18),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_masking_a_masked_text_changes_nothing(text):
    masked = mask(text)
    assert mask(masked) == masked


@settings(deadline=None)
@given(TEXTS)
def test_spans_are_in_order_and_apart(text):
    spans = find_personal(text, BRANDS)
    places = [0, *(place for span in spans for place in span[:2]), len(text)]
    assert places == sorted(places)
    assert all(span.start < span.end for span in spans)
    assert (mask(text) == text) == (not spans)


@given(st.text(st.characters(exclude_categories=["Nd", "No", "Cf", "Cs"], exclude_characters="@＠﹫/")))
def test_without_digit_at_sign_or_slash_nothing_changes(text):
    spelt = ("dot", "at", "www", "pnr", "ocator", "onfirm", "eferenc", "ooking", ":")
    if not any(word in text.casefold() for word in spelt):
        assert mask(text) == text


@settings(deadline=None)
@given(TEXTS, st.emails(), TEXTS)
def test_no_email_address_survives(before, address, after):
    assert address not in mask(f"{before} {address} {after}")


@pytest.mark.parametrize("separator", ["", " ", "-", "."])
@settings(deadline=None)
@given(number=CARDS)
def test_no_card_number_survives(separator, number):
    groups = separator.join(number[place : place + 4] for place in range(0, len(number), 4))
    assert groups not in mask(f"paid, {groups}, thanks")


@pytest.mark.parametrize("separator", ["", " ", "-"])
@settings(deadline=None)
@given(number=IBANS)
def test_no_bank_account_survives(separator, number):
    groups = separator.join(number[place : place + 4] for place in range(0, len(number), 4))
    assert mask(f"to {groups} please") == "to <IBAN> please"


@settings(deadline=None)
@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.booleans())
def test_every_country_s_example_number_is_masked(region, is_spaced):
    example = phonenumbers.example_number(region)
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL if is_spaced else phonenumbers.PhoneNumberFormat.E164
    number = phonenumbers.format_number(example, form)
    assert mask(f"so {number} it is") == "so <PHONE> it is"


PIECES_OF_LONG_TEXTS = [
    *(
        "a",
        "a.",
        "Aa ",
        "A-",
        "@",
        "@a",
        "a@b.c",
        "u/",
        "/",
        "http://",
        "www.a.",
        "at] ",
        " dot ",
        "<",
        "<EMAIL>",
    ),
    *("1", "1 ", "1.", "1:", ":", "(", "+", "#1", "\u200b", "12 345 678 ", "1.2.3.4", "4111 ", "DE89 "),
    *("order 1", "12 Main ", "born 1", "call 555-1234 "),
]


@pytest.mark.parametrize("piece", PIECES_OF_LONG_TEXTS)
def test_time_grows_with_length_only(piece):
    """A text of eight times the length takes about eight times as long, not 64 times.

    A busy machine may be slow once; what grows with the square is slow each time.
    """
    short, long = piece * (10_000 // len(piece)), piece * (80_000 // len(piece))
    assert any(_seconds(long) < 24 * _seconds(short) + 0.05 for _ in range(5))


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["a", "word ", "a.", "@", "1", "<", "http://a/"])
def test_ten_megabytes_end(piece):
    assert _seconds(piece * (10_000_000 // len(piece))) < 60


def _seconds(text: str) -> float:
    start = time.process_time()
    mask(text)
    return time.process_time() - start
