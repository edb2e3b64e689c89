"""An account that holds the other side of what we had: told once, and nothing is opened into it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from engine.errors import Code
from engine.execution import reserve, sides
from engine.types import ClosedReason, Direction, Execution, Holding, Order, OrderState, Position, Refusal
from storage.tables import trading_presets
from storage.unit_of_work import UnitOfWork
from tests.execution.bench import Bench
from tests.execution.fake_venue import D, lost
from tests.execution.test_close_and_stop import second_trade
from tests.storage.worlds import entry, post, price

BTC = "BTC/USDT"


@pytest.fixture
async def opened(bench: Bench) -> Position:
    return await bench.enter()


async def crossed(bench: Bench, quantity: str = "-14") -> Position:
    """Its owner sells more by hand than the ten that are ours; a round of comparisons later."""
    bench.venue.foreign(BTC, D(quantity))
    await compared(bench)
    return await bench.position()


async def compared(bench: Bench) -> None:
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(7)


async def published(bench: Bench, number: int, direction: Direction = Direction.BUY) -> Execution:
    """One more signal in this symbol, on rules that let it through beside an open trade."""
    world, sell = bench.world, direction is Direction.SELL

    def publish(tx: UnitOfWork) -> Execution | None:
        columns = trading_presets.c
        tx.connection.execute(
            update(trading_presets).values({columns.max_positions: 9, columns.max_positions_per_symbol: 9})
        )
        meant = entry(direction=direction, stop_loss=price("110" if sell else "95"), take_profits=())
        signal = tx.signals.publish(world.ann_channel, post(number), meant, str(number) * 64, bench.clock.now())
        return tx.executions.open(signal, world.ann_account, bench.clock.now())

    execution = await bench.database.write(publish)
    assert execution is not None
    return execution


async def signalled(bench: Bench, number: int, direction: Direction = Direction.BUY) -> str | None:
    """What becomes of one more signal in this symbol: the code of its refusal, or None."""
    execution = await published(bench, number, direction)
    bench.trader.start((execution,))
    await bench.run(3)
    refused = [said for kind, said in await bench.told() if kind == "signal_refused"]
    placed = await bench.database.read(lambda tx: tx.orders.of_execution(execution.id))
    return None if placed else refused[-1]["code"]


async def troubles(bench: Bench) -> list[dict[str, Any]]:
    return [said for kind, said in await bench.told() if kind == "trouble"]


async def test_what_was_ours_is_booked_out_and_the_other_side_is_told(bench: Bench, opened: Position) -> None:
    position = await crossed(bench)
    assert (position.is_open, position.closed_reason) == (False, ClosedReason.EXTERNAL)
    (told,) = await troubles(bench)
    assert (told["code"], told["details"]) == (Code.OTHER_SIDE, {"direction": "sell", "quantity": "4"})
    assert told["position_id"] == position.id
    assert not bench.venue.resting()


@pytest.mark.parametrize("direction", Direction)
async def test_nothing_is_opened_in_that_symbol_until_it_is_flat(
    bench: Bench, opened: Position, direction: Direction
) -> None:
    await crossed(bench)
    sent = bench.venue.count("place")
    assert await signalled(bench, 2, direction) == Code.OTHER_SIDE
    await compared(bench)
    assert await signalled(bench, 3, direction) == Code.OTHER_SIDE
    assert bench.venue.count("place") == sent
    bench.venue.foreign(BTC, D(4))
    await compared(bench)
    assert await signalled(bench, 4, direction) is None
    assert len(await troubles(bench)) == 1


async def test_on_our_side_again_is_as_good_as_flat(bench: Bench, opened: Position) -> None:
    await crossed(bench)
    bench.venue.foreign(BTC, D(9))
    await compared(bench)
    assert await signalled(bench, 2) is None


async def test_a_restart_does_not_forget_it(bench: Bench, opened: Position) -> None:
    await crossed(bench)
    new = await bench.reborn()
    assert await signalled(new, 2) == Code.OTHER_SIDE
    await new.close()


@pytest.mark.parametrize("readings", [(lost(),), (None, lost())])
async def test_no_answer_opens_nothing(bench: Bench, opened: Position, readings: tuple[Any, ...]) -> None:
    await crossed(bench)
    bench.venue.foreign(BTC, D(4))
    bench.venue.script("holdings", *readings)
    await compared(bench)
    assert await signalled(bench, 2) == Code.OTHER_SIDE


async def test_a_symbol_that_an_answer_leaves_out_is_not_flat(bench: Bench, opened: Position) -> None:
    await crossed(bench)
    bench.venue.unread.add(BTC)
    await compared(bench)
    assert await signalled(bench, 2) == Code.OTHER_SIDE


async def test_flat_for_one_reading_only_opens_nothing(bench: Bench, opened: Position) -> None:
    await crossed(bench)
    bench.venue.foreign(BTC, D(4))
    bench.spawn("compare", bench.recovery.compare())
    await bench.run(3)
    bench.venue.foreign(BTC, D(-4))
    await bench.run(4)
    assert await signalled(bench, 2) == Code.OTHER_SIDE


async def test_an_order_that_has_not_left_stays(bench: Bench, opened: Position) -> None:
    await crossed(bench)
    order = bench.world.order("E2", client_order_id="s2", state=OrderState.PLANNED)
    execution = await bench.database.write(_another)
    kept = await bench.database.write(lambda tx: tx.orders.add(replace(order, execution_id=execution.id)))
    assert await bench.database.read(lambda tx: reserve.unwanted(tx, kept, bench.clock.now())) is Code.OTHER_SIDE
    assert await bench.database.write(lambda tx: _uncrossed_then_wanted(tx, kept, bench)) is None


def _another(tx: UnitOfWork) -> Any:
    signal = tx.signals.get(1)
    (*_, account) = tx.connections.active()
    assert signal is not None
    return tx.executions.open(signal, account, signal.published_at)


def _uncrossed_then_wanted(tx: UnitOfWork, order: Order, bench: Bench) -> Code | None:
    sides.open_again(tx, [position.id for position in tx.positions.crossed()])
    return reserve.unwanted(tx, order, bench.clock.now())


async def test_two_trades_that_are_gone_are_one_piece_of_news(bench: Bench) -> None:
    one, other = await second_trade(bench)
    bench.venue.foreign(BTC, -(one.quantity + other.quantity) - D(3))
    await compared(bench)
    assert not await bench.database.read(lambda tx: tx.positions.open())
    assert len(await troubles(bench)) == 1
    assert await signalled(bench, 3) == Code.OTHER_SIDE
    bench.venue.foreign(BTC, D(3))
    await compared(bench)
    assert await signalled(bench, 4) is None


async def test_its_owner_says_that_it_stays(bench: Bench, opened: Position) -> None:
    position = await crossed(bench)
    assert await bench.wishes.keep_side(bench.world.bob.id, position.id) == Refusal(code=Code.NOT_FOUND)
    assert await signalled(bench, 2) == Code.OTHER_SIDE
    kept = await bench.wishes.keep_side(bench.world.ann.id, position.id)
    assert isinstance(kept, Position)
    assert await signalled(bench, 3) is None


async def test_an_account_that_keeps_both_sides_apart_is_not_closed(
    bench: Bench, opened: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner's short was there beside our long all along."""
    ours = [D(10)]

    async def apart(symbols: Collection[str] = ()) -> tuple[Holding, ...]:
        held = (*ours, D(-4))
        return tuple(Holding(symbol=BTC, quantity=quantity, entry_price=D(100)) for quantity in held if quantity)

    monkeypatch.setattr(bench.venue, "holdings", apart)
    await compared(bench)
    ours[0] = D(0)
    await compared(bench)
    assert not (await bench.position()).is_open
    assert not await troubles(bench)
    assert await signalled(bench, 2) is None


async def test_a_part_that_is_missing_is_no_other_side(bench: Bench, opened: Position) -> None:
    position = await crossed(bench, "-4")
    assert (position.is_open, position.quantity, position.crossed) == (True, D(6), False)
    assert not await troubles(bench)
