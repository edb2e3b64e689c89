"""Builders with defaults, and a small world to hang rows on: people, connections, channels, a signal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.types import (
    Connection,
    Direction,
    Entry,
    Execution,
    Fill,
    Instrument,
    Level,
    LevelKind,
    Order,
    OrderRequest,
    OrderState,
    OrderType,
    Plan,
    PlannedOrder,
    Position,
    Post,
    Role,
    Rung,
    Signal,
    Source,
    Target,
    User,
)
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON

CHANNEL = -1001


def price(value: str) -> Level:
    return Level(kind=LevelKind.PRICE, value=Decimal(value))


def entry(**changes: Any) -> Entry:
    plain: dict[str, Any] = {
        "symbol_base": "BTC",
        "symbol_quote": "USDT",
        "direction": Direction.BUY,
        "stop_loss": price("90"),
        "take_profits": (Target(level=price("110"), share=Decimal(50)), Target(level=price("120"))),
    }
    return Entry(**{**plain, **changes})


def post(message_id: int = 1, text: str = "BUY BTC/USDT", **changes: Any) -> Post:
    return Post(chat_id=CHANNEL, message_id=message_id, text=text, at=NOON, **changes)


def instrument() -> Instrument:
    return Instrument(
        symbol="BTC/USDT",
        base="BTC",
        quote="USDT",
        tick_size=Decimal("0.01"),
        lot_step=Decimal("0.001"),
        min_qty=Decimal("0.001"),
        min_notional=Decimal(5),
        pip_size=Decimal(1),
    )


def plan() -> Plan:
    return Plan(
        instrument=instrument(),
        direction=Direction.BUY,
        orders=(
            PlannedOrder(leg="E1", order_type=OrderType.LIMIT, quantity=Decimal("1.5"), price=Decimal("100.50")),
            PlannedOrder(leg="E2", order_type=OrderType.LIMIT, quantity=Decimal("0.5"), price=Decimal("99")),
        ),
        entry_price=Decimal("100.5"),
        stop=Decimal(90),
        rungs=rungs(),
        leverage=3,
        margin_mode=None,
        risk=Decimal("15.75"),
        rate=Decimal(1),
        expires_at=NOON,
        notes=(("reduced_to_max_risk", {"from": "2", "to": "1.5"}),),
    )


def rungs(count: int = 2) -> tuple[Rung, ...]:
    return tuple(Rung(level=n, price=Decimal(100 + 10 * n), share=Decimal(100) / count) for n in range(1, count + 1))


def request(client_order_id: str = "s1", **changes: Any) -> OrderRequest:
    plain: dict[str, Any] = {
        "symbol": "BTC/USDT",
        "direction": Direction.BUY,
        "order_type": OrderType.LIMIT,
        "quantity": Decimal("1.5"),
        "price": Decimal("100.5"),
    }
    return OrderRequest(client_order_id=client_order_id, **{**plain, **changes})


def fill(trade_id: str = "t1", **changes: Any) -> Fill:
    plain: dict[str, Any] = {
        "quantity": Decimal("0.5"),
        "price": Decimal("100.25"),
        "fee": Decimal("0.05"),
        "fee_currency": "USDT",
        "at": NOON,
    }
    return Fill(trade_id=trade_id, **{**plain, **changes})


@dataclass(frozen=True)
class World:
    """Ann and Bob, each with a paper account and a channel; an admin with both; a signal of Ann's, being executed."""

    ann: User
    bob: User
    admin: User
    ann_account: Connection
    bob_account: Connection
    admin_account: Connection
    ann_channel: Source
    bob_channel: Source
    admin_channel: Source
    signal: Signal
    execution: Execution

    def order(self, leg: str = "E1", attempt: int = 1, client_order_id: str = "s1", **changes: Any) -> Order:
        plain: dict[str, Any] = {"position_id": None, "state": OrderState.PLANNED, "request": request(client_order_id)}
        return Order(
            id=0,
            execution_id=self.execution.id,
            connection_id=self.ann_account.id,
            leg=leg,
            attempt=attempt,
            **{**plain, **changes},
        )

    def position(self, **changes: Any) -> Position:
        plain: dict[str, Any] = {
            "signal_id": self.signal.id,
            "connection_id": self.ann_account.id,
            "execution_id": self.execution.id,
            "user_id": self.ann.id,
            "symbol": "BTC/USDT",
            "direction": Direction.BUY,
            "quantity": Decimal("1.5"),
            "original_quantity": Decimal("1.5"),
            "entry_price": Decimal("100.5"),
            "opened_at": NOON,
            "sl_price": Decimal(90),
            "initial_risk": Decimal("10.5"),
            "rungs": rungs(),
        }
        return Position(id=0, **{**plain, **changes})


def build(unit: UnitOfWork) -> World:
    ann = unit.people.enroll(101, "ann", "en", Role.USER, NOON)
    bob = unit.people.enroll(102, "bob", "ru", Role.USER, NOON)
    admin = unit.people.enroll(103, "root", "en", Role.ADMIN, NOON)
    accounts = [unit.accounts.add_paper(person, "Paper", NOON) for person in (ann, bob, admin)]
    channels = [unit.channels.add(person, CHANNEL, "Signals", NOON) for person in (ann, bob, admin)]
    signal = unit.signals.publish(channels[0], post(), entry(), "0" * 64, NOON)
    execution = unit.executions.open(signal, accounts[0], NOON)
    assert execution is not None
    return World(
        ann=ann,
        bob=bob,
        admin=admin,
        ann_account=accounts[0],
        bob_account=accounts[1],
        admin_account=accounts[2],
        ann_channel=channels[0],
        bob_channel=channels[1],
        admin_channel=channels[2],
        signal=signal,
        execution=execution,
    )


async def world(database: Database) -> World:
    return await database.write(build)
