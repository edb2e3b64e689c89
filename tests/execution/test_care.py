"""The health of connections: what is tested when, what disables one, and who is told how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.care import (
    ALERT_EVERY,
    RIGHTS_EVERY,
    STALE_AFTER,
    Care,
    Health,
    are_rights_due,
    health,
    is_alert_due,
)  # fmt: skip
from engine.errors import Code, VenueBusy, VenueLocked, VenueSilent
from engine.keys import HIDDEN, fault_of, scrubbed
from engine.types import Account, Checkup, Connection, KeyReport, Refusal
from storage.tables import execution_connections
from tests.clocks import NOON
from tests.execution.bench import Bench

MINUTE = timedelta(minutes=1)
WELL = Checkup(connection_id=1, status="active", is_active=True, last_tested_at=NOON)
GOOD = KeyReport(
    can_read=True, can_trade=True, can_withdraw=False, ip_bound=True, latency_ms=80,
    account=Account(currency="USDT", balance=Decimal(1), equity=Decimal(1), free=Decimal(1)),
)  # fmt: skip


# --- the rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (WELL, Health.HEALTHY),
        (replace(WELL, last_tested_at=NOON - STALE_AFTER), Health.HEALTHY),
        (replace(WELL, last_tested_at=NOON - STALE_AFTER - timedelta(microseconds=1)), Health.STALE),
        (replace(WELL, last_tested_at=None), Health.STALE),
        (replace(WELL, is_active=False, status="inactive"), Health.INACTIVE),
        (replace(WELL, is_active=False, status="inactive", last_tested_at=None), Health.STALE),
        (replace(WELL, status="error"), Health.ERROR),
        (replace(WELL, status="error", last_tested_at=None), Health.ERROR),
    ],
    ids=["fresh", "a day", "over a day", "never", "off", "off and never", "error", "error and never"],
)
def test_error_comes_before_stale_before_healthy(found: Checkup, expected: Health) -> None:
    """SPEC 3.4."""
    assert health(found, NOON) is expected


@given(
    status=st.sampled_from(["active", "inactive", "error", "testing"]),
    active=st.booleans(),
    age=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_only_what_is_on_fresh_and_without_fault_is_healthy(status: str, active: bool, age: timedelta | None) -> None:
    tested = None if age is None else NOON - age
    found = Checkup(connection_id=1, status=status, is_active=active, last_tested_at=tested)
    fresh = age is not None and age <= STALE_AFTER
    assert (health(found, NOON) is Health.HEALTHY) == (status == "active" and active and fresh)


@pytest.mark.parametrize(
    ("found", "positions", "due"),
    [
        (WELL, 0, True),
        (replace(WELL, alerted_at=NOON - ALERT_EVERY), 0, False),
        (replace(WELL, alerted_at=NOON - ALERT_EVERY), 1, True),
        (replace(WELL, alerted_at=NOON - ALERT_EVERY + MINUTE), 1, False),
        (replace(WELL, alerted_at=NOON - ALERT_EVERY, acknowledged_at=NOON), 1, False),
    ],
    ids=["first", "nothing open", "open", "too soon", "acknowledged"],
)
def test_F36_an_alarm_is_repeated_while_trades_are_open_and_nobody_knows(
    found: Checkup, positions: int, due: bool
) -> None:  # fmt: skip
    assert is_alert_due(found, positions, NOON) is due


def test_rights_are_read_once_a_day(bench: Bench) -> None:
    real = replace(bench.world.ann_account, is_paper=False)
    read = replace(WELL, key_checked_at=NOON - RIGHTS_EVERY)
    assert are_rights_due(real, WELL, NOON) and are_rights_due(real, read, NOON)
    assert not are_rights_due(real, replace(read, key_checked_at=NOON - RIGHTS_EVERY + MINUTE), NOON)
    assert not are_rights_due(bench.world.ann_account, WELL, NOON)


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("trade", [True, False, None])
@pytest.mark.parametrize("withdraw", [True, False, None])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_a_key_must_and_must_not(read: bool, trade: bool | None, withdraw: bool | None, allowed: bool) -> None:
    report = replace(GOOD, can_read=read, can_trade=trade, can_withdraw=withdraw)
    fault = fault_of(report, withdrawal_ok=allowed)
    good = read and trade is not False and (allowed or withdraw is not True)
    assert (fault is None) == good
    if fault is not None and read and withdraw and not allowed:
        assert fault.code == Code.KEY_CAN_WITHDRAW


def test_no_key_stands_in_what_an_exchange_says() -> None:
    said = scrubbed(
        '{"code":-2014,"msg":"API-key k1 invalid","sign":"s2"}', {"apiKey": "k1", "secret": "s2", "uid": ""}
    )
    assert said == '{"code":-2014,"msg":"API-key *** invalid","sign":"***"}' and HIDDEN in said


# --- the round ---------------------------------------------------------------------------------------


class Hospital:
    """Care over the bench, with a say in what the exchange answers."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.report, self.inspected = bench, GOOD, 0
        self.care = Care(
            store=bench.books, clock=bench.clock, venues=bench.venues, venue_of=bench.trader.venue_by_id,
            inspect=self._inspect, withdrawal_ok=False, on_change=lambda: None,
        )  # fmt: skip

    async def _inspect(self, connection: Connection) -> KeyReport | Refusal:
        self.inspected += 1
        return self.report  # type: ignore[return-value]

    async def only_anns(self, **values: Any) -> None:
        """Ann's account is at an exchange; the others are off."""
        c = execution_connections.c
        mine = c.id == self.bench.world.ann_account.id

        def work(tx: Any) -> None:
            tx.connection.execute(execution_connections.update().where(~mine).values(is_active=False))
            tx.connection.execute(execution_connections.update().where(mine).values(is_paper=False, **values))

        await self.bench.database.write(work)

    async def found(self) -> Checkup:
        number = self.bench.world.ann_account.id
        found = await self.bench.database.read(lambda tx: tx.connections.checkup(number))
        assert found is not None
        return found

    async def alarms(self) -> list[dict[str, Any]]:
        return [payload for kind, payload in await self.bench.told() if kind == "error"]

    async def after(self, minutes: int) -> None:
        await self.bench.clock.advance(minutes * 60)
        await self.care.run()


