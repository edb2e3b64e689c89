"""Funding of perpetuals: each payment once, on the trade and the day it belongs to, told when the result was told."""

from __future__ import annotations

import asyncio
import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine.errors import VenueSilent
from engine.execution.funding import FundedAccount, begin, is_due
from engine.types import ZERO, ClosedReason, ClosePart, FundingPayment, Holding, Position
from storage.tables import execution_connections, funding_parts, funding_payments
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON
from tests.execution.bench import Bench, Crash
from tests.execution.fake_venue import D, Fault
from tests.execution.test_close_and_stop import allow_two, second_trade, trade_beside
from tests.execution.test_crashes import _day_end, whole
from tests.positions.test_rules import held

BTC = "BTC/USDT"
HOUR, MINUTE = 3600.0, 60.0
PAID_AT = NOON + timedelta(hours=1)
READ_AT = 65 * MINUTE  # five past one


@pytest.fixture
async def bench(bench: Bench) -> Bench:
    return await at_an_exchange(bench)


async def at_an_exchange(bench: Bench) -> Bench:
    """Ann's account holds perpetuals at an exchange."""
    await bench.database.write(lambda tx: tx.connection.execute(update(execution_connections).values(is_paper=False)))
    return bench


def payment(amount: str, at: datetime = PAID_AT, funding_id: str = "", **changes: Any) -> FundingPayment:
    plain: dict[str, Any] = {
        "funding_id": funding_id or f"{BTC}@{at.isoformat()}", "symbol": BTC, "amount": D(amount),
        "currency": "USDT", "at": at,
    }  # fmt: skip
    return FundingPayment(**{**plain, **changes})


def pays(bench: Bench, *payments: FundingPayment) -> None:
    assert bench.venue.payments is not None
    bench.venue.payments += payments


async def until(bench: Bench, seconds: float) -> None:
    """This long after noon, with a look at what is held each minute, as it is."""
    left = seconds - (bench.clock.now() - NOON).total_seconds()
    await bench.clock.advance(left)
    await bench.recovery.compare()
    await bench.quiet()


async def close(bench: Bench, position: Position) -> Position:
    await bench.trader.act(position, (ClosePart(quantity=position.quantity, reason=ClosedReason.MANUAL),))
    await bench.quiet()
    return await bench.position()


async def corrections(bench: Bench, kind: str = "result_corrected") -> list[dict[str, Any]]:
    return [payload for told, payload in await bench.told() if told == kind]


def _kept(tx: UnitOfWork) -> tuple[int, Decimal]:
    """How many payments, and what our trades were paid."""
    count = tx.connection.execute(select(func.count()).select_from(funding_payments)).scalar_one()
    return count, sum(tx.connection.execute(select(funding_parts.c.amount)).scalars(), ZERO)


# --- once ------------------------------------------------------------------------------------------


async def test_F42_a_payment_is_added_once_however_often_it_is_shown(bench: Bench) -> None:
    before = await bench.enter()
    pays(bench, payment("-0.6"))
    await until(bench, READ_AT)
    for hour in range(1, 5):
        await until(bench, hour * HOUR + 6 * MINUTE)
        await bench.funding.run()
    after = await bench.position()
    assert (after.funding, after.realised_pnl) == (D("-0.6"), before.realised_pnl - D("0.6"))
    assert after.pnl == before.pnl - D("0.6") and after.is_open
    assert await bench.database.read(_kept) == (1, D("-0.6"))
    assert bench.changes[-1] == after, "the monitor sees it"
    assert await corrections(bench) == [], "an open trade has no result yet"


async def test_F42_the_close_of_a_trade_tells_its_funding(bench: Bench) -> None:
    position = await bench.enter()
    pays(bench, payment("0.25"))
    await until(bench, READ_AT)
    await bench.funding.run()
    await bench.tick("110")
    closed = await close(bench, position)
    [told] = await corrections(bench, "close")
    assert (told["funding"], D(told["pnl"])) == ("0.25", closed.pnl)
    assert closed.pnl == closed.quantity + (D(110) - 100) * closed.original_quantity + D("0.25")


