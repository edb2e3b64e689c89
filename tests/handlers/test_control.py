"""/pause and /resume."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.types import TradingState
from handlers import control
from tests.handlers.world import CATALOGUE, World, button, labels


async def test_pause_is_stored_and_keeps_what_is_open(world: World) -> None:
    user = world.person(1)
    world.trade(user, world.account(user))
    [said] = await world.says(1, "/pause")
    assert world.rows.users[1].trading_state is TradingState.REDUCE_ONLY
    assert "Paused." in said.text and "Your open trade keeps its stop and targets." in said.text
    assert world.rows.audit == [(1, "trading_state", "user:1", {"state": "reduce_only"})]
    assert labels(said) == [["▶️ Resume trading"]]
    [resumed] = await world.presses(1, button(said, "▶️ Resume trading"))
    assert world.rows.users[1].trading_state is TradingState.ACTIVE and "Trading." in resumed.text


async def test_asking_twice_changes_nothing(world: World) -> None:
    world.person(1)
    await world.says(1, "/pause")
    [paused] = await world.says(1, "/pause")
    assert "paused already" in paused.text
    await world.says(1, "/resume")
    [resumed] = await world.says(1, "/resume")
    assert "not paused" in resumed.text
    assert len(world.rows.audit) == 2


async def test_a_halt_is_lifted_only_by_a_confirmation(world: World) -> None:
    world.person(1, trading_state=TradingState.HALTED)
    [paused] = await world.says(1, "/pause")
    assert "Trading is halted" in paused.text and world.rows.users[1].trading_state is TradingState.HALTED
    [asked] = await world.says(1, "/resume")
    assert world.rows.users[1].trading_state is TradingState.HALTED
    yes = button(asked, "Yes, trade again")
    assert yes.once and yes.expires_in == timedelta(seconds=60)
    await world.presses(1, yes)
    assert world.rows.users[1].trading_state is TradingState.ACTIVE


async def test_an_old_yes_does_not_end_a_later_halt(world: World) -> None:
    """Asked about the first halt, then a panic: the answer to the old question must not stop the closing."""
    world.person(1)
    await world.says(1, "/halt")
    [asked] = await world.says(1, "/resume")
    [panic] = await world.says(1, "/panic")
    await world.presses(1, button(panic, "Yes, close everything"))
    lines = len(world.rows.audit)
    [said] = await world.presses(1, button(asked, "Yes, trade again"))
    assert "Nothing has changed" in said.text and "since you asked" in said.text
    assert world.rows.users[1].trading_state is TradingState.HALTED and world.rows.flattening
    assert len(world.rows.audit) == lines
    [anew] = await world.presses(1, button(said, "▶️ Resume trading"))
    await world.presses(1, button(anew, "Yes, trade again"))
    assert world.rows.users[1].trading_state is TradingState.ACTIVE and not world.rows.flattening


async def test_a_second_yes_ends_nothing(world: World) -> None:
    world.person(1)
    await world.says(1, "/halt")
    [asked] = await world.says(1, "/resume")
    [also] = await world.says(1, "/resume")
    await world.presses(1, button(asked, "Yes, trade again"))
    [said] = await world.presses(1, button(also, "Yes, trade again"))
    assert "not paused" in said.text
    await world.says(1, "/pause")
    await world.presses(1, button(also, "Yes, trade again"))
    assert world.rows.users[1].trading_state is TradingState.REDUCE_ONLY


@pytest.mark.parametrize("asked", [control.pause, control.resume], ids=["pause", "resume"])
async def test_a_halt_that_came_in_between_is_not_undone(world: World, asked: Any) -> None:
    """It does not wait for its turn, so it may come while another command is being carried out."""
    before = TradingState.ACTIVE if asked is control.pause else TradingState.REDUCE_ONLY
    user = world.person(1, trading_state=before)
    await world.says(1, "/halt")
    said = await asked(None, user, CATALOGUE.texts("en"), world.store, world.clock)
    assert world.rows.users[1].trading_state is TradingState.HALTED
    assert "Trading is halted" in said.text or "Nothing has changed" in said.text
