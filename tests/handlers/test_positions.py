"""The cards of open trades and their buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.replies import Button, Reply
from engine.errors import Code
from engine.types import Connection, Direction, Position, PositionStatus, Protection, Refusal, User
from tests.handlers.build import HOSTILE, NOW
from tests.handlers.world import World, button, labels


@pytest.fixture
def user(world: World) -> User:
    return world.person(1)


@pytest.fixture
def account(world: World, user: User) -> Connection:
    return world.account(user)


async def test_F42_a_card_shows_what_was_paid_for_holding(world: World, user: User, account: Connection) -> None:
    world.trade(user, account, funding=Decimal("-0.6"))
    [said] = await world.says(1, "/positions")
    assert "\nFunding: -0.60 USDT\n" in said.text
    world.rows.positions[701] = replace(world.rows.positions[701], funding=Decimal(0))
    [said] = await world.says(1, "/positions")
    assert "Funding" not in said.text


@pytest.fixture
def trade(world: World, user: User, account: Connection) -> Position:
    return world.trade(user, account)


async def test_no_trades_is_a_friendly_screen(world: World, user: User) -> None:
    [empty] = await world.says(1, "/positions")
    assert "No open trades" in empty.text


async def test_the_card_tells_the_whole_trade(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    assert card.text == (
        "<b>🟢 LONG BTC/USDT</b> · <b>+45.20 USDT</b> (+1.41%)\n"
        "Paper 10,000 · 📝 PAPER\n"
        "\n"
        "Entry 64,120.5 · now <b>64,900</b>\n"
        "Size: 0.025 of 0.05\n"
        "Stop: <b>62,800</b> · held by the exchange\n"
        "✅ TP1 65,500 · 50%\n"
        "▫️ TP2 67,000 · 50%"
    )
    assert labels(card) == [["Close", "Close half"], ["Stop to entry"], ["↻ Refresh"]]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"current_price": None}, "Entry: 64,120.5"),
        ({"original_quantity": Decimal("0.025")}, "Size: 0.025\n"),
        ({"sl_price": None}, "⚠️ No stop"),
        ({"protection": Protection.ENGINE}, "watched by me"),
        ({"trailing_stop_enabled": True}, "Trailing stop is on"),
        ({"sl_moved_to_breakeven": True}, "Stop moved to entry"),
        ({"detached": True}, "no longer manages"),
        ({"direction": Direction.SELL}, "🔴 SHORT"),
        ({"pnl": Decimal("-3.1")}, "-3.10 USDT"),
    ],
    ids=["no price", "whole", "no stop", "engine", "trailing", "break-even", "detached", "short", "loss"],
)
async def test_the_card_says_what_is_special(
    world: World, user: User, account: Connection, fields: dict[str, object], line: str
) -> None:
    world.trade(user, account, **fields)
    [card] = await world.says(1, "/positions")
    assert line in card.text


async def test_many_trades_are_one_list_with_a_button_each(world: World, user: User, account: Connection) -> None:
    for number in range(6):
        world.trade(user, account, symbol=f"C{number}/USDT")
    [overview] = await world.says(1, "/positions")
    assert "6 open trades" in overview.text and "3. 🟢 LONG C2/USDT · 📝 PAPER · +45.20 USDT" in overview.text
    assert labels(overview) == [["1", "2", "3", "4", "5"], ["6"]]
    [card] = await world.presses(1, button(overview, "3"))
    assert "C2/USDT" in card.text and card.edit


async def test_five_trades_are_five_cards(world: World, user: User, account: Connection) -> None:
    for _ in range(5):
        world.trade(user, account)
    assert len(await world.says(1, "/positions")) == 5


async def test_closing_asks_and_then_edits_the_card_to_the_result(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    [asked] = await world.presses(1, button(card, "Close"))
    assert asked.edit and "Close <b>🟢 LONG BTC/USDT</b> at the market?" in asked.text
    assert "Paper 10,000 · 📝 PAPER" in asked.text
    assert world.wishes.deeds == []
    yes = button(asked, "Yes, close it")
    assert yes.once and yes.expires_in == timedelta(seconds=60)
    [done] = await world.presses(1, yes)
    assert done.edit and "is closed" in done.text and done.rows == ()
    assert world.wishes.deeds == [("close", 1, trade.id, Decimal(100))]


async def test_a_confirmation_pressed_twice_closes_once(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    [asked] = await world.presses(1, button(card, "Close"))
    world.rows.buttons["yes"] = (1, button(asked, "Yes, close it"))
    await world.presses_token(1, "yes")
    [again] = await world.presses_token(1, "yes")
    assert again.alert and len(world.wishes.deeds) == 1


async def test_back_shows_the_card_again(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    [asked] = await world.presses(1, button(card, "Close"))
    [back] = await world.presses(1, button(asked, "‹ Back"))
    assert back == replace(card, edit=True)
    assert world.wishes.deeds == []


async def test_half_closes_half(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    [asked] = await world.presses(1, button(card, "Close half"))
    assert "Close half of" in asked.text
    [done] = await world.presses(1, button(asked, "Yes, close half"))
    assert world.wishes.deeds == [("close", 1, trade.id, Decimal(50))]
    assert done.text.startswith("✅ Half is closed.") and "0.0125 of 0.05" in done.text


@pytest.mark.parametrize("label, yes", [("Close", "Yes, close it"), ("Close half", "Yes, close half")])
async def test_a_close_on_its_way_does_not_claim_to_be_done(
    world: World, trade: Position, label: str, yes: str
) -> None:
    world.wishes.answer = trade
    [card] = await world.says(1, "/positions")
    [asked] = await world.presses(1, button(card, label))
    [done] = await world.presses(1, button(asked, yes))
    assert "closing order is on its way" in done.text and "is closed" not in done.text


async def test_stop_to_entry_moves_the_stop(world: World, trade: Position) -> None:
    [card] = await world.says(1, "/positions")
    [done] = await world.presses(1, button(card, "Stop to entry"))
    assert world.wishes.deeds == [("stop_to_entry", 1, trade.id, None)]
    assert "The stop is at the entry price" in done.text and "Stop: <b>64,120.5</b>" in done.text and done.edit


@pytest.mark.parametrize("label", ["Close", "Stop to entry"])
async def test_what_the_trader_refuses_is_said_with_its_figures(world: World, trade: Position, label: str) -> None:
    world.wishes.answer = Refusal(code=Code.STOP_PASSED, details={"stop": "64120.5", "market": "64000"})
    [card] = await world.says(1, "/positions")
    [said] = await world.presses(1, button(card, label))
    if label == "Close":
        [said] = await world.presses(1, button(said, "Yes, close it"))
    assert "stop 64,120.5 · market 64,000" in said.text and not said.edit


async def test_under_a_notice_the_answer_is_a_message_of_its_own(world: World, trade: Position) -> None:
    args = {"position": trade.id, "notice": True}
    [asked] = await world.presses(1, Button(label="Close", action="position_close", args=args, once=False))
    assert not asked.edit
    [done] = await world.presses(1, button(asked, "Yes, close it"))
    assert done.edit
    world.rows.positions[trade.id] = trade
    [moved] = await world.presses(1, Button(label="x", action="position_stop_to_entry", args=args))
    assert not moved.edit


async def test_a_closed_trade_is_not_asked_about(world: World, user: User, account: Connection) -> None:
    closed = world.trade(user, account, status=PositionStatus.CLOSED, closed_at=NOW)
    press = Button(label="Close", action="position_close", args={"position": closed.id}, once=False)
    [said] = await world.presses(1, press)
    assert "already closed" in said.text


async def test_names_from_outside_are_shown_as_they_are(world: World, user: User) -> None:
    world.trade(user, world.account(user, name=HOSTILE), symbol=HOSTILE)
    [card] = await world.says(1, "/positions")
    assert card.text.count("&lt;b&gt;&amp;&quot;&#x27;{ $x }&lt;/i&gt;") == 2
    reply: Reply
    for label in ("Close", "Close half"):
        [reply] = await world.presses(1, button(card, label))
        assert "&lt;b&gt;" in reply.text


async def test_the_stop_gets_more_room_only_when_its_owner_says_so(world: World) -> None:
    owner = world.person(1)
    trade = world.trade(owner, world.account(owner))
    args = {"position": trade.id, "stop": "60000"}
    [said] = await world.presses(1, Button(label="x", action="position_loosen", args=args))
    assert world.wishes.deeds == [("loosen_stop", 1, trade.id, Decimal(60000))]
    assert "the room the channel asked for" in said.text and "60,000" in said.text


async def test_a_testnet_account_is_not_called_live(world: World) -> None:
    owner = world.person(7)
    account = world.account(owner, is_paper=False, exchange_name="binance", settings={"testnet": True})
    world.trade(owner, account)
    [reply] = await world.says(7, "/positions")
    assert "TESTNET" in reply.text and "LIVE" not in reply.text


@pytest.mark.parametrize("code", [Code.NO_PRICE, Code.MIN_QTY, Code.VENUE_REFUSED, Code.TIME_IN_FORCE])
async def test_a_close_that_fails_speaks_of_the_trade_and_not_of_the_next_signal(world: World, code: Code) -> None:
    user = world.person(1)
    trade = world.trade(user, world.account(user))
    world.wishes.answer = Refusal(code=code, details={"venue": "no_price"})
    [said] = await world.presses(
        1, Button(label="x", action="position_close_yes", args={"position": trade.id, "percent": "100"})
    )
    assert "The trade is still open" in said.text and "It says: There is no fresh price" in said.text
    assert not any(
        word in said.text for word in ("next signal", "your risk allows", "refused the order", "Nothing was")
    )


async def test_a_perpetual_has_the_name_that_people_use(world: World) -> None:
    user = world.person(1)
    world.trade(user, world.account(user), symbol="BTC/USDT:USDT")
    [said] = await world.says(1, "/positions")
    assert "BTC/USDT perpetual" in said.text and ":USDT" not in said.text
