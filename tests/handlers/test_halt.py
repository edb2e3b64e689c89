"""/halt and /panic, for oneself and for everybody."""

from __future__ import annotations

from datetime import timedelta

from bot.replies import Button
from engine.events import HouseSwitched
from engine.types import Role, TradingState
from tests.handlers.world import World, button, labels


async def test_a_halt_holds_at_once_and_asks_nothing(world: World) -> None:
    user = world.person(1)
    world.trade(user, world.account(user))
    [said] = await world.says(1, "/halt")
    assert world.rows.users[1].trading_state is TradingState.HALTED
    assert world.panic.started == [1] and not world.rows.flattening
    assert "Halted." in said.text and "Your open trade keeps its stop" in said.text and "/resume" in said.text
    assert labels(said) == [["🛑 Close everything", "▶️ Resume trading"]]
    assert [line[1] for line in world.rows.audit] == ["halt"]
    assert not world.wishes.deeds


async def test_a_panic_asks_first_and_is_a_row_before_anything_is_sent(world: World) -> None:
    user = world.person(1)
    world.trade(user, world.account(user))
    [asked] = await world.says(1, "/panic")
    assert world.rows.users[1].trading_state is TradingState.ACTIVE and not world.panic.started
    yes = button(asked, "Yes, close everything")
    assert yes.once and yes.urgent and yes.expires_in == timedelta(seconds=60)
    [begun] = await world.presses(1, yes)
    assert world.rows.users[1].trading_state is TradingState.HALTED
    assert world.rows.flattening == {1: world.clock.now()}
    assert world.panic.started == [1]
    assert "I am closing your trade" in begun.text and "closed, confirmed" not in begun.text
    assert [line[1] for line in world.rows.audit] == ["panic"]


async def test_the_halt_offers_to_close_everything(world: World) -> None:
    user = world.person(1)
    world.trade(user, world.account(user))
    [said] = await world.says(1, "/halt")
    assert button(said, "🛑 Close everything").urgent and not button(said, "▶️ Resume trading").urgent
    [asked] = await world.presses(1, button(said, "🛑 Close everything"))
    assert "Close your open trade at the market" in asked.text


async def test_a_resume_ends_halt_and_panic(world: World) -> None:
    world.person(1)
    [asked] = await world.says(1, "/panic")
    await world.presses(1, button(asked, "Yes, close everything"))
    [question] = await world.says(1, "/resume")
    assert world.rows.flattening
    [said] = await world.presses(1, button(question, "Yes, trade again"))
    assert "Trading." in said.text
    assert world.rows.users[1].trading_state is TradingState.ACTIVE and not world.rows.flattening


async def test_an_admin_halts_everybody_and_all_are_told(world: World) -> None:
    admin, user, blocked = world.person(1, role=Role.ADMIN), world.person(2), world.person(3, is_active=False)
    world.person(4)  # has no account
    for person in (user, blocked, admin):
        world.account(person)
    [said] = await world.says(1, "/halt")
    [asked] = await world.presses(1, button(said, "🛑 Halt everybody"))
    assert world.rows.house is TradingState.ACTIVE
    yes = button(asked, "Yes, halt everybody")
    assert yes.once and yes.expires_in == timedelta(seconds=60)
    [done] = await world.presses(1, yes)
    assert world.rows.house is TradingState.HALTED and world.panic.rounds == 1 and "They are told" in done.text
    assert sorted(who for who, _ in world.rows.told.values()) == [1, 2]
    assert {event for _, event in world.rows.told.values()} == {HouseSwitched(state="halted")}
    assert world.rows.audit[-1] == (1, "house_state", "house", {"state": "halted"})

    [again] = await world.says(1, "/halt")
    [question] = await world.presses(1, button(again, "▶️ End it for everybody"))
    [ended] = await world.presses(1, button(question, "Yes, let all trade again"))
    assert world.rows.house is TradingState.ACTIVE and "may trade again" in ended.text and world.panic.rounds == 1


async def test_halting_twice_tells_once(world: World) -> None:
    world.account(world.person(1, role=Role.ADMIN))
    for _ in range(2):
        await world.presses(1, Button(label="x", action="house_yes", args={"state": "halted"}))
    assert len(world.rows.told) == 1 and [line[1] for line in world.rows.audit] == ["house_state"]


async def test_everybody_is_nobodys_business_but_the_admins(world: World) -> None:
    """Neither with a forged button nor with one from a time when one had the right."""
    world.person(1)
    for action in ("house", "house_yes"):
        [said] = await world.presses(1, Button(label="x", action=action, args={"state": "halted"}))
        assert said.alert and not said.text
    assert world.rows.house is TradingState.ACTIVE and not world.rows.audit
    [own] = await world.says(1, "/halt")
    assert not any("everybody" in label for row in labels(own) for label in row)


async def test_a_resume_under_a_halt_of_the_house_says_that_it_stays(world: World) -> None:
    world.person(1, trading_state=TradingState.REDUCE_ONLY)
    world.rows.house = TradingState.HALTED
    for _ in range(2):
        [said] = await world.says(1, "/resume")
        assert "halted trading for everybody" in said.text and "open trades again" not in said.text
    assert world.rows.users[1].trading_state is TradingState.ACTIVE
