"""Whether the money is real stands in every message about an account, also in those that say no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.replies import Button
from engine.errors import Code
from engine.types import Connection, PositionStatus, Refusal
from tests.handlers.build import quarantined
from tests.handlers.world import World

NO = Refusal(code=Code.VENUE_UNREACHABLE)


@pytest.fixture(params=["paper", "testnet"])
def account(request: pytest.FixtureRequest, world: World) -> Connection:
    user = world.person(1)
    if request.param == "paper":
        return world.account(user, name="Mine")
    settings = {"market": "spot", "testnet": True}
    return world.account(user, name="Mine", is_paper=False, exchange_name="okx", settings=settings)


def sign(account: Connection) -> str:
    return "📝 PAPER" if account.is_paper else "🧪 TESTNET"


async def pressed(world: World, action: str, **args: Any) -> str:
    [reply] = await world.presses(1, Button(label="x", action=action, args=args))
    return reply.text


@pytest.mark.parametrize(
    "action", ["connection_show", "connection_rename", "connection_remove", "connection_remove_yes", "connection_live"]
)
async def test_what_is_done_with_an_account(world: World, account: Connection, action: str) -> None:
    assert sign(account) in await pressed(world, action, connection=account.id)


async def test_an_account_that_cannot_go_yet(world: World, account: Connection) -> None:
    world.trade(world.rows.users[1], account)
    said = await pressed(world, "connection_remove_yes", connection=account.id)
    assert "still has" in said and sign(account) in said


@pytest.mark.parametrize("action", ["connection_test", "connection_switch"])
async def test_a_venue_that_does_not_answer(world: World, account: Connection, action: str) -> None:
    world.exchanges.answer = world.trader.account_answer = NO
    said = await pressed(world, action, connection=account.id, active=True)
    assert "does not answer" in said and sign(account) in said and "Mine" in said


@pytest.mark.parametrize("action", ["position_close_yes", "position_stop_to_entry", "position_loosen"])
async def test_a_deed_that_is_refused(world: World, account: Connection, action: str) -> None:
    trade = world.trade(world.rows.users[1], account)
    world.wishes.answer = NO
    said = await pressed(world, action, position=trade.id, percent="100", stop="1")
    assert "🚫" in said and sign(account) in said


async def test_a_trade_that_is_closed_already(world: World, account: Connection) -> None:
    trade = world.trade(world.rows.users[1], account, status=PositionStatus.CLOSED)
    said = await pressed(world, "position_close", position=trade.id)
    assert "already closed" in said and sign(account) in said


@pytest.mark.parametrize("action", ["order_check", "order_gone", "order_gone_yes"])
async def test_an_order_in_doubt(world: World, account: Connection, action: str) -> None:
    world.wishes.orders[801] = (1, replace(quarantined(801), connection_id=account.id))
    assert sign(account) in await pressed(world, action, order=801)
