"""The accounts: their cards, switching, removing, and new paper ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.errors import Code
from engine.types import Refusal, TradingState
from handlers import paper
from tests.handlers.build import HOSTILE
from tests.handlers.fakes import KRAKEN, OKX
from tests.handlers.world import World, button, labels


async def test_the_first_screen_offers_a_paper_account(world: World) -> None:
    world.person(1)
    [empty] = await world.says(1, "/connections")
    assert labels(empty) == [["+ New account"]]
    [choice] = await world.presses(1, button(empty, "+ New account"))
    assert labels(choice) == [["1,000.00 USDT"], ["10,000.00 USDT"], ["100,000.00 USDT"], ["OKX", "Kraken"]]


@pytest.mark.parametrize("balance", paper.BALANCES, ids=str)
async def test_a_paper_account_starts_with_the_chosen_balance(world: World, balance: Decimal) -> None:
    world.person(1)
    [choice] = await world.says(1, "/connect")
    [done] = await world.presses(1, button(choice, f"{balance:,.2f} USDT"))
    [made] = world.rows.connections.values()
    assert world.rows.books[made.id].balance == balance
    assert f"Paper {balance:,}" in done.text and "📝 PAPER" in done.text


async def test_two_paper_accounts_have_two_names(world: World) -> None:
    world.person(1)
    for _ in range(3):
        [choice] = await world.says(1, "/connect")
        await world.presses(1, button(choice, "1,000.00 USDT"))
    assert [c.name for c in world.rows.connections.values()] == ["Paper 1,000", "Paper 1,000 · 2", "Paper 1,000 · 3"]


async def test_there_is_a_most(world: World) -> None:
    user = world.person(1)
    for _ in range(paper.MOST_ACCOUNTS):
        world.account(user)
    [choice] = await world.says(1, "/connect")
    [full] = await world.presses(1, button(choice, "1,000.00 USDT"))
    assert "20 accounts" in full.text
    assert len(world.rows.connections) == paper.MOST_ACCOUNTS


async def test_a_card_shows_money_trades_and_whether_it_is_real(world: World) -> None:
    user = world.person(1)
    first = world.account(user)
    world.account(user, name=HOSTILE, is_paper=False, exchange_name="okx")
    world.trade(user, first)
    paper_card, live_card = await world.says(1, "/connections")
    assert "📝 PAPER" in paper_card.text and "1 open trade" in paper_card.text
    assert "Balance: <b>10,000.00 USDT</b>" in paper_card.text and "Equity: <b>10,045.20 USDT</b>" in paper_card.text
    assert "💵 LIVE" in live_card.text and "No open trades" in live_card.text
    assert "&lt;b&gt;&amp;" in live_card.text


async def test_a_key_whose_rights_nobody_can_check_is_marked_on_the_card(world: World) -> None:
    user = world.person(1)
    world.account(user, is_paper=False, exchange_name="okx")
    world.exchanges.specs = (OKX, replace(KRAKEN, tells_rights=False))
    world.account(user, is_paper=False, exchange_name="kraken")
    told, quiet = await world.says(1, "/connections")
    assert "cannot check the rights" not in told.text
    assert "cannot check the rights of the key: Kraken does not say them" in quiet.text


async def test_a_venue_that_does_not_answer_is_said_on_the_card(world: World) -> None:
    world.account(world.person(1))
    world.trader.account_answer = Refusal(code=Code.VENUE_UNREACHABLE, details={"venue": "timeout"})
    [card] = await world.says(1, "/connections")
    assert "does not answer" in card.text and "It says: timeout" in card.text
    assert "Pause" in labels(card)[0][0]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "✅ trading"),
        ({"is_active": False}, "⏸ paused"),
        ({"trade_execution_enabled": False}, "⏸ paused"),
        ({"status": "inactive", "is_active": False}, "⏸ paused"),
        ({"status": "testing"}, "being tested"),
        ({"status": "error"}, "⚠️ error"),
    ],
    ids=["active", "switched off", "execution off", "inactive", "testing", "error"],
)
async def test_the_state_is_what_holds_it_back(world: World, fields: dict[str, object], shown: str) -> None:
    world.account(world.person(1), **fields)
    [card] = await world.says(1, "/connections")
    assert shown in card.text


async def test_pause_and_resume_edit_the_card(world: World) -> None:
    made = world.account(world.person(1))
    [card] = await world.says(1, "/connections")
    [paused] = await world.presses(1, button(card, "⏸ Pause"))
    assert paused.edit and "⏸ paused" in paused.text and not world.rows.connections[made.id].is_active
    [resumed] = await world.presses(1, button(paused, "▶️ Resume"))
    assert "✅ trading" in resumed.text and world.rows.connections[made.id].is_active
    assert [line[1] for line in world.rows.audit] == ["connection_switch"] * 2


async def test_removing_asks_first_and_can_be_left(world: World) -> None:
    made = world.account(world.person(1))
    [card] = await world.says(1, "/connections")
    [asked] = await world.presses(1, button(card, "Remove"))
    assert labels(asked) == [["Yes, remove it"], ["‹ Back"]]
    yes = button(asked, "Yes, remove it")
    assert yes.once and yes.expires_in is not None and yes.expires_in.total_seconds() == 60
    [back] = await world.presses(1, button(asked, "‹ Back"))
    assert made.id in world.rows.connections and "Balance" in back.text
    [gone] = await world.presses(1, yes)
    assert made.id not in world.rows.connections and "is removed" in gone.text
    assert world.discarded == [made.id]


async def test_an_account_with_an_open_trade_stays(world: World) -> None:
    user = world.person(1)
    made = world.account(user)
    world.trade(user, made)
    [card] = await world.says(1, "/connections")
    [asked] = await world.presses(1, button(card, "Remove"))
    [said] = await world.presses(1, button(asked, "Yes, remove it"))
    assert "still has open trades" in said.text
    assert made.id in world.rows.connections and world.discarded == []


@pytest.mark.parametrize(
    ("state", "house", "said"),
    [
        (TradingState.REDUCE_ONLY, TradingState.ACTIVE, "/resume opens them again."),
        (TradingState.HALTED, TradingState.ACTIVE, "Trading is halted. /resume starts it again."),
        (TradingState.ACTIVE, TradingState.HALTED, "The operator has halted trading for everybody."),
        (TradingState.HALTED, TradingState.HALTED, "The operator has halted trading for everybody."),
    ],
)
async def test_what_holds_back_all_trading_is_said_on_every_account(
    world: World, state: TradingState, house: TradingState, said: str
) -> None:
    world.account(world.person(1, trading_state=state))
    world.rows.house = house
    [card] = await world.says(1, "/connections")
    [back] = await world.says(1, "/start")
    assert said in card.text and said in back.text


async def test_an_account_whose_venue_does_not_answer_is_not_resumed(world: World) -> None:
    made = world.account(world.person(1), is_active=False)
    [card] = await world.says(1, "/connections")
    world.trader.account_answer = Refusal(code=Code.KEY_LOST)
    [said] = await world.presses(1, button(card, "▶️ Resume"))
    assert "no longer accepts the key" in said.text
    assert not world.rows.connections[made.id].is_active and world.rows.audit == []
