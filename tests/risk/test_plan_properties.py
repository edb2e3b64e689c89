"""What holds for every plan, whatever signal, account and venue meet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.risk.sizing import SIZING
from engine.risk.steps import EXACT
from engine.types import Direction, Entry, EntryPoint, Level, LevelKind, OrderType, Plan, Preset, Quote, Target
from tests.risk.build import NOW, D, account, asked, instrument

hundredths = st.integers(1, 10000).map(lambda n: D(n) / 100)
near = st.integers(-1500, 1500).map(lambda n: D(n) / 10000)  # of the market price


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """A signal that is mostly sound around a random market, and an account with random rules."""
    tick = draw(st.sampled_from([D("0.00001"), D("0.01"), D("0.5")]))
    market = tick * draw(st.integers(300, 10**7))
    side = draw(st.sampled_from(list(Direction)))
    step = draw(st.sampled_from([D("0.00001"), D("0.01"), D(1), D(1000)]))
    return {
        "entry": _entry(draw, market, side),
        "preset": Preset(
            position_size_mode=draw(st.sampled_from(sorted(SIZING))),
            risk_per_trade_pct=draw(hundredths),
            percentage=draw(hundredths),
            amount=draw(hundredths) * 100,
            fixed_lot=draw(hundredths),
            max_risk_pct=draw(hundredths),
            min_lot=draw(st.none() | hundredths),
            max_lot=draw(st.none() | hundredths),
            max_leverage=draw(st.integers(1, 125)),
        ),
        "account": replace(account(), free=D(draw(st.integers(0, 20000)))),
        "instrument": instrument(
            tick_size=tick,
            lot_step=step,
            min_qty=step * draw(st.integers(0, 20)),
            min_notional=D(draw(st.sampled_from([0, 5, 100]))),
            max_qty=draw(st.none() | st.integers(1, 10**6).map(lambda n: n * step)),
            max_leverage=draw(st.integers(1, 125)),
        ),
        "quote": Quote(symbol="COIN/USDT", bid=market, ask=market + tick * draw(st.integers(0, 3)), at=NOW),
        "rate": draw(st.sampled_from([D(1), D("0.0065"), D("1.27")])),
    }


def _entry(draw: st.DrawFn, market: Decimal, side: Direction) -> Entry:
    edges = [market * (1 + draw(near) / 3) for _ in range(draw(st.integers(0, 3)))]
    return Entry(
        symbol_base="COIN",
        direction=side,
        order_type=draw(st.none() | st.sampled_from(OrderType)),
        entries=tuple(EntryPoint(low=e, high=e * (1 + abs(draw(near)) / 10)) for e in edges),
        stop_loss=Level(kind=LevelKind.PRICE, value=market * (1 - side.sign * D("0.06") + draw(near) / 3)),
        take_profits=tuple(
            Target(level=Level(kind=LevelKind.PERCENT, value=D(draw(st.integers(1, 60)))), share=share)
            for share in draw(st.lists(st.none() | hundredths, max_size=5))
        ),
        leverage=draw(st.none() | st.integers(1, 200)),
    )


def whole(answer: Plan) -> Decimal:
    return sum((o.quantity for o in answer.orders), D(0))


def accepted(question: dict[str, Any]) -> Plan:
    answer = asked(**question)
    assume(isinstance(answer, Plan))
    assert isinstance(answer, Plan)
    return answer


@given(questions())
def test_the_same_question_has_the_same_answer_and_never_a_fault(question: dict[str, Any]) -> None:
    assert asked(**question) == asked(**question)


@given(questions())
def test_risk_never_exceeds_the_maximum(question: dict[str, Any]) -> None:
    answer = accepted(question)
    assert answer.risk <= question["preset"].max_risk_pct * 100  # of 10,000


@given(questions())
def test_every_order_fits_the_venue(question: dict[str, Any]) -> None:
    answer, rules = accepted(question), question["instrument"]
    for order in answer.orders:
        price = order.price or order.trigger or question["quote"].entry_price(answer.direction)
        assert order.quantity % rules.lot_step == 0
        assert order.quantity >= max(rules.min_qty, rules.lot_step)
        assert order.quantity * price >= rules.min_notional
        assert price % rules.tick_size == 0
    assert rules.max_qty is None or whole(answer) <= rules.max_qty
    assert answer.stop % rules.tick_size == 0
    assert all(r.price % rules.tick_size == 0 for r in answer.rungs)


@given(questions())
def test_prices_stand_in_order(question: dict[str, Any]) -> None:
    answer = accepted(question)
    sign = answer.direction.sign
    prices = [o.price or o.trigger or question["quote"].entry_price(answer.direction) for o in answer.orders]
    assert all((p - answer.stop) * sign > 0 for p in prices)
    assert all((r.price - p) * sign > 0 for r in answer.rungs for p in prices)
    steps = [r.price * sign for r in answer.rungs]
    assert steps == sorted(steps)
    assert sum(r.share for r in answer.rungs) <= 100


@given(questions())
def test_the_free_balance_is_enough(question: dict[str, Any]) -> None:
    answer = accepted(question)
    prices = [o.price or o.trigger or question["quote"].entry_price(answer.direction) for o in answer.orders]
    value = sum(p * o.quantity for p, o in zip(prices, answer.orders, strict=True)) * question["rate"]
    assert answer.leverage is not None
    assert EXACT.divide(value, D(answer.leverage)) <= question["account"].free


@given(question=questions(), amount=st.none() | hundredths, risk=st.none() | hundredths, leverage=st.integers(1, 300))
def test_a_signal_can_only_lower(
    question: dict[str, Any], amount: Decimal | None, risk: Decimal | None, leverage: int
) -> None:
    question["entry"] = replace(question["entry"], leverage=None)
    plain = accepted(question)
    wish = replace(question["entry"], amount_percent=amount, risk_percent=risk, leverage=leverage)
    wished = asked(**{**question, "entry": wish})
    if isinstance(wished, Plan):
        assert wished.leverage is not None
        assert plain.leverage is not None
        assert wished.leverage <= plain.leverage
        assert wished.risk <= plain.risk or len(wished.orders) < len(plain.orders)
