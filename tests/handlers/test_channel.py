"""The rules of a channel, chosen and typed; and a price that is taught by tapping it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.replies import Reply
from engine.types import ChannelRules, Lesson, Part, SameSignal, Source
from handlers.channel import AGES, QUOTES, SURE
from tests.handlers.build import HOSTILE
from tests.handlers.world import World, button, labels

POST = "BTC/USDT LONG\nEntry 64000\nTP 65000\nthe idea dies below 63000"


async def rules_of(world: World, person: int = 1) -> Reply:
    [card] = await world.says(person, "/sources")
    [screen] = await world.presses(person, button(card, "⚙️ Rules"))
    return screen


def kept(world: World, made: Source) -> Source:
    return world.rows.sources[made.id]


async def test_the_screen_names_every_rule(world: World) -> None:
    rules = ChannelRules(
        default_quote="USDT", symbols={"XAU": "XAUUSD.m"}, allowed=("BTC", "XAU"), ignore_words=("vip",),
        lessons=(Lesson(part=Part.STOP, words=("below",)),),
    )  # fmt: skip
    world.channel(world.person(1), rules=rules, name=HOSTILE)
    screen = await rules_of(world)
    for words in ("USDT", "XAU → XAUUSD.m", "BTC, XAU", "120 s", "90 of 100", "vip", "1 price", "the first only"):
        assert words in screen.text
    assert "only make me do less" in screen.text


@pytest.mark.parametrize(
    ("first", "choice", "name", "value"),
    [
        pytest.param("Usual quote", "USDC", "default_quote", "USDC", id="quote"),
        pytest.param("Age", "60 s", "max_age_seconds", 60, id="age"),
        pytest.param("How sure", "100", "auto_publish_confidence_threshold", 100, id="sure"),
    ],
)
async def test_a_choice_is_kept(world: World, first: str, choice: str, name: str, value: object) -> None:
    made = world.channel(world.person(1))
    screen = await rules_of(world)
    [offered] = await world.presses(1, button(screen, first))
    [after] = await world.presses(1, button(offered, choice))
    now = kept(world, made)
    assert getattr(now, name, None) == value or getattr(now.rules, name, None) == value
    assert after.edit and str(value) in after.text
    assert [what for _, what, _, _ in world.rows.audit] == ["channel_rule"]


async def test_no_choice_raises_what_a_user_may_lose(world: World) -> None:
    """What is offered are words, ages up to five minutes, and sureness from one missing part on."""
    assert max(AGES) <= 300 and min(SURE) >= 75 and len(QUOTES) == len(set(QUOTES))


async def test_a_value_that_is_not_offered_is_not_kept(world: World) -> None:
    made = world.channel(world.person(1))
    screen = await rules_of(world)
    [offered] = await world.presses(1, button(screen, "Age"))
    forged = button(offered, "60 s")
    forged.args["value"] = 86_400
    await world.presses(1, forged)
    assert kept(world, made).max_age_seconds == 120 and world.rows.audit == []


async def test_the_same_signal_twice_is_one_setting_of_the_person(world: World) -> None:
    world.channel(world.person(1))
    screen = await rules_of(world)
    [offered] = await world.presses(1, button(screen, "Same signal"))
    [after] = await world.presses(1, button(offered, "take both"))
    assert "take both" in after.text and world.rows.same_signal is SameSignal.BOTH


@pytest.mark.parametrize(
    ("first", "said", "rules"),
    [
        pytest.param("Symbols", "btc, gold;ETH/USDT", ChannelRules(allowed=("BTC", "XAU", "ETH/USDT")), id="symbols"),
        pytest.param("Symbols", "-", ChannelRules(), id="no-symbols"),
        pytest.param("Names", "gold = XAUUSD.m", ChannelRules(symbols={"XAU": "XAUUSD.m"}), id="a-name"),
        pytest.param("Names", "eth→X\nltc=Y.z", ChannelRules(symbols={"ETH": "X", "LTC": "Y.z"}), id="names"),
        pytest.param("Words to leave out", "VIP, Results", ChannelRules(ignore_words=("vip", "results")), id="words"),
    ],
)  # fmt: skip
async def test_a_typed_answer_is_kept(world: World, first: str, said: str, rules: ChannelRules) -> None:
    made = world.channel(world.person(1))
    screen = await rules_of(world)
    await world.presses(1, button(screen, first))
    [after] = await world.says(1, said)
    assert kept(world, made).rules == rules
    assert "rules" in after.text and world.rows.dialogues == {}


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param("Symbols", "a b c", id="spaces-in-a-symbol"),
        pytest.param("Symbols", "x" * 41, id="too-long"),
        pytest.param("Symbols", ",".join(f"c{n}" for n in range(51)), id="too-many"),
        pytest.param("Names", "gold", id="no-meaning"),
        pytest.param("Names", "gold = a = b", id="two-meanings"),
        pytest.param("Words to leave out", "a", id="one-letter"),
    ],
)
async def test_what_cannot_be_used_is_asked_for_again(world: World, first: str, said: str) -> None:
    made = world.channel(world.person(1))
    screen = await rules_of(world)
    await world.presses(1, button(screen, first))
    [refused] = await world.says(1, said)
    assert "I cannot use that" in refused.text
    assert kept(world, made).rules == ChannelRules()
    await world.says(1, "-")
    assert world.rows.dialogues == {}  # the question had stayed open


async def test_a_question_closes_after_a_quarter_of_an_hour(world: World) -> None:
    made = world.channel(world.person(1))
    screen = await rules_of(world)
    await world.presses(1, button(screen, "Symbols"))
    await world.clock.advance(timedelta(minutes=15).total_seconds())
    [late] = await world.says(1, "btc")
    assert "closed" in late.text and kept(world, made).rules == ChannelRules()


# --- teaching ----------------------------------------------------------------------------------------


async def asked(world: World, text: str = POST) -> Reply:
    made = world.channel(world.person(1))
    seen = world.seen(made, text)
    from bot.replies import Button

    fix = Button(label="x", action="post_teach", args={"row": seen.row_id, "notice": True}, once=False)
    [question] = await world.presses(1, fix)
    return question


async def test_the_prices_are_counted_and_asked_about(world: World) -> None:
    question = await asked(world)
    assert "Entry (1) 64000" in question.text and "below (3) 63000" in question.text
    assert "Which number is the <b>stop</b>?" in question.text and not question.edit
    assert labels(question) == [["1", "2", "3"], ["Show an entry", "Show a target"]]


async def test_the_answer_shows_what_it_changes_before_it_is_kept(world: World) -> None:
    question = await asked(world)
    [shown] = await world.presses(1, button(question, "3"))
    assert "after “idea dies below” comes the stop" in shown.text
    assert "One would be read differently" in shown.text
    assert "now: <b>🟢 LONG BTC/USDT · entry 64,000 · stop 63,000 · targets 65,000</b>" in shown.text
    assert world.rows.sources[301].rules == ChannelRules()
    [saved] = await world.presses(1, button(shown, "✅ Keep this rule"))
    assert world.rows.sources[301].rules.lessons == (Lesson(part=Part.STOP, words=("idea", "dies", "below")),)
    assert "Learnt for" in saved.text and "ask you about this post once more" in saved.text
    assert world.desk.reread_rows == [(601, 1)]
    assert [what for _, what, _, _ in world.rows.audit] == ["channel_taught"]


async def test_a_rule_that_changes_nothing_is_not_offered(world: World) -> None:
    question = await asked(world)
    [entries] = await world.presses(1, button(question, "Show an entry"))
    [shown] = await world.presses(1, button(entries, "1"))
    assert "Nothing would change" in shown.text
    assert labels(shown) == [["‹ Back"]]


async def test_a_price_that_nothing_tells_from_others_is_not_learnt(world: World) -> None:
    question = await asked(world, "BTC LONG now 64000 63000")
    assert [label for label in labels(question)[0] if label.isdigit()] == ["1"]
    old = replace(button(question, "1"), args={**button(question, "1").args, "number": 1})
    [shown] = await world.presses(1, old)
    assert "nothing around this number" in shown.text


async def test_a_price_with_its_label_behind_is_taught(world: World) -> None:
    question = await asked(world, "BTC LONG\nEntry 64000\n63800 out")
    [shown] = await world.presses(1, button(question, "2"))
    assert "before “out” comes the stop" in shown.text
    await world.presses(1, button(shown, "✅ Keep this rule"))
    [kept] = world.rows.sources[301].rules.lessons
    assert kept.after == ("out",)


async def test_a_post_without_prices_has_nothing_to_show(world: World) -> None:
    assert "no price in that post" in (await asked(world, f"soon {HOSTILE}")).text


async def test_several_channels_are_a_list(world: World) -> None:
    ann = world.person(1)
    for name in ("Alpha", HOSTILE):
        world.channel(ann, name=name, chat_id=-len(name))
    [listed] = await world.says(1, "/sources")
    assert listed.text.count("Ask me") == 2 and len(listed.rows[0]) == 2
    [card] = await world.presses(1, listed.rows[0][1])
    assert labels(card)[0] == ["Off", "● Ask me", "Auto", "Paper"]
