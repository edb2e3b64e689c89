"""Telegram's HTML, entity offsets, detected entities, and the server's trimming."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator import Simulator
from bot.simulator.entities import Formatted, detect, utf16_length
from bot.simulator.errors import ApiError
from bot.simulator.html import parse_html


def marks(formatted: Formatted) -> list[tuple[Any, ...]]:
    return [(entity.kind, entity.offset, entity.length, *dict(entity.extra).values()) for entity in formatted.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        pytest.param("<b>bold</b> x", "bold x", [("bold", 0, 4)], id="bold"),
        pytest.param("<STRONG>a</STRONG>", "a", [("bold", 0, 1)], id="upper-case"),
        pytest.param("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)], id="italic"),
        pytest.param("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)], id="underline"),
        pytest.param("<s>a</s>", "a", [("strikethrough", 0, 1)], id="strike"),
        pytest.param("<b>x<i>y</i></b>", "xy", [("bold", 0, 2), ("italic", 1, 1)], id="nested-outer-first"),
        pytest.param("<b><b>x</b></b>", "x", [("bold", 0, 1)], id="same-twice-is-once"),
        pytest.param("<b></b>x", "x", [], id="empty-is-nothing"),
        pytest.param("😀<b>x</b>", "😀x", [("bold", 2, 1)], id="utf16-offset"),
        pytest.param("<b>😀</b>", "😀", [("bold", 0, 2)], id="utf16-length"),
        pytest.param("a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"', [], id="named"),
        pytest.param("&#65;&#x42;&#128512;", "AB😀", [], id="numbered"),
        pytest.param("&nbsp; & &; &#0; &#xD800;", "&nbsp; & &; &#0; &#xD800;", [], id="unknown-stays"),
        pytest.param('<a href="https://e.org?a&amp;b">x</a>', "x", [("text_link", 0, 1, "https://e.org?a&b")], id="a"),
        pytest.param("<a href='e.org'>x</a>", "x", [("text_link", 0, 1, "http://e.org")], id="link-without-scheme"),
        pytest.param("<a href=\"javascript:x\">x</a>", "x", [], id="bad-link-is-text"),
        pytest.param('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)], id="span-spoiler"),
        pytest.param("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)], id="spoiler"),
        pytest.param("<pre>x</pre>", "x", [("pre", 0, 1)], id="pre"),
        pytest.param('<pre><code class="language-js">x</code></pre>', "x", [("pre", 0, 1, "js")], id="pre-language"),
        pytest.param("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)], id="quote"),
        pytest.param("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)], id="expandable"),
        pytest.param('<tg-emoji emoji-id="5">x</tg-emoji>', "x", [("custom_emoji", 0, 1, "5")], id="emoji"),
        pytest.param("<b>x</>", "x", [("bold", 0, 1)], id="nameless-end"),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    formatted = parse_html(source)
    assert formatted.text == text
    assert marks(formatted) == entities


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param("<b>x", 'Can\'t find end tag corresponding to start tag "b"', id="no-end"),
        pytest.param("x</b>", "Unexpected end tag at byte offset 1", id="no-start"),
        pytest.param("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"', id="crossed"),
        pytest.param("<br>", 'Unsupported start tag "br" at byte offset 0', id="unknown"),
        pytest.param('<span class="x">y</span>', 'Unsupported start tag "span" at byte offset 0', id="plain-span"),
        pytest.param("5 < 6", "Unclosed start tag at byte offset 2", id="bare-less-than"),
        pytest.param("<b>x</b", "Unclosed end tag at byte offset 4", id="cut-end"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_always_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text, quote=False)) == Formatted(text)


@given(st.text(st.sampled_from("<>/b i&;\"'a="), max_size=30))
def test_any_input_is_read_or_refused_and_entities_fit_the_text(source: str) -> None:
    try:
        formatted = parse_html(source)
    except ApiError:
        return
    assert all(0 <= item.offset < item.end <= utf16_length(formatted.text) for item in formatted.entities)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        pytest.param("/start now", [("bot_command", 0, 6)], id="command"),
        pytest.param("/start@my_bot", [("bot_command", 0, 13)], id="command-for"),
        pytest.param("a/b </b> 1/2", [], id="not-commands"),
        pytest.param("see https://e.org/a?b=1.", [("url", 4, 19)], id="url-without-stop"),
        pytest.param("😀 #BTC $ETH @some_body", [("hashtag", 3, 4), ("cashtag", 8, 4), ("mention", 13, 10)], id="tags"),
        pytest.param("me@e.org", [("email", 0, 8)], id="email-is-no-mention"),
        pytest.param("#123 $usdt", [], id="not-tags"),
    ],
)
def test_commands_links_and_tags_are_found(text: str, entities: list[tuple[Any, ...]]) -> None:
    assert marks(detect(Formatted(text))) == entities


def test_nothing_is_found_inside_code() -> None:
    assert marks(detect(parse_html("<code>/start</code> /help"))) == [("code", 0, 6), ("bot_command", 7, 5)]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        pytest.param("  \n x <b>y</b>  \n", "x y", [("bold", 2, 1)], id="both-ends"),
        pytest.param("<code>  x</code>", "  x", [("code", 0, 3)], id="front-of-an-entity-stays"),
        pytest.param("a<b> b  </b> ", "a b", [("bold", 1, 2)], id="entity-cut-with-the-end"),
        pytest.param("a <b>  </b>", "a", [], id="entity-gone-with-the-end"),
        pytest.param('<a href="tg://user?id=1001">A</a>', "A", [("text_mention", 0, 1)], id="known-person"),
        pytest.param('<a href="tg://user?id=7">x</a>', "x", [], id="unknown-person"),
    ],
)  # fmt: skip
def test_the_server_trims_and_looks_people_up(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    sim = Simulator()
    sim.add_person("Ann")
    formatted = sim.world.words(parse_html(source))
    assert formatted.text == text
    assert [mark[:3] for mark in marks(formatted)] == entities
