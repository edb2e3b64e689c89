"""Builders with defaults: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.risk.plan import plan
from engine.types import (
    Account,
    Direction,
    Entry,
    EntryPoint,
    Exposure,
    Instrument,
    Level,
    LevelKind,
    Plan,
    Preset,
    Quote,
    Refusal,
    Rung,
    Target,
)

D = Decimal
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def instrument(**changes: Any) -> Instrument:
    given: dict[str, Any] = {
        "symbol": "COIN/USDT",
        "base": "COIN",
        "quote": "USDT",
        "tick_size": D("0.01"),
        "lot_step": D("0.001"),
        "min_qty": D("0.001"),
        "min_notional": D(5),
        "pip_size": D("0.01"),
        "max_leverage": 100,
    }
    return Instrument(**given | changes)


EURUSD = instrument(
    symbol="EUR/USD",
    base="EUR",
    quote="USD",
    tick_size=D("0.00001"),
    lot_step=D(1000),
    min_qty=D(1000),
    min_notional=D(0),
    pip_size=D("0.0001"),
    contract_size=D(100000),
)
USDJPY = instrument(
    symbol="USD/JPY",
    base="USD",
    quote="JPY",
    tick_size=D("0.001"),
    lot_step=D(1000),
    min_qty=D(1000),
    min_notional=D(0),
    pip_size=D("0.01"),
    contract_size=D(100000),
)


def quote(bid: str = "100", ask: str | None = None) -> Quote:
    return Quote(symbol="COIN/USDT", bid=D(bid), ask=D(ask or bid), at=NOW)


def account(equity: str = "10000", free: str | None = None) -> Account:
    return Account(currency="USDT", balance=D(equity), equity=D(equity), free=D(free or equity))


def points(*prices: str) -> tuple[EntryPoint, ...]:
    """ "100" is a price, "90-100" a zone."""
    edges = [text.split("-") for text in prices]
    return tuple(EntryPoint(low=D(e[0]), high=D(e[-1])) for e in edges)


def at(price: str) -> Level:
    return Level(kind=LevelKind.PRICE, value=D(price))


def pips(distance: str) -> Level:
    return Level(kind=LevelKind.PIPS, value=D(distance))


def percent(distance: str) -> Level:
    return Level(kind=LevelKind.PERCENT, value=D(distance))


def targets(*prices: str) -> tuple[Target, ...]:
    """ "110" is a target, "110:30" one that closes 30 %."""
    parts = [text.split(":") for text in prices]
    return tuple(Target(level=at(p[0]), share=D(p[1]) if len(p) > 1 else None) for p in parts)


def rungs(*prices: str) -> tuple[Rung, ...]:
    """ "110:30" is a rung that closes 30 %."""
    parts = [text.split(":") for text in prices]
    return tuple(Rung(level=n, price=D(p), share=D(s)) for n, (p, s) in enumerate(parts, 1))


def long(**changes: Any) -> Entry:
    """A buy at the market with a stop at 95."""
    given: dict[str, Any] = {"symbol_base": "COIN", "direction": Direction.BUY, "stop_loss": at("95")}
    return Entry(**given | changes)


def short(**changes: Any) -> Entry:
    """A sale at the market with a stop at 105."""
    return long(**{"direction": Direction.SELL, "stop_loss": at("105")} | changes)


def asked(entry: Entry, **changes: Any) -> Plan | Refusal:
    """What the planner says to this entry."""
    given: dict[str, Any] = {
        "preset": Preset(),
        "account": account(),
        "instrument": instrument(),
        "quote": quote(),
        "rate": D(1),
        "exposure": Exposure(),
        "now": NOW,
    }
    return plan(entry=entry, **given | changes)


def planned(entry: Entry, **changes: Any) -> Plan:
    """The plan of an entry that has to be accepted."""
    answer = asked(entry, **changes)
    assert isinstance(answer, Plan), answer
    return answer


def refused(entry: Entry, **changes: Any) -> Refusal:
    """The refusal of an entry that must not be traded."""
    answer = asked(entry, **changes)
    assert isinstance(answer, Refusal), answer
    return answer


def notes(answer: Plan) -> dict[str, dict[str, str]]:
    return dict(answer.notes)