@pytest.fixture
async def hospital(bench: Bench) -> Hospital:
    hospital = Hospital(bench)
    await hospital.only_anns(last_tested_at=None)
    return hospital


async def test_each_is_tested_every_five_minutes(hospital: Hospital) -> None:
    await hospital.care.run()
    first = await hospital.found()
    assert first.last_tested_at == NOON and first.latency_ms is not None and first.key_checked_at == NOON
    await hospital.after(4)
    assert (await hospital.found()).last_tested_at == NOON
    await hospital.after(1)
    assert (await hospital.found()).last_tested_at == NOON + 5 * MINUTE
    assert hospital.inspected == 1
    await hospital.after(24 * 60)
    assert hospital.inspected == 2 and not await hospital.alarms()


@pytest.mark.parametrize("fault", [VenueBusy("slow down"), VenueSilent("timeout"), RuntimeError("?")], ids=str)
async def test_silence_disables_nothing_and_becomes_stale(hospital: Hospital, fault: Exception) -> None:
    await hospital.care.run()
    hospital.bench.venues.fault = fault
    await hospital.after(6)
    found = await hospital.found()
    assert found.status == "active" and found.last_error and found.last_tested_at == NOON
    await hospital.after(24 * 60)
    assert health(await hospital.found(), hospital.bench.clock.now()) is Health.STALE and not await hospital.alarms()
    hospital.bench.venues.fault = None
    await hospital.after(1)
    found = await hospital.found()
    assert found.last_error is None and health(found, hospital.bench.clock.now()) is Health.HEALTHY


async def silences(hospital: Hospital) -> list[tuple[bool, int, int]]:
    told = [payload for kind, payload in await hospital.bench.told() if kind == "silence"]
    return [(one["back"], one["minutes"], one["positions"]) for one in told]


async def test_F35_an_outage_with_open_trades_is_told_once_when_it_lasts_and_once_when_it_ends(
    hospital: Hospital,
) -> None:
    await hospital.bench.enter()
    await hospital.care.run()
    hospital.bench.venues.fault = VenueBusy("under maintenance", retry_after=60)
    await hospital.after(9)
    assert await silences(hospital) == []
    for _ in range(120):
        await hospital.after(1)
    assert await silences(hospital) == [(False, 10, 1)]
    hospital.bench.venues.fault = None
    for _ in range(12):
        await hospital.after(1)
    assert await silences(hospital) == [(False, 10, 1), (True, 130, 1)]
    hospital.bench.venues.fault = VenueSilent("timeout")
    await hospital.after(15)
    assert len(await silences(hospital)) == 3


async def test_F35_an_outage_that_concerns_no_trade_is_not_told(hospital: Hospital) -> None:
    await hospital.care.run()
    hospital.bench.venues.fault = VenueSilent("timeout")
    await hospital.after(60)
    hospital.bench.venues.fault = None
    await hospital.after(1)
    assert await silences(hospital) == []


async def test_F35_a_short_outage_is_not_told(hospital: Hospital) -> None:
    await hospital.bench.enter()
    await hospital.care.run()
    hospital.bench.venues.fault = VenueSilent("timeout")
    await hospital.after(8)
    hospital.bench.venues.fault = None
    await hospital.after(1)
    assert await silences(hospital) == []


