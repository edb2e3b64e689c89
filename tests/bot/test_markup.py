"""Escaping, plain reading, and division into pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import LIMIT, Html, escaped, pages, plain, units
from bot.simulator.html import parse_html

NUMBER = re.compile(r"\n\n\((\d+)/(\d+)\)\Z")
HOSTILE = st.text(alphabet=st.sampled_from("<>&\"'ab_*[]()`\n 😀é;#b/"), max_size=60)


def unnumbered(page: str) -> str:
    return NUMBER.sub("", page)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_short_text_is_one_page_without_a_number() -> None:
    assert pages("hello") == ("hello",)
    assert pages("😀" * 2048) == ("😀" * 2048,)


def test_units_count_as_telegram_does() -> None:
    assert units("aé€😀") == 5


def test_long_text_is_cut_at_line_ends_and_numbered() -> None:
    lines = [f"line {n} " + "x" * 60 for n in range(200)]
    done = pages("\n".join(lines))
    assert len(done) > 1
    assert [NUMBER.search(page).groups() for page in done] == [  # type: ignore[union-attr]
        (str(n), str(len(done))) for n in range(1, len(done) + 1)
    ]
    assert [line for page in done for line in unnumbered(page).split("\n")] == lines


def test_a_tag_open_at_the_cut_is_closed_and_opened_again() -> None:
    first, second = pages('<b>bold <a href="https://e.x/?a=1">link' + "y" * 60 + "</a></b>", limit=90)
    assert unnumbered(first).startswith('<b>bold <a href="https://e.x/?a=1">link')
    assert unnumbered(first).endswith("</a></b>")
    assert unnumbered(second).startswith('<b><a href="https://e.x/?a=1">y')


def test_an_entity_is_never_cut() -> None:
    done = pages("&amp;" * 2000)
    assert all(re.fullmatch(r"(?:&amp;)+", unnumbered(page)) for page in done)
    assert sum(unnumbered(page).count("&amp;") for page in done) == 2000


PIECES = st.one_of(
    HOSTILE.map(escaped),
    st.builds(lambda tag, text: f"<{tag}>{escaped(text)}</{tag}>", st.sampled_from(["b", "i", "code", "pre"]), HOSTILE),
    st.builds(lambda text: f'<a href="https://e.x/?q=1&amp;r=2">{escaped(text)}</a>', HOSTILE),
)


@given(st.lists(PIECES, min_size=1, max_size=60).map("".join), st.integers(120, 400))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_every_page_stands_alone(text: str, limit: int) -> None:
    done = pages(text, limit)
    assert all(units(page) <= limit for page in done)
    for page in done:
        parse_html(page)  # what the Bot API would refuse raises
    assert squeezed("".join(plain(unnumbered(page)) for page in done)) == squeezed(plain(text))


@given(st.text())
def test_escaped_text_reads_literally(text: str) -> None:
    steering = re.compile("[\u202a-\u202e\u2066-\u2069]")
    assert plain(escaped(text)) == steering.sub("", text)
    assert not re.search(r"[<>]", escaped(text))


def test_html_is_not_escaped_twice() -> None:
    once = escaped("a & b")
    assert once == "a &amp; b"
    assert escaped(once) is once
    assert escaped(Html("<b>x</b>")) == "<b>x</b>"


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<b>A &amp; B</b>", "A & B"),
        ("1 &lt; 2", "1 < 2"),
        ("Max <3 risk", "Max <3 risk"),
        ('<a href="https://x.y">here</a>', "here"),
    ],
    ids=["tags", "entity", "a bare less-than stays", "link"],
)
def test_plain_is_what_a_reader_sees(html: str, seen: str) -> None:
    assert plain(html) == seen


def test_limit_is_telegrams() -> None:
    assert LIMIT == 4096
    assert len(pages("x" * 4096)) == 1
    assert len(pages("x" * 4097)) == 2
