"""Languages: look-up and fallback, escaping, numbers and dates, and the check of the files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LOCALES, Catalogue, Words, check, main

OURS = Catalogue.load().texts("en")

EN = """\
hello = Hello { $name }!
count = { $n ->
    [one] { $n } trade
   *[other] { $n } trades
}
paper = { $paper ->
    [true] PAPER
   *[false] LIVE
}
price = at { $price }
screen = Title
    .hint = Press { $key }
only-english = Only here
bold = <b>{ $text }</b>
"""
ES = """\
hello = ¡Hola, { $name }!
count = { $n ->
    [one] { $n } operación
   *[other] { $n } operaciones
}
paper = { $paper ->
    [true] PRUEBA
   *[false] REAL
}
price = a { $price }
screen = Título
    .hint = Pulsa { $key }
bold = <b>{ $text }</b>
"""


def written(folder: Path, **languages: str) -> Path:
    for language, text in languages.items():
        (folder / language).mkdir()
        (folder / language / "all.ftl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue.load(written(tmp_path, en=EN, es=ES))


@pytest.fixture
def t(catalogue: Catalogue) -> Words:
    return catalogue.texts("en")


@pytest.mark.parametrize(
    ("asked", "given"),
    [("es", "es"), ("es-MX", "es"), ("ES_ar", "es"), ("xx", "en"), ("", "en")],
)
def test_the_nearest_language_is_spoken(catalogue: Catalogue, asked: str, given: str) -> None:
    assert catalogue.texts(asked).language == given
    assert catalogue.languages() == ("en", "es")


def test_what_a_language_lacks_is_said_in_english(catalogue: Catalogue) -> None:
    spanish = catalogue.texts("es")
    assert spanish("hello", name="Ann") == "¡Hola, Ann!"
    assert spanish("only-english") == "Only here"
    assert spanish.has("only-english")
    assert not spanish.has("nowhere")


def test_a_key_or_an_argument_that_is_missing_is_a_fault(t: Words) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        t("nowhere")
    with pytest.raises(KeyError, match="name"):
        t("hello")


def test_attributes_are_texts_of_their_own(t: Words) -> None:
    assert t("screen") == "Title"
    assert t("screen.hint", key="OK") == "Press OK"
    assert not t.has("screen.nothing")


def test_plurals_flags_and_ids(t: Words) -> None:
    assert t("count", n=1) == "1 trade"
    assert t("count", n=12345) == "12345 trades"
    assert (t("paper", paper=True), t("paper", paper=False)) == ("PAPER", "LIVE")
    assert t("hello", name=None) == "Hello !"


def test_decimals_are_written_exactly(t: Words) -> None:
    assert t("price", price=Decimal("0.10000000000000000001")) == "at 0.10000000000000000001"


def test_arguments_read_literally_and_nothing_is_isolated(t: Words) -> None:
    said = t("bold", text="<b>&_*[`]( \u202eevil\u2069")
    assert said == "<b>&lt;b&gt;&amp;_*[`]( evil</b>"
    assert not set("\u2066\u2067\u2068\u2069\u202e") & set(said)


def test_a_text_within_a_text_is_not_escaped_twice(t: Words) -> None:
    assert t("hello", name=t("bold", text="A&B")) == "Hello <b>A&amp;B</b>!"


@given(st.text(alphabet=st.sampled_from("<>&\"'`_*[]()$ {}a\n;#😀")))
def test_no_argument_opens_a_tag(text: str) -> None:
    assert "<" not in OURS("line-source", source=text).replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize(
    ("amount", "signed", "shown"),
    [
        ("1234567.891", False, "1,234,567.89 USDT"),
        ("12.5", True, "+12.50 USDT"),
        ("-12.5", True, "-12.50 USDT"),
        ("0", True, "0.00 USDT"),
        ("-0.000", False, "0.00 USDT"),
        ("0.0001234", False, "0.00012 USDT"),
        ("-0.004", True, "-0.004 USDT"),
        ("1E+3", False, "1,000.00 USDT"),
        ("12345678901234567890123456789012.345", False, "12,345,678,901,234,567,890,123,456,789,012.34 USDT"),
    ],
)
def test_money(t: Words, amount: str, signed: bool, shown: str) -> None:
    assert t.money(Decimal(amount), "USDT", signed=signed) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("67000.50", "67,000.5"),
        ("1E+2", "100"),
        ("0.00000001", "0.00000001"),
        ("123456789012345678.123456789012345678", "123,456,789,012,345,678.123456789012345678"),
        ("-3.10", "-3.1"),
        ("12345678901234567890123456789012.5", "12,345,678,901,234,567,890,123,456,789,012.5"),
    ],
)
def test_numbers_keep_every_significant_digit(t: Words, value: str, shown: str) -> None:
    assert t.number(Decimal(value)) == shown


def test_percent(t: Words) -> None:
    assert t.percent(Decimal("1.50")) == "1.5%"
    assert t.percent(Decimal("12.3456"), signed=True) == "+12.35%"
    assert t.percent(Decimal("-0.001"), signed=True) == "0%"


def test_each_language_has_its_own_marks(catalogue: Catalogue) -> None:
    spanish = catalogue.texts("es")
    assert spanish.money(Decimal("1234567.5"), "EUR") == "1.234.567,50 EUR"
    assert spanish.number(Decimal("0.25")) == "0,25"
    assert spanish.day(date(2026, 1, 2)) == "2 ene 2026"


def test_times_are_in_the_persons_zone(t: Words) -> None:
    at = datetime(2026, 11, 21, 22, 5, tzinfo=UTC)
    assert t.when(at, "UTC") == "Nov 21, 2026 22:05"
    assert t.when(at, "Asia/Tokyo") == "Nov 22, 2026 07:05"


def test_english_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="en"):
        Catalogue.load(written(tmp_path, es=ES))


def test_the_check_names_every_difference(tmp_path: Path) -> None:
    spanish = ES.replace("{ $name }", "{ $nombre }").replace("price =", "preis =") + "hello = dos\nbroken\n"
    problems = check(written(tmp_path, en=EN, es=spanish))
    assert problems == [
        "es/all.ftl: cannot be read near 'broken'",
        "es/all.ftl: hello is there twice",
        "es: hello differs from en in $name, $nombre",
        "es: only-english is missing",
        "es: preis is not in en",
        "es: price is missing",
    ]


def test_the_check_sees_variables(tmp_path: Path) -> None:
    path = written(tmp_path, en="a = { $x }\nb = { $y }\n", es="a = nada\nb = { $y } { $z }\n")
    assert check(path) == ["es: a differs from en in $x", "es: b differs from en in $z"]


def test_the_command_prints_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written(tmp_path, en="a = x\n", es=""))]) == 1
    assert capsys.readouterr().out == "es: a is missing\n"


def test_our_own_locales_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(LOCALES) == []
    assert main([]) == 0
