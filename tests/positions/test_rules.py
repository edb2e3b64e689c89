"""Exit rules, one row a rule: what an open position does at one price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.errors import Code
from engine.positions.rules import decide, may_move_stop
from engine.types import (
    Action,
    ClosedReason,
    ClosePart,
    Direction,
    Instrument,
    MoveStop,
    Position,
    PositionStatus,
    Protection,
    Quote,
    Track,
)
from tests.risk.build import NOW, D, instrument, quote, rungs

case = pytest.param
TP, SL, TRAIL, BE = ClosedReason.TP, ClosedReason.SL, ClosedReason.TRAILING_SL, ClosedReason.BREAKEVEN


def held(**changes: Any) -> Position:
    """Ten bought at 100, stop at 95."""
    given: dict[str, Any] = {
        "id": 1,
        "signal_id": 1,
        "connection_id": 1,
        "execution_id": 1,
        "user_id": 1,
        "symbol": "COIN/USDT",
        "direction": Direction.BUY,
        "quantity": D(10),
        "original_quantity": D(10),
        "entry_price": D(100),
        "opened_at": NOW,
        "sl_price": D(95),
    }
    return Position(**given | changes)


def sold(**changes: Any) -> Position:
    """Ten sold at 100, stop at 105."""
    return held(**{"direction": Direction.SELL, "sl_price": D(105)} | changes)


def done(position: Position, *levels: int) -> Position:
    """With these rungs closed."""
    steps = tuple(replace(r, closed_at=NOW) if r.level in levels else r for r in position.rungs)
    return replace(position, rungs=steps)


def at(position: Position, bid: str, ask: str | None = None, market: Instrument | None = None) -> tuple[Action, ...]:
    return decide(position, quote(bid, ask), market or instrument())


def close(quantity: str, reason: ClosedReason, level: int | None = None) -> ClosePart:
    return ClosePart(quantity=D(quantity), reason=reason, level=level)


def move(price: str, reason: ClosedReason) -> MoveStop:
    return MoveStop(price=D(price), reason=reason)


# --- stop ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "bid", "ask", "actions"),
    [
        case(held(), "95.01", "95.02", (), id="a long above its stop"),
        case(held(), "95", "95.5", (close("10", SL),), id="a long closes on the bid"),
        case(held(), "80", "81", (close("10", SL),), id="through a gap"),
        case(sold(), "104", "104.99", (), id="a short below its stop"),
        case(sold(), "104", "105", (close("10", SL),), id="a short closes on the ask"),
        case(held(sl_price=None), "1", "1", (), id="no stop"),
        case(
            held(stop_reason=TRAIL), "95", "95", (close("10", TRAIL),), id="the reason is what put it there: trailing"
        ),
        case(held(stop_reason=BE), "95", "95", (close("10", BE),), id="… and break-even"),
        case(held(rungs=rungs("94:50", "110:50")), "95", "95", (close("10", SL),), id="the stop goes before a target"),
        case(held(quantity=D("9.9769")), "95", "95", (close("9.976", SL),), id="what can be sold"),
        case(held(quantity=D("0.0009")), "95", "95", (), id="dust cannot be sold"),
        case(held(quantity=D("0.001")), "95", "95", (close("0.001", SL),), id="one step can"),
        case(held(status=PositionStatus.CLOSED), "95", "95", (), id="closed"),
        case(held(status=PositionStatus.LIQUIDATED), "95", "95", (), id="liquidated"),
    ],
)
def test_stop(position: Position, bid: str, ask: str, actions: tuple[Action, ...]) -> None:
    assert at(position, bid, ask) == actions


@pytest.mark.parametrize(
    ("position", "bid", "actions"),
    [
        case(held(), "95", (), id="touched: the venue's to fill"),
        case(held(), "94.715", (), id="exactly 0.3 % beyond"),
        case(held(), "94.71", (close("10", SL),), id="more than 0.3 % beyond"),
        case(sold(), "105.315", (), id="short, exactly 0.3 % beyond"),
        case(sold(), "105.32", (close("10", SL),), id="short, more than 0.3 % beyond"),
        case(
            held(breakeven_enabled=True, breakeven_trigger_price=D(94)),
            "94.9",
            (),
            id="nothing else is done below a touched stop",
        ),
        case(held(rungs=rungs("110:100")), "110", (close("10", TP, 1),), id="targets are still ours"),
    ],
)
def test_a_stop_at_the_venue_has_a_backstop(position: Position, bid: str, actions: tuple[Action, ...]) -> None:
    assert at(replace(position, protection=Protection.EXCHANGE), bid) == actions


# --- targets ---------------------------------------------------------------------------------------

THREE = rungs("110:30", "120:40", "130:30")


@pytest.mark.parametrize(
    ("position", "bid", "ask", "actions"),
    [
        case(held(rungs=THREE), "109.99", "110", (), id="a long's target counts on the bid"),
        case(held(rungs=THREE), "110", "111", (close("3", TP, 1),), id="reached"),
        case(held(rungs=THREE), "120", "121", (close("3", TP, 1), close("4", TP, 2)), id="two in one tick, in order"),
        case(
            held(rungs=THREE),
            "999",
            "999",
            (close("3", TP, 1), close("4", TP, 2), close("3", TP, 3)),
            id="all in one tick",
        ),
        case(
            sold(rungs=rungs("90:30", "80:70")),
            "89",
            "90",
            (close("3", TP, 1),),
            id="a short's target counts on the ask",
        ),
        case(sold(rungs=rungs("90:30", "80:70")), "89", "90.01", (), id="a short's target not reached"),
        case(done(held(rungs=THREE, quantity=D(7)), 1), "110", "110", (), id="once"),
        case(done(held(rungs=THREE, quantity=D(7)), 1), "120", "120", (close("4", TP, 2),), id="of the original"),
        case(done(held(rungs=THREE, quantity=D(3)), 1, 2), "130", "130", (close("3", TP, 3),), id="the last"),
        case(
            done(held(rungs=THREE, quantity=D("3.5")), 1, 2),
            "130",
            "130",
            (close("3.5", TP, 3),),
            id="the last takes all that is left",
        ),
        case(held(rungs=THREE, quantity=D(2)), "120", "120", (close("2", TP, 1),), id="never more than is held"),
        case(
            held(rungs=THREE, quantity=D(5)),
            "120",
            "120",
            (close("3", TP, 1), close("2", TP, 2)),
            id="after a part was closed by hand",
        ),
        case(
            held(rungs=(replace(THREE[0], closed_qty=D(1)), *THREE[1:]), quantity=D(9)),
            "110",
            "110",
            (close("2", TP, 1),),
            id="the rest of a slice that filled in part",
        ),
        case(
            held(rungs=rungs("110:30", "120:30")), "120", "120", (close("3", TP, 1), close("3", TP, 2)), id="a runner"
        ),
        case(held(rungs=()), "999", "999", (), id="no targets"),
    ],
)
def test_targets(position: Position, bid: str, ask: str, actions: tuple[Action, ...]) -> None:
    assert at(position, bid, ask) == actions


@pytest.mark.parametrize(
    ("position", "bid", "actions"),
    [
        case(
            held(quantity=D(6), original_quantity=D(6), rungs=THREE),
            "110",
            (),
            id="a slice too small waits for the next",
        ),
        case(
            held(quantity=D(6), original_quantity=D(6), rungs=THREE),
            "120",
            (close("6", TP, 2),),
            id="… which leaves too little for the last",
        ),
        case(held(quantity=D(4), rungs=THREE), "110", (close("4", TP, 1),), id="what would stay behind goes along"),
        case(
            held(rungs=(replace(THREE[0], closed_qty=D("2.5")), *THREE[1:]), quantity=D("7.5")),
            "110",
            (),
            id="a crumb of a slice is not sent",
        ),
        case(done(held(rungs=THREE, quantity=D(1)), 1, 2), "130", (close("1", TP, 3),), id="everything left is sent"),
    ],
)
def test_targets_under_the_venue_s_minimum(position: Position, bid: str, actions: tuple[Action, ...]) -> None:
    assert at(position, bid, market=instrument(min_qty=D(2))) == actions


# --- trailing --------------------------------------------------------------------------------------


def by(distance: str, **changes: Any) -> dict[str, Any]:
    return {"trailing_stop_enabled": True, "trailing_stop_distance": D(distance), **changes}


def best(high: str, low: str) -> dict[str, Any]:
    return {"highest_price": D(high), "lowest_price": D(low)}


@pytest.mark.parametrize(
    ("position", "bid", "actions"),
    [
        case(
            held(**by("4")), "100", (Track(highest=D(100), lowest=D(100)), move("96", TRAIL)), id="from the first price"
        ),
        case(
            held(**by("4"), **best("103", "99")),
            "104",
            (Track(highest=D(104), lowest=D(99)), move("100", TRAIL)),
            id="a new high",
        ),
        case(
            held(**by("4", sl_price=D(99)), **best("103", "101")),
            "100",
            (Track(highest=D(103), lowest=D(100)),),
            id="a new low only remembers",
        ),
        case(held(**by("4", sl_price=D(99)), **best("103", "100")), "102", (), id="between: nothing"),
        case(
            held(**by("6"), **best("100", "100")),
            "100.5",
            (Track(highest=D("100.5"), lowest=D(100)),),
            id="never loosens",
        ),
        case(
            held(trailing_stop_enabled=True, trailing_stop_percentage=D(2)),
            "110",
            (Track(highest=D(110), lowest=D(110)), move("107.80", TRAIL)),
            id="by percentage of the best price",
        ),
        case(
            held(**by("4", trailing_stop_percentage=D(1))),
            "100",
            (Track(highest=D(100), lowest=D(100)), move("99", TRAIL)),
            id="the percentage goes before the distance",
        ),
        case(
            sold(**by("4"), **best("101", "97")),
            "96",
            (Track(highest=D(101), lowest=D(96)), move("100", TRAIL)),
            id="a short trails its low",
        ),
        case(
            sold(trailing_stop_enabled=True, trailing_stop_percentage=D(2)),
            "90",
            (Track(highest=D(90), lowest=D(90)), move("91.80", TRAIL)),
            id="a short by percentage",
        ),
        case(held(**by("4", trailing_trigger_price=D(105))), "104.99", (), id="not before its trigger"),
        case(
            held(**by("4", trailing_trigger_price=D(105))),
            "105",
            (Track(highest=D(105), lowest=D(105)), move("101", TRAIL)),
            id="from its trigger on",
        ),
        case(
            held(**by("4", trailing_trigger_price=D(105), sl_price=D(102)), **best("106", "104.5")),
            "104",
            (Track(highest=D(106), lowest=D(104)),),
            id="and still below it afterwards",
        ),
        case(sold(**by("4", trailing_trigger_price=D(95))), "95.01", (), id="a short not before its trigger"),
        case(
            held(**by("4.004")),
            "100",
            (Track(highest=D(100), lowest=D(100)), move("95.99", TRAIL)),
            id="on the tick, away from the price",
        ),
        case(
            sold(**by("4.004")),
            "100",
            (Track(highest=D(100), lowest=D(100)), move("104.01", TRAIL)),
            id="short on the tick",
        ),
        case(
            held(**by("4", sl_price=None)),
            "100",
            (Track(highest=D(100), lowest=D(100)), move("96", TRAIL)),
            id="where there was no stop",
        ),
        case(held(**by("4", trailing_stop_enabled=False)), "120", (), id="switched off"),
        case(held(**by("0")), "120", (Track(highest=D(120), lowest=D(120)),), id="no distance"),
        case(held(trailing_stop_enabled=True), "120", (Track(highest=D(120), lowest=D(120)),), id="neither set"),
        case(held(**by("500", sl_price=None)), "120", (Track(highest=D(120), lowest=D(120)),), id="a stop below zero"),
        case(
            held(**by("4"), **best("110", "100")),
            "105",
            (close("10", TRAIL),),
            id="switched on when the price is already past its stop",
        ),
    ],
)
def test_trailing(position: Position, bid: str, actions: tuple[Action, ...]) -> None:
    assert at(position, bid) == actions


# --- break-even ------------------------------------------------------------------------------------


def even(**changes: Any) -> dict[str, Any]:
    return {"breakeven_enabled": True, **changes}


BY_PRICE = {"breakeven_trigger_price": D(105)}
BY_RUNG = {"breakeven_trigger_tp": 1, "rungs": THREE}


@pytest.mark.parametrize(
    ("position", "bid", "actions"),
    [
        case(held(**even(**BY_PRICE)), "104.99", (), id="not before its price"),
        case(held(**even(**BY_PRICE)), "105", (move("100", BE),), id="at its price"),
        case(sold(**even(breakeven_trigger_price=D(95))), "95", (move("100", BE),), id="a short at its price"),
        case(sold(**even(breakeven_trigger_price=D(95))), "95.01", (), id="a short not before its price"),
        case(held(**even(**BY_PRICE, breakeven_offset=D("0.3"))), "105", (move("100.30", BE),), id="offset"),
        case(
            sold(**even(breakeven_trigger_price=D(95), breakeven_offset=D("0.3"))),
            "95",
            (move("99.70", BE),),
            id="a short's offset",
        ),
        case(
            held(**even(**BY_PRICE, entry_price=D("100.001"))),
            "105",
            (move("100.01", BE),),
            id="on the tick, never under the entry",
        ),
        case(held(**even(**BY_RUNG)), "109", (), id="not before its target closed"),
        case(done(held(**even(**BY_RUNG), quantity=D(7)), 1), "109", (move("100", BE),), id="after its target"),
        case(
            done(held(**even(**BY_RUNG), quantity=D(6)), 2),
            "109",
            (move("100", BE),),
            id="after a later one it merged into",
        ),
        case(
            done(held(**even(breakeven_trigger_tp=2, rungs=THREE), quantity=D(7)), 1),
            "109",
            (),
            id="not after an earlier one",
        ),
        case(held(**even(**BY_PRICE, sl_moved_to_breakeven=True)), "106", (), id="once"),
        case(held(**even(**BY_PRICE, breakeven_enabled=False)), "106", (), id="switched off"),
        case(held(**even()), "106", (), id="no trigger"),
        case(held(**even(**BY_PRICE, sl_price=D(101))), "106", (), id="never loosens"),
        case(held(**even(**BY_PRICE, sl_price=D(100))), "106", (), id="already there"),
        case(
            done(held(**even(**BY_RUNG), quantity=D(7)), 1),
            "99",
            (close("7", BE),),
            id="the price came back through the entry before the stop could follow",
        ),
        case(held(**even(**BY_PRICE, breakeven_offset=D(-101), sl_price=None)), "105", (), id="a stop below zero"),
        case(
            held(**even(**BY_PRICE), **by("4")),
            "106",
            (Track(highest=D(106), lowest=D(106)), move("102", TRAIL)),
            id="the tighter of two stops: trailing",
        ),
        case(
            held(**even(**BY_PRICE), **by("8")),
            "106",
            (Track(highest=D(106), lowest=D(106)), move("100", BE)),
            id="the tighter of two stops: break-even",
        ),
        case(
            sold(**even(breakeven_trigger_price=D(95)), **by("3")),
            "94",
            (Track(highest=D(94), lowest=D(94)), move("97", TRAIL)),
            id="a short's tighter stop",
        ),
        case(
            held(**even(**BY_PRICE, rungs=THREE)),
            "110",
            (close("3", TP, 1), move("100", BE)),
            id="closes go before moves",
        ),
        case(
            held(**even(**BY_PRICE, rungs=rungs("110:100"))),
            "110",
            (close("10", TP, 1),),
            id="no stop for nothing left",
        ),
        case(held(**even(**BY_PRICE, breakeven_offset=D(-100), sl_price=None)), "105", (), id="a stop at zero"),
        case(
            held(**even(breakeven_trigger_price=D("0.6"), entry_price=D("0.5"), sl_price=D("0.4"))),
            "0.6",
            (move("0.50", BE),),
            id="a cheap coin",
        ),
    ],
)
def test_breakeven(position: Position, bid: str, actions: tuple[Action, ...]) -> None:
    assert at(position, bid) == actions


def test_what_one_target_closes_can_make_the_rest_unsellable() -> None:
    """At 80 a quarter is worth less than the minimum: all of it goes at once, and not the rest on the next tick."""
    size = D("8.424")
    position = sold(
        quantity=size, original_quantity=size, entry_price=D(95), sl_price=D(96),
        rungs=rungs("94.98:25", "94.97:25", "94.96:25"),
    )  # fmt: skip
    market = instrument(min_notional=D(200), lot_step=D("0.001"), min_qty=D("0.001"))
    assert at(position, "80", "80", market=market) == (close("4.212", TP, 1), close("4.212", TP, 2))


def test_one_step_left_still_needs_its_stop() -> None:
    position = held(**even(**BY_PRICE, rungs=rungs("110:99.99")))
    actions = at(position, "110", market=instrument(min_notional=D(0)))
    assert actions == (close("9.999", TP, 1), move("100", BE))


# --- by hand ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "new", "market", "code"),
    [
        case(held(), "96", quote("100"), None, id="tighter"),
        case(held(), "95", quote("100"), None, id="the same"),
        case(held(), "94.99", quote("100"), Code.STOP_LOOSER, id="looser"),
        case(held(sl_price=None), "50", quote("100"), None, id="the first stop"),
        case(held(), "102", quote("105"), None, id="into profit"),
        case(held(), "99", quote("99", "100"), Code.STOP_PASSED, id="at the bid"),
        case(held(), "98.99", quote("99", "100"), None, id="below the bid"),
        case(sold(), "104", quote("99", "100"), None, id="short, tighter"),
        case(sold(), "105.01", quote("99", "100"), Code.STOP_LOOSER, id="short, looser"),
        case(sold(), "100", quote("99", "100"), Code.STOP_PASSED, id="short, at the ask"),
        case(held(sl_price=D("0.4")), "0.5", quote("0.6"), None, id="a cheap coin"),
        case(held(), "0", quote("100"), Code.BAD_INPUT, id="zero"),
        case(held(), "-1", quote("100"), Code.BAD_INPUT, id="negative"),
        case(held(), "NaN", quote("100"), Code.BAD_INPUT, id="no number"),
        case(held(status=PositionStatus.CLOSED), "96", quote("100"), Code.ALREADY_CLOSED, id="closed"),
    ],
)
def test_may_move_stop(position: Position, new: str, market: Quote, code: Code | None) -> None:
    assert getattr(may_move_stop(position, D(new), market), "code", None) == code


def test_the_owner_may_loosen_but_not_past_the_market() -> None:
    assert may_move_stop(held(), D(90), quote("100"), loosen_ok=True) is None
    refusal = may_move_stop(held(), D(101), quote("100"), loosen_ok=True)
    assert refusal is not None
    assert (refusal.code, refusal.details) == (Code.STOP_PASSED, {"stop": "101", "market": "100"})


def test_a_looser_stop_is_refused_with_both_prices() -> None:
    refusal = may_move_stop(held(), D("94.50"), quote("100"))
    assert refusal is not None
    assert refusal.details == {"stop": "94.5", "current": "95"}
