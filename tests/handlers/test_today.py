"""/today in the person's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.types import Connection, PositionStatus, User
from handlers.today import day_start
from tests.handlers.build import NOW
from tests.handlers.world import World


def closed(world: World, user: User, on: Connection, pnl: str, ago: timedelta) -> None:
    world.trade(user, on, status=PositionStatus.CLOSED, closed_at=NOW - ago, pnl=Decimal(pnl))


async def test_a_quiet_day(world: World) -> None:
    world.person(1)
    [said] = await world.says(1, "/today")
    assert said.text.startswith("<b>Today</b> · Nov 21, 2026") and "Nothing closed" in said.text


async def test_the_day_account_by_account(world: World) -> None:
    user = world.person(1)
    first, second = world.account(user), world.account(user, name="Main", is_paper=False)
    for pnl in ("10", "-4", "2.5"):
        closed(world, user, first, pnl, timedelta(hours=1))
    closed(world, user, first, "1000", timedelta(hours=13))
    world.trade(user, first, pnl=Decimal("3.25"))
    world.trade(user, second, pnl=Decimal(-7))
    [said] = await world.says(1, "/today")
    assert said.text == (
        "<b>Today</b> · Nov 21, 2026\n"
        "\n"
        "Paper 10,000 · 📝 PAPER\n"
        "Closed: 3 · won 66.67%\n"
        "Result: <b>+8.50 USDT</b>\n"
        "Open: 1 · <b>+3.25 USDT</b>\n"
        "\n"
        "Main · 💵 LIVE\n"
        "Open: 1 · <b>-7.00 USDT</b>"
    )


async def test_F42_funding_counts_on_its_day_whenever_its_trade_is_closed(world: World) -> None:
    """Paid yesterday 4 and today 1; of the trade that is open 0.5 today."""
    user = world.person(1)
    account = world.account(user, name="Main", is_paper=False)
    closing = {"status": PositionStatus.CLOSED, "closed_at": NOW - timedelta(hours=1)}
    world.trade(user, account, pnl=Decimal(5), funding=Decimal(-5), **closing)
    world.trade(user, account, pnl=Decimal("2.5"), funding=Decimal("-0.5"))
    world.rows.funding[account.id] = Decimal("-1.5")
    [said] = await world.says(1, "/today")
    assert said.text == (
        "<b>Today</b> · Nov 21, 2026\n"
        "\n"
        "Main · 💵 LIVE\n"
        "Closed: 1 · won 100%\n"
        "Result: <b>+8.50 USDT</b>\n"
        "Funding in it: -1.50 USDT\n"
        "Open: 1 · <b>+3.00 USDT</b> without funding"
    )


async def test_the_day_begins_at_the_persons_own_midnight(world: World) -> None:
    """At 12:00 UTC it is 01:00 of the next day in Auckland: what closed two hours ago was yesterday there."""
    user = world.person(1, timezone="Pacific/Auckland")
    closed(world, user, world.account(user), "10", timedelta(hours=2))
    [said] = await world.says(1, "/today")
    assert "Nov 22, 2026" in said.text and "Nothing closed" in said.text


async def test_another_persons_trades_are_not_in_it(world: World) -> None:
    world.person(1)
    other = world.person(2)
    closed(world, other, world.account(other), "10", timedelta(hours=1))
    [said] = await world.says(1, "/today")
    assert "Nothing closed" in said.text


@pytest.mark.parametrize(
    ("now", "zone", "start"),
    [
        (datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), "America/New_York", datetime(2026, 11, 20, 5, tzinfo=UTC)),
        (datetime(2026, 11, 21, 12, tzinfo=UTC), "UTC", datetime(2026, 11, 21, tzinfo=UTC)),
    ],
    ids=["spring", "autumn", "yesterday there", "UTC"],
)
def test_midnight_on_days_when_the_clocks_change(now: datetime, zone: str, start: datetime) -> None:
    assert day_start(now, zone).astimezone(UTC) == start
