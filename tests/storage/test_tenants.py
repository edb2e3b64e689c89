"""Nobody sees, changes or removes what belongs to somebody else: every call, with the ids of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import StaleVersion
from engine.types import (
    DayReport,
    FundingPayment,
    Holding,
    OrderState,
    PaperBook,
    PaperOrder,
    PositionStatus,
    Preset,
    Role,
    SourceMode,
    User,
)
from storage.database import Database
from storage.repositories.accounts import PAPER_SETTINGS
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.storage import worlds
from tests.storage.worlds import World, fill, request

LATER = NOON + timedelta(hours=1)
DAY = date(2026, 11, 20)

FUNDING = FundingPayment(funding_id="f", symbol="BTC/USDT", amount=Decimal(-1), currency="USDT", at=NOON)

Ask = Callable[[UnitOfWork, User, World], Any]


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


# Each asks, in the name of a person, for something of Ann's. The answer to anybody else is the same as for nothing.
ASKED: dict[str, tuple[Ask, Any]] = {
    "account": (lambda unit, who, world: unit.accounts.get(who.id, world.ann_account.id), None),
    "switch an account": (
        lambda unit, who, world: unit.accounts.set_active(who.id, world.ann_account.id, False, NOON), False,
    ),
    "remove an account": (lambda unit, who, world: unit.accounts.remove(who.id, world.ann_account.id), False),
    "credentials": (lambda unit, who, world: unit.credentials.put(who.id, world.ann_account.id, {}, NOON), False),
    "channel": (lambda unit, who, world: unit.channels.get(who.id, world.ann_channel.id), None),
    "switch a channel": (
        lambda unit, who, world: unit.channels.set_mode(who.id, world.ann_channel.id, SourceMode.AUTO), False,
    ),
    "share a channel": (
        lambda unit, who, world: unit.channels.set_scope(who.id, world.ann_channel.id, "global"), False,
    ),
    "remove a channel": (lambda unit, who, world: unit.channels.remove(who.id, world.ann_channel.id), False),
    "signal": (lambda unit, who, world: unit.trades.signal_is_theirs(who.id, world.signal.id), False),
    "position": (lambda unit, who, world: unit.trades.of_user(who.id, unit.positions.open()[0].id), None),
    "positions": (lambda unit, who, world: unit.positions.of_user(who.id, only_open=False), ()),
    "today": (lambda unit, who, world: unit.trades.today(who.id, NOON), ()),
    "funding": (lambda unit, who, world: dict(unit.funding.paid_since(who.id, NOON)), {}),
    "funded trades": (lambda unit, who, world: unit.funding.trades(who.id, world.ann_account.id, NOON), ()),
    "moves": (lambda unit, who, world: unit.funding.moves(who.id, unit.positions.open()[0]), ()),
    "reports": (lambda unit, who, world: unit.trades.reports(who.id, DAY), ()),
}  # fmt: skip


def report(world: World, **changes: Any) -> DayReport:
    plain: dict[str, Any] = {
        "connection_id": world.ann_account.id, "user_id": world.ann.id, "admin_id": None, "date": DAY,
        "total_trades": 3, "winning_trades": 2, "losing_trades": 1, "total_pnl": Decimal("12.5"),
        "win_rate": Decimal("66.666666666666666667"), "profit_factor": Decimal(999), "max_drawdown": Decimal("1.5"),
        "balance": Decimal(10000), "equity": Decimal("10012.5"), "additional_metrics": {"sharpe": "1.1"},
    }  # fmt: skip
    return DayReport(**{**plain, **changes})


@pytest.mark.parametrize("what", ASKED)
async def test_only_the_owner(database: Database, world: World, what: str) -> None:
    def furnish(unit: UnitOfWork) -> None:
        position = unit.positions.add(world.position())
        unit.orders.add_fills(unit.orders.add(world.order(state=OrderState.FILLED)), (fill(),))
        unit.funding.add(world.ann.id, world.ann_account.id, FUNDING, {position.id: Decimal(-1)}, NOON)
        unit.analytics.save(report(world))
        if what == "remove an account":
            unit.positions.save(replace(position, status=PositionStatus.CLOSED))

    await database.write(furnish)
    ask, nothing = ASKED[what]
    for stranger in (world.bob, world.admin):
        assert await database.write(lambda unit, who=stranger: ask(unit, who, world)) == nothing  # type: ignore[misc]
    assert await database.write(lambda unit: ask(unit, world.ann, world)) not in (nothing, None)


# --- accounts --------------------------------------------------------------------------------------


async def test_a_paper_account_is_ready_at_once(database: Database, world: World) -> None:
    account = world.ann_account
    assert (account.user_id, account.admin_id, account.owner_id) == (world.ann.id, None, world.ann.id)
    assert (account.exchange_name, account.is_paper, account.can_execute) == ("paper", True, True)
    assert account.settings == PAPER_SETTINGS
    assert await database.read(lambda unit: unit.accounts.of_user(world.ann.id)) == (account,)


async def test_an_admins_account_is_admin_owned(world: World) -> None:
    account = world.admin_account
    assert (account.user_id, account.admin_id, account.is_admin_owned) == (None, world.admin.id, True)
    assert account.owner_id == world.admin.id


async def test_a_new_user_trades_with_the_standard_preset(database: Database, world: World) -> None:
    chosen = world.ann_account.preset
    assert replace(chosen, id=None) == Preset(name="Standard")
    offered = await database.read(lambda unit: unit.accounts.presets(world.ann.id))
    names = ["Standard", "Conservative Scalper", "Swing Trader", "Aggressive Day Trader"]
    assert [preset.name for preset in offered] == names
    assert offered[0] == chosen


async def test_a_disabled_preset_gives_way(database: Database, world: World) -> None:
    async def preset_with(preset_id: int | None, *disabled: int) -> str:
        def arrange(unit: UnitOfWork) -> None:
            set_preset = "UPDATE execution_connections SET preset_id = {} WHERE id = {}"
            value = "NULL" if preset_id is None else preset_id
            unit.connection.exec_driver_sql(set_preset.format(value, world.ann_account.id))
            unit.connection.exec_driver_sql("UPDATE trading_presets SET enabled = true")
            for one in disabled:
                unit.connection.exec_driver_sql(f"UPDATE trading_presets SET enabled = false WHERE id = {one}")

        await database.write(arrange)
        seen = await database.read(lambda unit: unit.connections.get(world.ann_account.id))
        assert seen is not None
        return seen.preset.name

    standard, scalper = (await database.read(lambda unit: unit.accounts.presets(world.ann.id)))[:2]
    assert standard.id is not None
    assert scalper.id is not None
    assert await preset_with(scalper.id) == "Conservative Scalper"
    assert await preset_with(scalper.id, scalper.id) == "Standard"
    assert await preset_with(None) == "Standard"
    assert await preset_with(scalper.id, scalper.id, standard.id) == "Default"
    assert await preset_with(standard.id) == "Standard"  # leaves every template enabled


async def test_switching_on_clears_the_error(database: Database, world: World) -> None:
    ann, account = world.ann.id, world.ann_account.id

    async def seen() -> tuple[str, bool]:
        found = await database.read(lambda unit: unit.accounts.get(ann, account))
        assert found is not None
        return found.status, found.is_active

    await database.write(lambda unit: unit.connections.mark_error(account, "boom", NOON))
    assert await seen() == ("error", True)
    assert await database.write(lambda unit: unit.accounts.set_active(ann, account, False, NOON))
    assert await seen() == ("inactive", False)
    assert await database.write(lambda unit: unit.accounts.set_active(ann, account, True, NOON))
    assert await seen() == ("active", True)


async def test_an_account_with_something_open_is_not_removed(database: Database, world: World) -> None:
    async def remove() -> bool:
        return await database.write(lambda unit: unit.accounts.remove(world.ann.id, world.ann_account.id))

    order = await database.write(lambda unit: unit.orders.add(world.order(state=OrderState.UNKNOWN)))
    assert not await remove()
    await database.write(lambda unit: unit.orders.save(replace(order, state=OrderState.FILLED)))
    position = await database.write(lambda unit: unit.positions.add(world.position()))
    assert not await remove()
    await database.write(lambda unit: unit.positions.save(replace(position, status=PositionStatus.CLOSED)))
    assert await remove()
    assert await database.read(lambda unit: unit.orders.get(order.id)) is None
    assert await database.read(lambda unit: unit.signals.get(world.signal.id)) is not None


# --- channels --------------------------------------------------------------------------------------


async def test_following_twice_is_following_once(database: Database, world: World) -> None:
    again = await database.write(lambda unit: unit.channels.add(world.ann, worlds.CHANNEL, "Other name", LATER))
    assert again == world.ann_channel
    assert (again.mode, again.is_admin_owned, again.max_age_seconds) == (SourceMode.ASK, False, 120)
    assert world.admin_channel.is_admin_owned


async def test_followers_of_a_channel(database: Database, world: World) -> None:
    async def followers() -> list[int]:
        found = await database.read(lambda unit: unit.sources.following(worlds.CHANNEL))
        return [source.user_id for source in found]

    assert await followers() == [world.ann.id, world.bob.id, world.admin.id]
    await database.write(lambda unit: unit.channels.set_mode(world.ann.id, world.ann_channel.id, SourceMode.OFF))
    await database.write(
        lambda unit: unit.connection.exec_driver_sql(
            f"UPDATE channel_sources SET status = 'paused' WHERE id = {world.bob_channel.id}"
        )
    )
    assert await followers() == [world.admin.id]
    assert await database.read(lambda unit: unit.sources.following(-5)) == ()
    assert await database.read(lambda unit: unit.sources.get(world.ann_channel.id + 999)) is None


async def test_a_signal_outlives_its_channel(database: Database, world: World) -> None:
    assert await database.write(lambda unit: unit.channels.remove(world.ann.id, world.ann_channel.id))
    seen = await database.read(lambda unit: unit.signals.get(world.signal.id))
    assert seen == replace(world.signal, source_id=None)
    assert await database.read(lambda unit: unit.trades.signal_is_theirs(world.ann.id, world.signal.id))


# --- reports and the paper books -------------------------------------------------------------------


async def test_a_days_report_is_written_once_and_rewritten(database: Database, world: World) -> None:
    first, second = report(world), report(world, total_pnl=Decimal(-3), user_id=None, admin_id=world.admin.id)
    assert await database.write(lambda unit: unit.analytics.save(first))
    assert await database.read(lambda unit: unit.trades.reports(world.ann.id, DAY)) == (first,)
    assert not await database.write(lambda unit: unit.analytics.save(second))
    assert await database.read(lambda unit: unit.trades.reports(world.admin.id, DAY)) == (second,)
    before = report(world, date=DAY - timedelta(days=1))
    assert await database.write(lambda unit: unit.analytics.save(before))
    account = world.ann_account.id
    assert await database.read(lambda unit: unit.analytics.history(account, DAY)) == (before, second)
    assert await database.read(lambda unit: unit.analytics.history(account, before.date)) == (before,)


async def test_a_paper_book_comes_back_whole_and_has_one_writer(database: Database, world: World) -> None:
    account = world.ann_account.id
    assert await database.read(lambda unit: unit.paper.book(account)) is None
    holdings = (Holding(symbol="BTC/USDT", quantity=Decimal("-1.50"), entry_price=Decimal("100.1")),)
    book = PaperBook(connection_id=account, currency="USDT", balance=Decimal("10000.01"))
    first = await database.write(lambda unit: unit.paper.save(book))
    assert first.version == 1
    changed = replace(first, holdings=holdings, leverage={"BTC/USDT": 5})
    second = await database.write(lambda unit: unit.paper.save(changed))
    assert second == replace(changed, version=2)
    assert await database.read(lambda unit: unit.paper.book(account)) == second
    for stale in (book, first):
        with pytest.raises(StaleVersion, match="paper account"):
            await database.write(lambda unit, book=stale: unit.paper.save(book))  # type: ignore[misc]
    assert await database.read(lambda unit: unit.paper.book(account)) == second


async def test_paper_orders_are_kept_by_client_id(database: Database, world: World) -> None:
    account = world.ann_account.id
    resting = PaperOrder(
        request=request("a"), venue_order_id="v1", state=OrderState.ACKED, filled=Decimal(0), fills=(), created_at=NOON
    )
    done = replace(resting, request=request("b"), venue_order_id="v2", state=OrderState.FILLED, triggered=True)

    def put(unit: UnitOfWork) -> None:
        unit.paper.put(account, done)
        unit.paper.put(account, resting)

    async def orders(connection_id: int, only_open: bool) -> tuple[PaperOrder, ...]:
        return await database.read(lambda unit: unit.paper.orders(connection_id, only_open=only_open))

    await database.write(put)
    assert await orders(account, True) == (resting,)
    assert await orders(account, False) == (resting, done)
    assert await orders(world.bob_account.id, False) == ()
    filled = replace(resting, state=OrderState.FILLED, filled=Decimal("1.5"), fills=(fill(),), reason="hit")
    await database.write(lambda unit: unit.paper.put(account, filled))
    assert await database.read(lambda unit: unit.paper.order(account, "a")) == filled
    assert await database.read(lambda unit: unit.paper.order(account, "c")) is None
    assert await orders(account, True) == ()


async def test_a_limited_free_plan_ends(database: Database, world: World) -> None:
    terms = "UPDATE plans SET plan_type = '{}', duration = {}"
    await database.write(lambda unit: unit.connection.exec_driver_sql(terms.format("limited", 7)))
    try:
        carl = await database.write(lambda unit: unit.people.enroll(900, "carl", "en", Role.USER, NOON))
        ends = f"SELECT plan_expired_at FROM plan_subscriptions WHERE user_id = {carl.id}"
        found = await database.read(lambda unit: unit.connection.exec_driver_sql(ends).scalar_one())
        assert str(found).startswith("2026-11-27")
    finally:
        await database.write(lambda unit: unit.connection.exec_driver_sql(terms.format("lifetime", 0)))
