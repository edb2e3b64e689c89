"""The buttons of an order that the exchange could not answer for."""

from __future__ import annotations

from bot.replies import Button, Reply
from engine.types import OrderState
from tests.handlers.world import World

ANN = 7


async def press(world: World, action: str) -> Reply:
    order = world.doubtful(world.person(ANN))
    [reply] = await world.presses(ANN, Button(label="x", action=action, args={"order": order}, once=False))
    return reply


async def test_looking_again_finds_it(world: World) -> None:
    world.wishes.turns_into = OrderState.FILLED
    assert "was found at the exchange" in (await press(world, "order_check")).text


async def test_looking_again_finds_nothing_new_and_asks_as_before(world: World) -> None:
    reply = await press(world, "order_check")
    assert "still does not say" in reply.text
    assert [button.action for row in reply.rows for button in row] == ["order_check", "order_gone"]


async def test_that_it_is_not_there_is_asked_once_more(world: World) -> None:
    reply = await press(world, "order_gone")
    assert "Did you look at the exchange" in reply.text and world.wishes.said == []
    assert [button.action for row in reply.rows for button in row] == ["order_gone_yes", "order_check"]


async def test_its_owner_says_that_it_is_not_there(world: World) -> None:
    reply = await press(world, "order_gone_yes")
    assert "is over" in reply.text and world.wishes.said == [("not_there", ANN, 801)]


async def test_one_that_turned_up_meanwhile_is_not_declared_gone(world: World) -> None:
    world.wishes.turns_into = OrderState.ACKED
    assert "was found" in (await press(world, "order_gone_yes")).text and world.wishes.said == []


async def test_its_owner_is_asked_whether_what_is_held_stays_and_says_so(world: World) -> None:
    ann = world.person(ANN)
    trade = world.trade(ann, world.account(ann))
    [asked] = await world.presses(ANN, Button(label="x", action="position_side", args={"position": trade.id}))
    assert "does it <b>stay</b>" in asked.text and world.wishes.said == []
    [kept] = await world.presses(ANN, asked.rows[0][0])
    assert "open new trades" in kept.text and world.wishes.said == [("keep_side", ANN, trade.id)]