async def test_F42_a_payment_that_comes_after_the_close_corrects_the_result_and_says_so(bench: Bench) -> None:
    position = await bench.enter()
    await until(bench, READ_AT)
    await bench.funding.run()
    closed = await close(bench, position)
    pays(bench, payment("-0.6"))
    for hour in (2, 3, 4):
        await until(bench, hour * HOUR + 6 * MINUTE)
        await bench.funding.run()
    after = await bench.position()
    assert (after.pnl, after.funding) == (closed.pnl - D("0.6"), D("-0.6"))
    assert (after.status, after.closed_at, after.seq) == (closed.status, closed.closed_at, closed.seq + 1)
    [told] = await corrections(bench)
    assert (told["funding"], D(told["before"]), D(told["pnl"])) == ("-0.6", closed.pnl, after.pnl)
    assert (await bench.kinds())[-2:] == ["close", "result_corrected"]


async def test_F42_nobody_is_asked_for_ever_after_a_close(bench: Bench) -> None:
    position = await bench.enter()
    await until(bench, READ_AT)
    await bench.funding.run()
    await close(bench, position)
    for hour in range(2, 9):
        await until(bench, hour * HOUR + 6 * MINUTE)
        await bench.funding.run()
    assert bench.venue.count("funding") == 2, "while it was open, and once the last payment had an hour to be shown"


async def test_F42_an_account_is_asked_once_an_hour_in_the_round_of_comparisons(bench: Bench) -> None:
    await bench.enter()
    pays(bench, payment("-0.6"))
    bench.spawn("recovery", bench.recovery.run())
    await bench.run(3.5 * HOUR)
    assert bench.venue.count("funding") == 5, "twice for the first hour, and three times a little after the hour"
    assert (await bench.position()).funding == D("-0.6")


@pytest.mark.parametrize("mid_air", [False, True])
async def test_F42_killed_at_any_commit_a_payment_is_added_once_and_told_once(tmp_path: Path, mid_air: bool) -> None:
    for commits in itertools.count(0):
        bench = await at_an_exchange(await whole(tmp_path))
        position = await bench.enter()
        await until(bench, 50 * MINUTE)
        pays(bench, payment("-0.6"), payment("-0.3", PAID_AT - timedelta(minutes=30), "half past"))
        await until(bench, 62 * MINUTE)
        closed = await close(bench, position)
        await until(bench, READ_AT)
        bench.books.dies_after, bench.books.mid_air = commits, mid_air
        died = False
        try:
            await bench.funding.run()
        except Crash:
            died = True
        new = await bench.reborn()
        await new.clock.advance(HOUR)
        await new.funding.run()
        after = await new.position()
        assert (after.funding, after.pnl) == (D("-0.9"), closed.pnl - D("0.9"))
        assert await new.database.read(_kept) == (2, D("-0.9"))
        assert [told["funding"] for told in await corrections(new)] == ["-0.9"]
        await new.close()
        await bench.database.close()
        if not died:
            return


# --- whose -----------------------------------------------------------------------------------------


async def test_F42_two_trades_of_one_symbol_share_a_payment_by_what_they_held(bench: Bench) -> None:
    one, other = await second_trade(bench, risk="0.25")
    pays(bench, payment("-0.9"))
    await until(bench, READ_AT)
    await bench.funding.run()
    first, second = await bench.database.read(lambda tx: tx.positions.open())
    assert first.funding + second.funding == D("-0.9")
    assert abs(first.funding / second.funding - one.quantity / other.quantity) < D("0.000001")
    assert await bench.database.read(_kept) == (1, D("-0.9"))


async def test_F42_what_the_owner_holds_besides_is_not_our_funding(bench: Bench) -> None:
    position = await bench.enter()
    bench.venue.foreign(BTC, position.quantity * 3)
    await until(bench, 59 * MINUTE)
    pays(bench, payment("-0.8"))
    bench.venue.foreign(BTC, -position.quantity * 3)  # gone by the time the payment is read
    await bench.clock.advance(6 * MINUTE)
    await bench.funding.run()
    assert (await bench.position()).funding == D("-0.2")


async def test_F42_after_a_start_what_is_held_now_says_whose_it_is(bench: Bench) -> None:
    position = await bench.enter()
    bench.venue.foreign(BTC, position.quantity)
    pays(bench, payment("-0.8"))
    await bench.clock.advance(READ_AT)
    await bench.funding.run()
    assert (await bench.position()).funding == D("-0.4")


