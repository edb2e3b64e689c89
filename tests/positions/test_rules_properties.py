"""What holds on every path of prices: a stop only tightens, nothing is sold twice, the end is the end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.positions.profit import apply_exit_fill
from engine.positions.rules import decide, may_move_stop
from engine.types import (
    Action,
    ClosedReason,
    ClosePart,
    Direction,
    Fill,
    Instrument,
    MoveStop,
    Position,
    PositionStatus,
    Protection,
    Quote,
    Rung,
)
from tests.risk.build import NOW, D, instrument

prices = st.integers(8000, 12500).map(lambda n: D(n) / 100)
amounts = st.integers(1, 2000).map(lambda n: D(n) / 100)
directions = st.sampled_from(list(Direction))
reasons = st.sampled_from([ClosedReason.SL, ClosedReason.TRAILING_SL, ClosedReason.BREAKEVEN])
quantities = st.integers(0, 20000).map(lambda n: D(n) / 1000)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def positions(draw: st.DrawFn, *, sound: bool) -> Position:
    """Any position a row can hold; a sound one was opened by a plan and has not moved yet."""
    side, entry = draw(directions), draw(prices)
    distances = sorted(draw(st.lists(amounts, max_size=4, unique=True)))
    shares = [D(100) / 4] * len(distances)
    rungs = tuple(
        Rung(level=n, price=entry + side.sign * d, share=s)
        for n, (d, s) in enumerate(zip(distances, shares, strict=True), 1)
    )
    whole = draw(quantities)
    fresh = Position(
        id=1,
        signal_id=None,
        connection_id=1,
        execution_id=1,
        user_id=1,
        symbol="COIN/USDT",
        direction=side,
        quantity=whole,
        original_quantity=whole,
        entry_price=entry,
        opened_at=NOW,
        sl_price=entry - side.sign * draw(amounts),
        rungs=rungs,
        trailing_stop_enabled=draw(st.booleans()),
        trailing_stop_distance=draw(some(amounts)),
        trailing_stop_percentage=draw(some(amounts)),
        trailing_trigger_price=draw(some(prices)),
        breakeven_enabled=draw(st.booleans()),
        breakeven_trigger_price=draw(some(amounts.map(lambda d: entry + side.sign * d))),
        breakeven_trigger_tp=draw(some(st.integers(1, 5))),
        breakeven_offset=draw(st.sampled_from([D(0), D("0.1"), D("-0.5")])),
    )
    return fresh if sound else _odd(draw, fresh)


def _odd(draw: st.DrawFn, position: Position) -> Position:
    return replace(
        position,
        quantity=draw(quantities),
        sl_price=draw(some(prices)),
        stop_reason=draw(reasons),
        status=draw(st.sampled_from(list(PositionStatus))),
        protection=draw(st.sampled_from(list(Protection))),
        highest_price=draw(some(prices)),
        lowest_price=draw(some(prices)),
        trailing_stop_distance=draw(some(st.sampled_from([D(-5), D(0), D(9999)]))),
        sl_moved_to_breakeven=draw(st.booleans()),
        rungs=tuple(
            replace(r, closed_qty=draw(quantities), closed_at=draw(some(st.just(NOW)))) for r in position.rungs
        ),
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    bid = draw(prices)
    return Quote(symbol="COIN/USDT", bid=bid, ask=bid + draw(st.integers(0, 20)) * D("0.01"), at=NOW)


markets = st.builds(
    lambda least, value: instrument(min_qty=least, min_notional=value),
    least=st.sampled_from([D("0.001"), D("0.5"), D(3)]),
    value=st.sampled_from([D(0), D(5), D(200)]),
)


def closes(actions: tuple[Action, ...]) -> list[ClosePart]:
    return [a for a in actions if isinstance(a, ClosePart)]


def carried_out(position: Position, actions: tuple[Action, ...], quote: Quote, market: Instrument) -> Position:
    """The position once a perfect venue has done everything."""
    for n, action in enumerate(actions):
        match action:
            case ClosePart():
                fill = Fill(
                    trade_id=str(n), quantity=action.quantity, price=quote.exit_price(position.direction),
                    fee=D(0), fee_currency="USDT", at=NOW,
                )  # fmt: skip
                position = apply_exit_fill(position, fill, market, reason=action.reason, level=action.level)
            case MoveStop():
                at_entry = action.reason is ClosedReason.BREAKEVEN
                position = replace(
                    position, sl_price=action.price, stop_reason=action.reason,
                    sl_moved_to_breakeven=position.sl_moved_to_breakeven or at_entry,
                )  # fmt: skip
            case _:
                position = replace(position, highest_price=action.highest, lowest_price=action.lowest)
    return position


def tightness(position: Position) -> Decimal:
    assert position.sl_price is not None
    return position.sl_price * position.direction.sign


@settings(max_examples=150)
@given(position=positions(sound=False), quote=quotes(), market=markets)
def test_total_and_deterministic(position: Position, quote: Quote, market: Instrument) -> None:
    actions = decide(position, quote, market)
    assert actions == decide(position, quote, market)
    parts = closes(actions)
    assert all(p.quantity > 0 and p.quantity % market.lot_step == 0 for p in parts)
    assert sum(p.quantity for p in parts) <= position.quantity
    assert position.is_open or actions == ()


@settings(max_examples=150)
@given(position=positions(sound=False), quote=quotes(), market=markets)
def test_a_moved_stop_is_tighter_and_not_yet_passed(position: Position, quote: Quote, market: Instrument) -> None:
    for action in decide(position, quote, market):
        if isinstance(action, MoveStop):
            assert action.price % market.tick_size == 0
            assert may_move_stop(position, action.price, quote) is None
            assert action.price != position.sl_price


@settings(max_examples=150)
@given(position=positions(sound=True), path=st.lists(quotes(), min_size=1, max_size=25), market=markets)
def test_along_a_path_of_prices(position: Position, path: list[Quote], market: Instrument) -> None:
    moved_to_entry = 0
    for quote in path:
        actions = decide(position, quote, market)
        after = carried_out(position, actions, quote, market)
        assert tightness(after) >= tightness(position)
        assert 0 <= after.quantity <= position.quantity
        moved_to_entry += sum(isinstance(a, MoveStop) and a.reason is ClosedReason.BREAKEVEN for a in actions)
        levels = [p.level for p in closes(actions) if p.level is not None]
        assert levels == sorted(set(levels))
        assert not {r.level for r in position.rungs if not r.is_open} & set(levels)
        position = after
    assert moved_to_entry <= 1


@settings(max_examples=150)
@given(position=positions(sound=True), quote=quotes(), market=markets)
def test_the_same_tick_again_closes_nothing_more(position: Position, quote: Quote, market: Instrument) -> None:
    once = carried_out(position, decide(position, quote, market), quote, market)
    again = decide(once, quote, market)
    # A target that closed may owe the break-even stop, which a price that already turned would have passed.
    assert all(p.reason is ClosedReason.BREAKEVEN for p in closes(again))


@settings(max_examples=150)
@given(position=positions(sound=True), quote=quotes())
def test_a_reached_stop_closes_everything(position: Position, quote: Quote) -> None:
    market, price = instrument(min_notional=D(0)), quote.exit_price(position.direction)
    assert position.sl_price is not None
    if (price - position.sl_price) * position.direction.sign <= 0 and position.quantity >= market.lot_step:
        assert decide(position, quote, market) == (ClosePart(quantity=position.quantity, reason=ClosedReason.SL),)
