"""Real money needs a sentence; an account is tested, renamed, and an alarm about it acknowledged."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from bot.replies import Button, Reply
from engine.errors import Code
from engine.types import Connection, Refusal, Role
from tests.handlers.build import HOSTILE
from tests.handlers.world import World, button, labels

PHRASE = "TRADE REAL MONEY"
_numbers = count(100)


def watching(world: World, number: int = 1, **fields: Any) -> Connection:
    """An account with real money that only watches."""
    defaults: dict[str, Any] = {
        "name": "Main", "is_paper": False, "exchange_name": "okx", "trade_execution_enabled": False,
        "settings": {"market": "swap", "testnet": False},
    }  # fmt: skip
    made = world.account(world.rows.users.get(number) or world.person(number), **{**defaults, **fields})
    world.safe.kept[made.id] = world.safe.seal(number, made.id, {"apiKey": "k"})
    return made


async def pressed(world: World, label: str) -> Reply:
    [card] = await world.says(1, "/connections")
    [reply] = await world.presses(1, button(card, label))
    return reply


async def types(world: World, text: str) -> Reply:
    [reply] = await world.says(1, text, message_id=next(_numbers))
    return reply


async def test_real_money_is_switched_on_by_a_sentence(world: World) -> None:
    made = watching(world)
    asked = await pressed(world, "💵 Trade real money")
    assert f"<code>{PHRASE}</code>" in asked.text and "💵 LIVE" in asked.text
    assert not world.rows.connections[made.id].trade_execution_enabled
    card = await types(world, PHRASE)
    assert "Real money." in card.text and "✅ trading" in card.text
    assert world.rows.connections[made.id].trade_execution_enabled
    assert world.rows.audit[-1][1:] == ("connection_live", f"connection:{made.id}", {"live": True})
    [off] = await world.presses(1, button(card, "👀 Only watch"))
    assert "Only watching." in off.text and not world.rows.connections[made.id].trade_execution_enabled
    assert world.rows.audit[-1][3] == {"live": False}


@pytest.mark.parametrize("said", ["trade real money", "TRADE REAL MONEY!", "yes", "TRADE  REAL MONEY"])
async def test_another_sentence_switches_nothing_on(world: World, said: str) -> None:
    made = watching(world)
    await pressed(world, "💵 Trade real money")
    wrong = await types(world, said)
    assert "not the sentence" in wrong.text and "💵 LIVE" in wrong.text
    assert labels(wrong) == [["💵 Trade real money"]]
    await types(world, PHRASE)  # the question is over
    assert not world.rows.connections[made.id].trade_execution_enabled


async def test_two_minutes_later_it_is_too_late(world: World) -> None:
    made = watching(world)
    await pressed(world, "💵 Trade real money")
    await world.clock.advance(121)
    assert "two minutes are over" in (await types(world, PHRASE)).text
    assert not world.rows.connections[made.id].trade_execution_enabled


@pytest.mark.parametrize(("setting", "role", "allowed"), [
    ("everyone", Role.USER, True), ("admins", Role.USER, False), ("admins", Role.ADMIN, True),
    ("off", Role.ADMIN, False),
])  # fmt: skip
async def test_the_operator_says_who_trades_real_money(
    world: World, setting: str, role: Role, allowed: bool
) -> None:  # fmt: skip
    """S26."""
    world.person(1, role=role)
    made = watching(world)
    world.operator(live_trading=setting)
    asked = await pressed(world, "💵 Trade real money")
    assert (PHRASE in asked.text) is allowed
    await types(world, PHRASE)
    assert world.rows.connections[made.id].trade_execution_enabled is allowed


async def test_the_right_is_looked_at_again_when_the_sentence_comes(world: World) -> None:
    """X06."""
    made = watching(world)
    await pressed(world, "💵 Trade real money")
    world.operator(live_trading="off")
    assert "does not let your account" in (await types(world, PHRASE)).text
    assert not world.rows.connections[made.id].trade_execution_enabled


async def test_a_broken_account_does_not_go_live(world: World) -> None:
    made = watching(world, status="error")
    await pressed(world, "💵 Trade real money")
    assert "🚫" in (await types(world, PHRASE)).text
    assert not world.rows.connections[made.id].trade_execution_enabled


async def test_a_forged_press_does_not_make_paper_live(world: World) -> None:
    made = world.account(world.person(1))
    for action in ("connection_live", "connection_watch"):
        [said] = await world.presses(1, Button(label="x", action=action, args={"connection": made.id}))
        assert "has no real money" in said.text
    assert world.rows.connections[made.id].trade_execution_enabled and not world.rows.dialogues


async def test_buttons_fit_the_account(world: World) -> None:
    watching(world)
    watching(world, settings={"market": "spot", "testnet": True}, trade_execution_enabled=True)
    world.account(world.rows.users[1])
    real, testnet, paper = await world.says(1, "/connections")
    assert labels(real)[1:3] == [["Test", "Replace key"], ["Rename", "💵 Trade real money"]]
    assert labels(testnet)[2] == ["Rename"] and "🧪 TESTNET" in testnet.text and "LIVE" not in testnet.text
    assert labels(paper)[1] == ["Rename"] and paper.text.upper().count("📝 PAPER") == 1
    assert "OKX · Futures" in real.text and "👀 watching" in real.text and "PAPER" not in real.text


# --- the test ----------------------------------------------------------------------------------------


async def test_a_test_says_how_fast_it_is(world: World) -> None:
    made = watching(world)
    card = await pressed(world, "Test")
    assert "It answers" in card.text and "Tested" in card.text and "120 ms" in card.text and card.edit
    assert world.exchanges.asked == [("okx", {"apiKey": "k"}, "swap", False)]
    assert world.rows.audit[-1][1:] == ("connection_test", f"connection:{made.id}", {"code": "ok"})


@pytest.mark.parametrize("code", [Code.KEY_LOST, Code.KEY_CAN_WITHDRAW], ids=str)
async def test_a_refused_key_disables_the_account_until_it_is_mended(world: World, code: Code) -> None:
    made = watching(world, trade_execution_enabled=True)
    good, world.exchanges.answer = world.exchanges.answer, Refusal(code=code, details={"venue": "no"})
    said = await pressed(world, "Test")
    assert "🚫" in said.text
    assert world.rows.connections[made.id].status == "error" and world.discarded == [made.id]
    [card] = await world.says(1, "/connections")
    assert "⚠️ error" in card.text and "It says: no" in card.text
    world.exchanges.answer = good
    [well] = await world.presses(1, button(card, "Test"))
    assert "✅ trading" in well.text and world.rows.connections[made.id].status == "active"


async def test_no_answer_disables_nothing(world: World) -> None:
    made = watching(world)
    world.exchanges.answer = Refusal(code=Code.VENUE_UNREACHABLE, details={"venue": "timeout"})
    assert "does not answer" in (await pressed(world, "Test")).text
    assert world.rows.connections[made.id].status == "active"


async def test_a_paused_account_is_tested_and_stays_paused(world: World) -> None:
    made = watching(world, is_active=False, status="inactive")
    assert "It answers" in (await pressed(world, "Test")).text
    assert not world.rows.connections[made.id].is_active


async def test_an_account_is_resumed_only_if_its_key_is_good(world: World) -> None:
    """SPEC 3.4: activating tests first."""
    made = watching(world, is_active=False, status="inactive")
    world.exchanges.answer = Refusal(code=Code.KEY_LOST)
    assert "🚫" in (await pressed(world, "▶️ Resume")).text
    assert not world.rows.connections[made.id].is_active


async def test_without_master_keys_a_key_cannot_be_tested(world: World) -> None:
    watching(world)
    world.safe = None
    world.operator()
    assert "🚫" in (await pressed(world, "Test")).text


# --- name and alarm ----------------------------------------------------------------------------------


async def test_a_name_is_typed(world: World) -> None:
    made = watching(world)
    await pressed(world, "Rename")
    card = await types(world, f"  My   {HOSTILE} " + "x" * 99)
    name = world.rows.connections[made.id].name
    assert name.startswith("My <b>") and len(name) == 40 and "Renamed" in card.text
    await types(world, "Second")
    assert world.rows.connections[made.id].name == name


async def test_a_late_name_is_not_taken(world: World) -> None:
    made = watching(world)
    await pressed(world, "Rename")
    await world.clock.advance(301)
    assert "too long" in (await types(world, "New")).text and world.rows.connections[made.id].name == "Main"


async def test_an_alarm_is_acknowledged(world: World) -> None:
    made = watching(world)
    [said] = await world.presses(1, Button(label="x", action="connection_known", args={"connection": made.id}))
    assert "Noted" in said.text and world.rows.checkups[made.id].acknowledged_at == world.clock.now()