@pytest.mark.parametrize("question", ["funding", "holdings"])
async def test_F42_a_trade_that_begins_while_the_venue_is_asked_is_not_taken_for_somebody_elses(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:  # fmt: skip
    """After a start, so that nobody noted what was held: a crowd's payments are asked for over many minutes."""
    position = await bench.enter()
    pays(bench, payment("-0.8"))
    await bench.clock.advance(READ_AT)
    answer, asked = getattr(bench.venue, question), itertools.count()

    async def slowly(*args: Any) -> Any:
        if next(asked) == 0:
            await trade_beside(bench)
        return await answer(*args)

    monkeypatch.setattr(bench.venue, question, slowly)
    await bench.funding.run()
    await bench.clock.advance(16 * MINUTE)
    await bench.funding.run()
    after = await bench.database.read(lambda tx: tx.positions.get(position.id))
    assert after is not None and after.funding == D("-0.8")


async def test_F42_a_trade_that_begins_while_what_is_held_is_compared_is_not_taken_for_somebody_elses(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    await bench.database.write(lambda tx: allow_two(tx, "0.5"))
    await bench.enter()
    await until(bench, 58 * MINUTE)
    answer, answers = bench.venue.holdings, asyncio.Event()

    async def slowly(symbols: Any) -> Any:
        await answers.wait()
        return await answer(symbols)

    monkeypatch.setattr(bench.venue, "holdings", slowly)
    await bench.recovery.compare()
    await trade_beside(bench)
    answers.set()
    await bench.quiet()
    pays(bench, payment("-0.8"))
    await bench.clock.advance(READ_AT - 58 * MINUTE)
    await bench.funding.run()
    shares = await bench.database.read(lambda tx: [position.funding for position in tx.positions.open()])
    assert len(shares) == 2 and sum(shares) == D("-0.8")


async def test_F42_with_long_and_short_at_once_one_payment_may_be_for_both(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = await bench.enter()

    async def both(symbols: object = ()) -> tuple[Holding, ...]:
        sides = (position.quantity, -3 * position.quantity)
        return tuple(Holding(symbol=BTC, quantity=quantity, entry_price=D(100)) for quantity in sides)

    monkeypatch.setattr(bench.venue, "holdings", both)
    await until(bench, 59 * MINUTE)
    pays(bench, payment("1.2"))
    await until(bench, READ_AT)
    await bench.funding.run()
    later = await bench.reborn()  # and without a note of it
    await later.clock.advance(HOUR)
    await later.funding.run()
    assert await later.database.read(_kept) == (0, ZERO)
    await later.close()


async def test_F42_a_payment_that_names_its_size_needs_no_look(bench: Bench) -> None:
    position = await bench.enter()
    pays(bench, payment("-0.8", held=position.quantity * 2))
    await bench.clock.advance(READ_AT)
    await bench.funding.run()
    assert (await bench.position()).funding == D("-0.4") and bench.venue.count("holdings") == 0


async def test_F42_what_cannot_be_told_apart_is_not_booked(bench: Bench) -> None:
    """Long and short at once; in a currency without a rate; of a symbol that is not read."""
    await bench.enter()
    pays(bench, payment("-0.6", funding_id="long"), payment("0.4", funding_id="short"))
    pays(bench, payment("-0.01", PAID_AT - timedelta(minutes=30), currency="BNB"))
    await until(bench, READ_AT)
    await bench.funding.run()
    bench.venue.unread.add(BTC)
    pays(bench, payment("-0.6", PAID_AT + timedelta(hours=6)))
    await bench.clock.advance(7 * HOUR)
    await bench.funding.run()
    assert await bench.database.read(_kept) == (0, ZERO)
    bench.venue.unread.clear()
    await bench.clock.advance(HOUR)
    await bench.funding.run()
    assert (await bench.position()).funding == D("-0.6")


async def test_F42_a_payment_from_before_the_trade_or_after_it_is_not_its_own(bench: Bench) -> None:
    position = await bench.enter()
    pays(bench, payment("-0.6", NOON - timedelta(minutes=2)), payment("-0.7", NOON + timedelta(minutes=50)))
    await until(bench, 40 * MINUTE)
    await close(bench, position)
    await until(bench, READ_AT)
    await bench.funding.run()
    assert (await bench.position()).funding == 0 and await bench.database.read(_kept) == (0, ZERO)


# --- no answer, no funding -------------------------------------------------------------------------


async def test_F42_no_answer_is_not_no_payment(bench: Bench) -> None:
    await bench.enter()
    await until(bench, READ_AT)
    await bench.funding.run()
    pays(bench, payment("-0.6"))
    bench.venue.script("funding", Fault(VenueSilent("timeout")), Fault(RuntimeError("nonsense")))
    await until(bench, 2 * HOUR + 6 * MINUTE)
    await bench.funding.run()
    await bench.funding.run()
    assert bench.venue.count("funding") == 2, "a quarter of an hour lies between two questions"
    for minutes in (22, 38):
        await until(bench, 2 * HOUR + minutes * MINUTE)
        await bench.funding.run()
    assert (await bench.position()).funding == D("-0.6")


async def test_F42_a_payment_that_is_not_clear_is_asked_for_until_it_is(bench: Bench) -> None:
    """The trade is closed, and what is held besides cannot be read for hours."""
    position = await bench.enter()
    pays(bench, payment("-0.6"))
    await bench.clock.advance(62 * MINUTE)
    await close(bench, position)
    bench.venue.unread.add(BTC)
    for _ in range(4):
        await bench.clock.advance(HOUR)
        await bench.funding.run()
    assert (await bench.position()).funding == 0
    bench.venue.unread.clear()
    for _ in range(3):
        await bench.clock.advance(HOUR)
        await bench.funding.run()
    assert (await bench.position()).funding == D("-0.6")
    assert bench.venue.count("funding") == 5


async def test_F42_a_payment_of_this_minute_waits_until_every_fill_is_known(bench: Bench) -> None:
    await bench.enter()
    pays(bench, payment("-0.6"))
    await until(bench, 61 * MINUTE)
    await bench.funding.run()
    assert (await bench.position()).funding == 0
    await bench.clock.advance(16 * MINUTE)
    await bench.funding.run()
    assert (await bench.position()).funding == D("-0.6")


async def test_F42_a_venue_that_shows_none_is_asked_once(bench: Bench) -> None:
    bench.venue.payments = None
    await bench.enter()
    for hour in (1, 2, 3):
        await until(bench, hour * HOUR + 6 * MINUTE)
        await bench.funding.run()
    assert bench.venue.count("funding") == 1


async def test_F42_a_paper_account_is_not_asked(bench: Bench) -> None:
    await bench.database.write(lambda tx: tx.connection.execute(update(execution_connections).values(is_paper=True)))
    await bench.enter()
    await until(bench, READ_AT)
    await bench.funding.run()
    assert bench.venue.count("funding") == 0


@pytest.mark.parametrize(
    ("read", "closed", "now", "due"),
    [
        pytest.param(None, None, "12:00", True, id="never read"),
        pytest.param("11:05", None, "12:04", False, id="not shown yet"),
        pytest.param("11:05", None, "12:05", True, id="five past"),
        pytest.param("12:05", None, "12:59", False, id="once an hour"),
        pytest.param("11:50", "11:58", "12:05", True, id="closed before the hour"),
        pytest.param("12:05", "11:58", "13:05", True, id="read too soon after the close"),
        pytest.param("13:05", "11:58", "14:05", False, id="read long enough after the close"),
    ],
)
def test_F42_when_an_account_is_asked(read: str | None, closed: str | None, now: str, due: bool) -> None:
    def moment(text: str | None) -> datetime | None:
        return None if text is None else NOON.replace(hour=int(text[:2]), minute=int(text[3:]))

    account = FundedAccount(
        connection_id=1, owner_id=1, read_at=moment(read), is_open=closed is None, closed_at=moment(closed)
    )
    at = moment(now)
    assert at is not None and is_due(account, at) is due


@pytest.mark.parametrize(
    ("opened", "read", "since"),
    [
        pytest.param([2, 1], None, timedelta(hours=2, minutes=15), id="the oldest trade, and a little before"),
        pytest.param([200], 1, timedelta(hours=25), id="a day before the last reading, for what is shown late"),
        pytest.param([2], 1, timedelta(hours=2, minutes=15), id="not from before the trade"),
        pytest.param([2000], None, timedelta(days=30), id="not for ever"),
    ],
)
def test_F42_from_when_on_payments_are_asked_for(opened: list[int], read: int | None, since: timedelta) -> None:
    trades = [held(opened_at=NOON - timedelta(hours=hours)) for hours in opened]
    assert begin(trades, None if read is None else NOON - timedelta(hours=read), NOON) == NOON - since


# --- the day ---------------------------------------------------------------------------------------


async def test_F42_a_payment_counts_on_its_day_for_the_report_and_for_the_daily_loss(bench: Bench) -> None:
    """Paid on the 20th, closed on the 21st: each day has its own part, together they have the whole."""
    position = await bench.enter()
    pays(bench, payment("-0.6"), payment("-0.4", NOON + timedelta(hours=13)))
    await until(bench, READ_AT)
    await bench.funding.run()
    account = bench.world.ann_account.id
    exposure = await bench.database.read(lambda tx: tx.positions.exposure(account, BTC, NOON))
    assert exposure.realised_today == D("-0.6")
    await until(bench, 13 * HOUR + 6 * MINUTE)
    await _day_end(bench).run()
    await bench.funding.run()
    await bench.tick("101")
    closed = await close(bench, position)
    midnight = NOON + timedelta(hours=12)
    exposure = await bench.database.read(lambda tx: tx.positions.exposure(account, BTC, midnight))
    assert exposure.realised_today == closed.pnl + D("0.6")
    await until(bench, 37 * HOUR)
    await _day_end(bench).run()
    reports = await bench.database.read(lambda tx: tx.analytics.history(account, date(2026, 11, 22)))
    assert [(r.date.day, r.total_pnl) for r in reports] == [(20, D("-0.6")), (21, closed.pnl + D("0.6"))]
    assert [r.additional_metrics["funding"] for r in reports] == ["-0.6", "-0.4"]
    assert reports[1].total_trades == 1
    assert await corrections(bench, "days_corrected") == []


async def test_F42_a_day_that_was_reported_already_is_corrected_and_told(bench: Bench) -> None:
    """Paid and closed just before midnight, shown after the report."""
    position = await bench.enter()
    await until(bench, 11.5 * HOUR)
    await bench.tick("100.01")
    closed = await close(bench, position)
    assert 0 < closed.pnl < D("0.6")
    await until(bench, 12 * HOUR + 2 * MINUTE)
    await _day_end(bench).run()
    pays(bench, payment("-0.6", NOON + timedelta(hours=11)))
    await until(bench, 12 * HOUR + 6 * MINUTE)
    await bench.funding.run()
    [day] = await bench.database.read(lambda tx: tx.analytics.history(bench.world.ann_account.id, date(2026, 11, 20)))
    now = closed.pnl - D("0.6")
    assert (day.total_pnl, day.winning_trades, day.losing_trades) == (now, 0, 1)
    [told] = await corrections(bench, "days_corrected")
    [line] = told["days"]
    assert (line["date"], D(line["before"]), D(line["now"])) == ("2026-11-20", closed.pnl, now)
    assert [payload["funding"] for payload in await corrections(bench)] == ["-0.6"]


async def test_F42_a_day_is_corrected_for_a_trade_that_is_open_too(bench: Bench) -> None:
    await bench.enter()
    await until(bench, 12 * HOUR + 2 * MINUTE)
    await _day_end(bench).run()
    pays(bench, payment("-0.6", NOON + timedelta(hours=11)))
    await until(bench, 12 * HOUR + 6 * MINUTE)
    await bench.funding.run()
    [told] = await corrections(bench, "days_corrected")
    assert told["days"] == [{"date": "2026-11-20", "before": "0", "now": "-0.60000000"}]
    assert await corrections(bench) == []


async def test_F42_a_win_that_funding_makes_a_loss_is_one_in_the_report_of_the_day_it_closed(bench: Bench) -> None:
    """Paid on the 20th, closed on the 21st; the exchange shows it when both days are reported."""
    position = await bench.enter()
    await until(bench, 12 * HOUR + 2 * MINUTE)
    await _day_end(bench).run()
    await bench.tick("100.01")
    closed = await close(bench, position)
    pays(bench, payment("-0.6", NOON + timedelta(hours=11)))
    await until(bench, 36 * HOUR + 2 * MINUTE)
    await _day_end(bench).run()
    await until(bench, 36 * HOUR + 6 * MINUTE)
    await bench.funding.run()
    account = bench.world.ann_account.id
    paid, ended = await bench.database.read(lambda tx: tx.analytics.history(account, date(2026, 11, 21)))
    assert (paid.total_pnl, paid.total_trades) == (D("-0.6"), 0)
    assert (ended.total_pnl, ended.winning_trades, ended.losing_trades) == (closed.pnl, 0, 1)
    [told] = await corrections(bench, "days_corrected")
    assert [day["date"] for day in told["days"]] == ["2026-11-20"]
