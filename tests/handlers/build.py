"""Rows of every kind with usual values; a test names what it cares about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.types import (
    Connection,
    Direction,
    Entry,
    Instrument,
    Order,
    OrderRequest,
    OrderState,
    OrderType,
    Position,
    Preset,
    Protection,
    Rung,
    Signal,
    Source,
    SourceMode,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "<b>&\"'{ $x }</i>"

BTC = Instrument(
    symbol="BTC/USDT", base="BTC", quote="USDT", tick_size=Decimal("0.1"), lot_step=Decimal("0.0001"),
    min_qty=Decimal("0.0001"), min_notional=Decimal(5), pip_size=Decimal(1),
)  # fmt: skip


def connection(number: int, user_id: int, **fields: Any) -> Connection:
    defaults: dict[str, Any] = {
        "admin_id": None, "name": "Paper 10,000", "exchange_name": "paper", "status": "active", "is_active": True,
        "is_admin_owned": False, "trade_execution_enabled": True, "is_paper": True, "preset": Preset(),
        "settings": {"currency": "USDT"},
    }  # fmt: skip
    return Connection(id=number, user_id=user_id, **{**defaults, **fields})


def source(number: int, user_id: int, **fields: Any) -> Source:
    defaults: dict[str, Any] = {
        "chat_id": -1001, "name": "Alpha", "mode": SourceMode.ASK, "is_admin_owned": False, "scope": None,
    }  # fmt: skip
    return Source(id=number, user_id=user_id, **{**defaults, **fields})


def signal(number: int, source_id: int | None) -> Signal:
    entry = Entry(symbol_base="BTC", symbol_quote="USDT", direction=Direction.BUY)
    return Signal(id=number, source_id=source_id, chat_id=-1001, message_id=7, entry=entry, published_at=NOW)


def position(number: int, user_id: int, connection_id: int, **fields: Any) -> Position:
    defaults: dict[str, Any] = {
        "signal_id": 1, "execution_id": number, "symbol": "BTC/USDT", "direction": Direction.BUY,
        "quantity": Decimal("0.025"), "original_quantity": Decimal("0.05"), "entry_price": Decimal("64120.5"),
        "opened_at": NOW - timedelta(hours=2), "current_price": Decimal(64900), "sl_price": Decimal(62800),
        "rungs": (
            Rung(level=1, price=Decimal(65500), share=Decimal(50), closed_qty=Decimal("0.025"), closed_at=NOW),
            Rung(level=2, price=Decimal(67000), share=Decimal(50)),
        ),
        "pnl": Decimal("45.2"), "pnl_percentage": Decimal("1.41"), "protection": Protection.EXCHANGE,
    }  # fmt: skip
    return Position(id=number, user_id=user_id, connection_id=connection_id, **{**defaults, **fields})


def quarantined(number: int) -> Order:
    """An entry that the venue cannot answer for."""
    request = OrderRequest(
        client_order_id=f"s{number}", symbol="BTC/USDT", direction=Direction.BUY, order_type=OrderType.MARKET,
        quantity=Decimal(1),
    )  # fmt: skip
    return Order(
        id=number, execution_id=1, connection_id=1, position_id=None, leg="E1", attempt=1,
        state=OrderState.QUARANTINED, request=request,
    )  # fmt: skip
