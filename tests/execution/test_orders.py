"""The machine of one order attempt: what it may become, and that whatever is reported never makes it forget a fill."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.execution import orders as machine
from engine.types import Direction, ExecutionReport, Order, OrderRequest, OrderState, OrderType
from tests.clocks import NOON

S = OrderState
D = Decimal


def order(state: OrderState = S.PLANNED, leg: str = "E1", **changes: object) -> Order:
    request = OrderRequest(
        client_order_id="s1", symbol="BTC/USDT", direction=Direction.BUY, order_type=OrderType.MARKET, quantity=D(10)
    )
    plain = Order(
        id=1, execution_id=1, connection_id=1, position_id=None, leg=leg, attempt=1, state=state, request=request
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def report(state: OrderState, filled: str = "0") -> ExecutionReport:
    return ExecutionReport(
        client_order_id="s1", venue_order_id="v1", symbol="BTC/USDT", state=state, quantity=D(10), filled=D(filled)
    )


FROM_VENUE = [S.ACKED, S.PARTIAL, S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED]
reports = st.builds(report, st.sampled_from(FROM_VENUE), st.integers(0, 10).map(str))


@given(st.sampled_from(list(S)), st.lists(reports, max_size=12))
def test_reports_in_any_order_lose_no_fill_and_leave_no_end(start: OrderState, heard: list[ExecutionReport]) -> None:
    """INV11: an end is final, but for one: a refused or absent order that turns up at the venue is adopted."""
    now = order(start)
    for one in heard:
        before, now = now, machine.answered(now, one)
        assert now.filled >= before.filled and now.filled >= one.filled
        if before.state in machine.TERMINAL - {S.REJECTED, S.ABSENT}:
            assert now.state is before.state
        if before.state in (S.ACKED, S.PARTIAL, S.CANCELLING):
            assert now.state not in (S.PLANNED, S.SUBMITTING, S.UNKNOWN, S.ABSENT, S.VOID)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=10), st.floats(0, 60))
def test_F04_absence_is_believed_only_when_the_request_is_dead(gaps: list[int], window: float) -> None:
    now, asked = NOON, machine.submitting(order(), NOON, window)
    for number, gap in enumerate(gaps, start=1):
        now += timedelta(seconds=gap)
        asked = machine.not_found(asked, now)
        dead = now >= NOON + timedelta(seconds=window)
        assert (asked.state is S.ABSENT) == (dead and number >= machine.PROBES_BEFORE_ABSENT)
        if asked.state is S.ABSENT:
            return


def test_one_look_is_never_enough() -> None:
    long_dead = NOON + timedelta(hours=1)
    asked = machine.not_found(machine.submitting(order(), NOON, 10), long_dead)
    assert asked.state is S.SUBMITTING
    assert machine.not_found(asked, long_dead).state is S.ABSENT


def test_silence_starts_the_wait_anew() -> None:
    late = NOON + timedelta(seconds=8)
    silent = machine.silent(machine.submitting(order(), NOON, 10), "timeout", late, 10)
    assert silent.dead_at == late + timedelta(seconds=10)


def test_F05_without_a_dead_moment_a_person_is_asked_after_a_minute() -> None:
    asked = machine.submitting(order(), NOON, None)
    assert machine.not_found(asked, NOON + timedelta(seconds=59)).state is S.SUBMITTING
    assert machine.not_found(asked, NOON + timedelta(seconds=60)).state is S.QUARANTINED


def test_a_cancel_of_what_nobody_knows_ends_after_some_questions() -> None:
    asked = machine.cancelling(order(S.ACKED), "manual")
    for _ in range(machine.PROBES_BEFORE_GONE - 1):
        asked = machine.not_found(asked, NOON)
        assert asked.state is S.CANCELLING
    assert machine.not_found(asked, NOON).state is S.CANCELLED


def test_F11_what_rests_is_not_called_ended_after_a_few_looks_within_a_minute() -> None:
    stop = order(S.ACKED, "S", request_ts=NOON)
    for _ in range(machine.PROBES_BEFORE_ENDED):
        stop = machine.not_found(stop, NOON + timedelta(seconds=59))
        assert stop.state is S.ACKED
    assert machine.not_found(machine.answered(stop, report(S.ACKED)), NOON + timedelta(hours=1)).state is S.ACKED
    assert machine.not_found(stop, NOON + timedelta(seconds=60)).state is S.CANCELLED
    waits = replace(order(S.ACKED), request=replace(order().request, order_type=OrderType.LIMIT, price=D(1)))
    assert machine.is_sought(stop) and machine.is_sought(order(S.ACKED)) and not machine.is_sought(waits)


def test_while_a_cancel_is_on_its_way_only_an_end_counts() -> None:
    asked = machine.cancelling(order(S.PARTIAL, filled=D(3)), "manual")
    assert machine.answered(asked, report(S.PARTIAL, "4")).state is S.CANCELLING
    assert machine.answered(asked, report(S.FILLED, "10")).state is S.FILLED


def test_a_cancelled_exit_keeps_what_it_was_for() -> None:
    assert machine.cancelling(order(S.ACKED, "S", purpose="sl"), "manual").purpose == "sl"
    assert machine.cancelling(order(S.ACKED), "manual").purpose == "manual"


def test_an_order_goes_out_again_under_its_own_id_and_counts_it() -> None:
    again = machine.planned_again(order(S.ABSENT))
    assert (again.state, again.resends, again.request, again.attempt) == (S.PLANNED, 1, order().request, 1)


@pytest.mark.parametrize("end", sorted(machine.TERMINAL - {S.ABSENT, S.REJECTED}))
def test_INV11_an_end_is_an_end(end: OrderState) -> None:
    for state in S:
        with pytest.raises(ValueError):
            machine.move(order(end), state)


@pytest.mark.parametrize("state", list(S))
def test_what_is_asked_for_again(state: OrderState) -> None:
    """A market order ought to fill at once, so one that rests is asked for; a limit order may rest."""
    limit = replace(order(state), request=replace(order().request, order_type=OrderType.LIMIT, price=D(1)))
    assert machine.is_awaited(limit) == (state in {S.PLANNED, S.SUBMITTING, S.UNKNOWN, S.CANCELLING})
    assert machine.is_awaited(order(state)) == (machine.is_awaited(limit) or state in machine.RESTING)