async def test_F36_a_refused_key_disables_and_alarms_until_it_is_known(hospital: Hospital) -> None:
    await hospital.bench.enter()
    hospital.bench.venues.fault = VenueLocked("invalid api key")
    await hospital.care.run()
    assert (await hospital.found()).status == "error"
    assert hospital.bench.venues.discarded == [hospital.bench.world.ann_account.id]
    [alarm] = await hospital.alarms()
    assert (alarm["code"], alarm["positions"], alarm["details"]) == (Code.KEY_LOST, 1, {"venue": "invalid api key"})
    await hospital.after(14)
    assert len(await hospital.alarms()) == 1
    await hospital.after(1)
    assert len(await hospital.alarms()) == 2
    who, number = hospital.bench.world.ann.id, hospital.bench.world.ann_account.id
    now = hospital.bench.clock.now()
    await hospital.bench.database.write(lambda tx: tx.accounts.acknowledge(who, number, now))
    await hospital.after(60)
    assert len(await hospital.alarms()) == 2


@pytest.mark.parametrize("finder", ["care", "trader"])
async def test_F36_the_alarm_about_one_key_waits_for_no_silent_exchange(
    hospital: Hospital, finder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, c = hospital.bench, execution_connections.c
    mine, other = bench.world.ann_account.id, bench.world.bob_account.id
    both = execution_connections.update().where(c.id == other).values(is_active=True, last_tested_at=None)
    await bench.database.write(lambda tx: tx.connection.execute(both))
    by_id = bench.trader.venue_by_id

    async def venue_of(connection_id: int) -> Any:
        if connection_id == other:
            await bench.clock.sleep(600)
        elif finder == "care":
            raise VenueLocked("the key is gone")
        return await by_id(connection_id)

    monkeypatch.setattr(hospital.care, "_venue_of", venue_of)
    bench.spawn("care", hospital.care.run())
    await bench.run(1)
    if finder == "trader":
        await bench.database.write(lambda tx: tx.connections.mark_error(mine, "the key is gone", bench.clock.now()))
        await hospital.care.alarm()
    assert [alarm["code"] for alarm in await hospital.alarms()] == ["key_lost"]


async def test_one_with_nothing_open_is_told_once_and_again_when_it_breaks_again(hospital: Hospital) -> None:
    number, who = hospital.bench.world.ann_account.id, hospital.bench.world.ann.id
    hospital.bench.venues.fault = VenueLocked("revoked")
    for _ in range(3):
        await hospital.after(20)
    assert len(await hospital.alarms()) == 1
    now = hospital.bench.clock.now()
    await hospital.bench.database.write(lambda tx: tx.accounts.mark_tested(who, number, 5, now))
    assert (await hospital.found()).error_code is None
    await hospital.after(20)
    assert len(await hospital.alarms()) == 2


async def test_S15_a_key_that_may_suddenly_withdraw_is_not_used_any_more(hospital: Hospital) -> None:
    await hospital.care.run()
    hospital.report = replace(GOOD, can_withdraw=True)
    await hospital.after(24 * 60)
    found = await hospital.found()
    assert (found.status, found.error_code) == ("error", Code.KEY_CAN_WITHDRAW)
    [alarm] = await hospital.alarms()
    assert alarm["code"] == Code.KEY_CAN_WITHDRAW and not alarm["paper"]
    hospital.bench.trader.start((hospital.bench.execution,))
    await hospital.bench.quiet()
    assert not hospital.bench.venue.book


async def test_rights_that_cannot_be_read_just_now_are_read_at_the_next_round(hospital: Hospital) -> None:
    hospital.report = Refusal(code=Code.VENUE_UNREACHABLE)  # type: ignore[assignment]
    await hospital.care.run()
    found = await hospital.found()
    assert found.status == "active" and found.key_checked_at is None
    hospital.report = GOOD
    await hospital.after(5)
    assert (await hospital.found()).key_checked_at is not None


async def test_one_that_was_switched_off_while_it_was_asked_stays_off(hospital: Hospital) -> None:
    who, number = hospital.bench.world.ann.id, hospital.bench.world.ann_account.id
    account = hospital.bench.venue.account

    async def slow() -> Account:
        await hospital.bench.database.write(lambda tx: tx.accounts.set_active(who, number, False, NOON))
        return await account()

    hospital.bench.venue.account = slow  # type: ignore[method-assign]
    await hospital.care.run()
    found = await hospital.found()
    assert (found.is_active, found.status) == (False, "inactive")


async def test_a_lock_out_found_by_somebody_else_is_told_too(hospital: Hospital) -> None:
    """A signal that met the refused key only wrote it down."""
    number = hospital.bench.world.ann_account.id
    await hospital.bench.database.write(lambda tx: tx.connections.mark_error(number, "revoked", NOON))
    await hospital.care.run()
    assert [alarm["details"] for alarm in await hospital.alarms()] == [{"venue": "revoked"}]
