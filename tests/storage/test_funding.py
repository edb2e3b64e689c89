"""Funding payments in the books: each once, with its parts, on the day it was paid, for its owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.types import ClosedReason, FundedAccount, FundingPayment, Move, Position, PositionStatus
from storage.database import Database
from storage.tables import execution_connections, funding_parts, funding_payments
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage import worlds
from tests.storage.worlds import World, fill

D = Decimal
HOUR = timedelta(hours=1)


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


@pytest.fixture
async def trade(database: Database, world: World) -> Position:
    return await database.write(lambda unit: unit.positions.add(world.position()))


def payment(amount: str = "-0.6", funding_id: str = "f1", **changes: Any) -> FundingPayment:
    plain: dict[str, Any] = {"symbol": "BTC/USDT", "currency": "USDT", "at": NOON, "amount": D(amount)}
    return FundingPayment(funding_id=funding_id, **{**plain, **changes})


def add(unit: UnitOfWork, world: World, one: FundingPayment, **parts: str) -> bool:
    of = {int(name[1:]): D(amount) for name, amount in parts.items()}
    return unit.funding.add(world.ann.id, world.ann_account.id, one, of, NOON)


def kept(unit: UnitOfWork) -> tuple[list[Any], list[Any]]:
    payments = unit.connection.execute(select(funding_payments.c.funding_id, funding_payments.c.amount)).all()
    parts = unit.connection.execute(select(funding_parts.c.position_id, funding_parts.c.amount)).all()
    return [tuple(row) for row in payments], [tuple(row) for row in parts]


async def test_F42_a_payment_is_kept_once_by_its_id(database: Database, world: World, trade: Position) -> None:
    part = {f"p{trade.id}": "-0.123456789012345678"}
    assert await database.write(lambda unit: add(unit, world, payment("-0.123456789012345678"), **part)) is True
    assert await database.write(lambda unit: add(unit, world, payment("-99"), **{f"p{trade.id}": "-99"})) is False
    exact = D("-0.123456789012345678")
    assert await database.read(kept) == ([("f1", exact)], [(trade.id, exact)])
    other = await database.write(
        lambda unit: unit.funding.add(world.bob.id, world.bob_account.id, payment(), {trade.id: D(1)}, NOON)
    )
    assert other is True, "another account counts for itself"


async def test_F42_a_payment_counts_from_its_moment_on(database: Database, world: World, trade: Position) -> None:
    name, ann, account = f"p{trade.id}", world.ann.id, world.ann_account.id

    def furnish(unit: UnitOfWork) -> None:
        add(unit, world, payment(), **{name: "-0.6"})
        add(unit, world, payment("0.1", "f2", at=NOON + HOUR), **{name: "0.1"})

    await database.write(furnish)
    assert await database.read(lambda unit: unit.funding.paid(ann, account, NOON, NOON + HOUR)) == D("-0.6")
    assert await database.read(lambda unit: unit.funding.paid(ann, account, NOON, NOON + 2 * HOUR)) == D("-0.5")
    assert await database.read(lambda unit: unit.funding.paid(world.bob.id, account, NOON, NOON + HOUR)) == 0
    assert await database.read(lambda unit: unit.funding.paid_since(ann, NOON + HOUR)) == {account: D("0.1")}
    assert await database.read(lambda unit: unit.funding.paid_since(world.bob.id, NOON)) == {}


async def test_F42_the_daily_loss_has_the_funding_of_the_day_and_not_of_other_days(
    database: Database, world: World, trade: Position
) -> None:
    """Of six paid in all four were paid yesterday; another two today."""
    name, account = f"p{trade.id}", world.ann_account.id

    def furnish(unit: UnitOfWork) -> None:
        add(unit, world, payment("-4", at=NOON - 9 * HOUR), **{name: "-4"})
        add(unit, world, payment("-2", "f2"), **{name: "-2"})
        closed: dict[str, Any] = {"status": PositionStatus.CLOSED, "closed_at": NOON}
        unit.positions.save(replace(trade, pnl=D(-5), funding=D(-6), **closed))

    await database.write(furnish)
    exposure = await database.read(lambda unit: unit.positions.exposure(account, "BTC/USDT", NOON - HOUR))
    assert exposure.realised_today == D(-1), "five lost, without what yesterday paid of it"


async def test_F42_funding_comes_back_with_its_position(database: Database, trade: Position) -> None:
    await database.write(lambda unit: unit.positions.save(replace(trade, funding=D("-0.6"))))
    found = await database.read(lambda unit: unit.positions.get(trade.id))
    assert found is not None and found.funding == D("-0.6")


async def test_F42_fills_are_what_moved_a_position(database: Database, world: World, trade: Position) -> None:
    def furnish(unit: UnitOfWork) -> None:
        entry = unit.orders.add(world.order())
        out = unit.orders.add(world.order("C", client_order_id="c", request=worlds.request("c", reduce_only=True)))
        unit.orders.add_fills(out, (fill("t2", at=NOON + HOUR, quantity=D("0.2")),))
        unit.orders.add_fills(entry, (fill("t1"),))

    await database.write(furnish)
    moves = (Move(at=NOON, quantity=D("0.5")), Move(at=NOON + HOUR, quantity=D("-0.2")))
    assert await database.read(lambda unit: unit.funding.moves(world.ann.id, trade)) == moves
    assert await database.read(lambda unit: unit.funding.moves(world.bob.id, trade)) == ()


async def test_F42_accounts_at_exchanges_with_trades_of_late(database: Database, world: World, trade: Position) -> None:
    ann, account = world.ann.id, world.ann_account.id

    async def found() -> tuple[FundedAccount, ...]:
        return await database.read(lambda unit: unit.funding.accounts(NOON - HOUR))

    assert await found() == (), "paper pays no funding"
    await database.write(lambda unit: unit.connection.execute(update(execution_connections).values(is_paper=False)))
    open_ = FundedAccount(connection_id=account, owner_id=ann, read_at=None, is_open=True, closed_at=None)
    assert await found() == (open_,)
    await database.write(lambda unit: unit.funding.note_read(world.bob.id, account, NOON))
    assert await found() == (open_,), "not theirs"
    await database.write(lambda unit: unit.funding.note_read(ann, account, NOON))
    assert await found() == (replace(open_, read_at=NOON),)
    ended: dict[str, Any] = {"status": PositionStatus.CLOSED, "closed_at": NOON, "closed_reason": ClosedReason.SL}
    closed = await database.write(lambda unit: unit.positions.save(replace(trade, **ended)))
    assert await found() == (replace(open_, read_at=NOON, is_open=False, closed_at=NOON),)
    assert await database.read(lambda unit: unit.funding.trades(ann, account, NOON)) == (closed,)
    assert await database.read(lambda unit: unit.funding.trades(ann, account, NOON + HOUR)) == ()
    assert await database.read(lambda unit: unit.funding.trades(world.bob.id, account, NOON)) == ()
    assert await database.read(lambda unit: unit.funding.accounts(NOON + HOUR)) == ()
