"""What must be true of the books, the venue and the chat whenever nothing is on its way, whatever happened before.

``check`` reads everything and reports every broken rule. The numbers are those of docs and reviews: INV1, INV2 and on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from bot.simulator import Chat, ChatKind, Person, Simulator
from engine.execution.orders import TERMINAL
from engine.types import ExecutionStatus, OrderState, OrderType, PaperBook, PaperOrder, PositionStatus, Protection
from storage.columns import Money
from storage.database import Database
from storage.tables import NoticeState
from storage.tables.parts import metadata
from storage.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
Rule = Callable[["Town"], Iterator[str]]

NUMBER = re.compile(r"^#(\d+)$", re.MULTILINE)
BOUND = Decimal(10) ** 15
LIQUIDATION = "liquidation-"
OVER = frozenset(ExecutionStatus) - {ExecutionStatus.PENDING, ExecutionStatus.PARTIAL}
ENDED = (OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.VOID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Everything there is: our rows by table, the paper venue's books, the chats by id, and the log."""

    rows: Mapping[str, list[Row]]
    books: Mapping[int, PaperBook]
    at_venue: Mapping[tuple[int, str], PaperOrder]
    chats: Mapping[int, tuple[str, ...]]
    token: str
    log: str

    def by_id(self, table: str) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows[table]}

    def of(self, table: str, column: str) -> defaultdict[Any, list[Row]]:
        grouped: defaultdict[Any, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            grouped[row[column]].append(row)
        return grouped

    def owner(self, connection_id: int) -> int:
        row = self.by_id("execution_connections")[connection_id]
        return int(row["user_id"] if row["user_id"] is not None else row["admin_id"])

    def venue_order(self, order: Row) -> PaperOrder | None:
        return self.at_venue.get((order["connection_id"], order["client_order_id"]))


async def check(store: Database, simulator: Simulator, *, log: str = "") -> None:
    """Raise AssertionError naming every rule that is broken now."""
    rows, books, at_venue = await store.read(_read)
    bot = simulator.bot
    private = (chat for chat in simulator.world.chats.values() if chat.kind is ChatKind.PRIVATE)
    chats = {chat.id: tuple(_said(chat, bot)) for chat in private}
    town = Town(rows=rows, books=books, at_venue=at_venue, chats=chats, token=simulator.token, log=log)
    broken = [f"{name}: {line}" for name, rule in RULES.items() for line in rule(town)]
    assert not broken, "\n".join(broken)


def _said(chat: Chat, bot: Person) -> Iterator[str]:
    """Everything that the bot ever showed there, also what it later put another text in the place of."""
    for message in chat.messages.values():
        if message.author is bot:
            yield from (body.words.text for body in (*message.earlier, message.body))


def _read(tx: UnitOfWork) -> tuple[dict[str, list[Row]], dict[int, PaperBook], dict[tuple[int, str], PaperOrder]]:
    rows = {
        name: [dict(row) for row in tx.connection.execute(select(table)).mappings()]
        for name, table in metadata.tables.items()
    }
    accounts = [row["connection_id"] for row in rows["paper_accounts"]]
    books = {number: book for number in accounts if (book := tx.paper.book(number)) is not None}
    at_venue = {
        (number, order.request.client_order_id): order
        for number in accounts
        for order in tx.paper.orders(number, only_open=False)
    }
    if tx.connection.dialect.name == "sqlite":
        found = tx.connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'risen'")).all()
        rows["risen"] = (
            [dict(r) for r in tx.connection.execute(text("SELECT * FROM risen")).mappings()] if found else []
        )
    return rows, books, at_venue


async def keep_watch(store: Database) -> None:
    """Let the database itself write down every ended order that changes its state again (INV11; SQLite only)."""

    def work(tx: UnitOfWork) -> None:
        if tx.connection.dialect.name == "sqlite":
            for statement in _WATCH:
                tx.connection.execute(text(statement))

    await store.write(work)


_STATES = ", ".join(f"'{state.value}'" for state in ENDED)
_WATCH = (
    "CREATE TABLE risen (order_id INTEGER, was TEXT, became TEXT)",
    "CREATE TRIGGER order_rose AFTER UPDATE OF state ON orders"
    f" WHEN OLD.state IN ({_STATES}) AND NEW.state <> OLD.state"
    " BEGIN INSERT INTO risen VALUES (OLD.id, OLD.state, NEW.state); END",
)


# --- orders and the venue --------------------------------------------------------------------------


def one_entry_a_leg(town: Town) -> Iterator[str]:
    """INV1: of all attempts of an entry leg at most one lives or filled, and no more is filled than was planned."""
    entries = [order for order in town.rows["orders"] if order["leg"].startswith("E")]
    taken = Counter((o["execution_id"], o["leg"]) for o in entries if _counts(town.venue_order(o)))
    for leg, times in taken.items():
        if times > 1:
            yield f"{times} entries of {leg}"
    for execution_id, log in town.by_id("execution_logs").items():
        filled = sum(
            found.filled for o in entries if o["execution_id"] == execution_id and (found := town.venue_order(o))
        )
        if filled > (log["quantity"] or 0):
            yield f"execution {execution_id} filled {filled} of {log['quantity']}"


def _counts(order: PaperOrder | None) -> bool:
    return order is not None and (order.filled > 0 or order.state not in TERMINAL)


def every_order_is_known(town: Town) -> Iterator[str]:
    """INV2: the venue has no order of ours that we have not."""
    ours = {(order["connection_id"], order["client_order_id"]) for order in town.rows["orders"]}
    for key in town.at_venue:
        if key not in ours and not key[1].startswith(LIQUIDATION):
            yield f"unknown order {key}"


def fills_agree(town: Town) -> Iterator[str]:
    """INV3: the same fills here and there, and positions add up to what the venue holds."""
    mine = {(f["connection_id"], f["trade_id"], f["quantity"], f["price"]) for f in town.rows["fills"]}
    theirs = {
        (connection, fill.trade_id, fill.quantity, fill.price)
        for (connection, _), order in town.at_venue.items()
        for fill in order.fills
    }
    for fill in mine ^ theirs:
        yield f"fill only {'here' if fill in mine else 'at the venue'}: {fill}"
    held = Counter[tuple[int, str]]()
    for position in town.rows["execution_positions"]:
        sign = 1 if position["direction"] == "buy" else -1
        held[position["connection_id"], position["symbol"]] += sign * position["quantity"]  # type: ignore[assignment]
    at_venue = {(number, h.symbol): h.quantity for number, book in town.books.items() for h in book.holdings}
    for key in held.keys() | at_venue.keys():
        if held.get(key, 0) != at_venue.get(key, 0):
            yield f"{key}: we say {held.get(key, 0)}, the venue {at_venue.get(key, 0)}"


def ended_orders_stay(town: Town) -> Iterator[str]:
    """INV11: what has ended never changes again."""
    for row in town.rows.get("risen", []):
        yield f"order {row['order_id']} went from {row['was']} to {row['became']}"


def nothing_in_doubt(town: Town) -> Iterator[str]:
    """When all is quiet no order is on its way, and ours stand as they do at the venue."""
    for order in town.rows["orders"]:
        found = town.venue_order(order)
        if order["state"] not in TERMINAL | {OrderState.ACKED, OrderState.PARTIAL, OrderState.QUARANTINED}:
            yield f"order {order['id']} ({order['leg']}) is still {order['state']}"
        elif found is not None and (found.state, found.filled) != (order["state"], order["filled"]):
            yield f"order {order['id']} is {order['state']} {order['filled']} here, {found.state} {found.filled} there"


# --- positions -------------------------------------------------------------------------------------


def open_means_protected(town: Town) -> Iterator[str]:
    """INV4, INV5: an open position has a stop; one that the venue holds is live there, once, for what is left."""
    for position in town.rows["execution_positions"]:
        if position["status"] != PositionStatus.OPEN:
            continue
        stops = [order for order in _resting(town, position) if order.request.order_type is OrderType.STOP]
        if position["sl_price"] is None:
            yield f"position {position['id']} has no stop"
        elif position["protection"] != Protection.EXCHANGE:
            yield f"position {position['id']} is held by {position['protection']}"
        elif [(s.request.trigger, s.request.quantity) for s in stops] != [(position["sl_price"], position["quantity"])]:
            yield f"position {position['id']} of {position['quantity']} is guarded by {stops}"


def _resting(town: Town, position: Row) -> list[PaperOrder]:
    mine = town.of("orders", "execution_id")[position["execution_log_id"]]
    found = (town.venue_order(order) for order in mine)
    return [order for order in found if order is not None and order.state not in TERMINAL]


def closed_leaves_nothing(town: Town) -> Iterator[str]:
    """INV6: a closed position has no order of ours that still lives."""
    for position in town.rows["execution_positions"]:
        if position["status"] != PositionStatus.OPEN:
            for order in _resting(town, position):
                yield f"closed position {position['id']} has {order.request.client_order_id} resting"


def funding_is_shared_out(town: Town) -> Iterator[str]:
    """INV15: what a position was paid is the sum of its parts, and no payment is shared out to more than it was."""
    parts = town.of("funding_parts", "position_id")
    for position in town.rows["execution_positions"]:
        booked = sum((part["amount"] for part in parts[position["id"]]), Decimal(0))
        if booked != position["funding"]:
            yield f"position {position['id']} was paid {position['funding']}, its parts are {booked}"
    shared = town.of("funding_parts", "payment_id")
    for payment in town.rows["funding_payments"]:
        booked = sum((part["amount"] for part in shared[payment["id"]]), Decimal(0))
        if not booked or abs(booked) > abs(payment["amount"]):
            yield f"of funding {payment['funding_id']} of {payment['amount']} {booked} are shared out"


# --- what is told ----------------------------------------------------------------------------------


def every_event_is_told(town: Town) -> Iterator[str]:
    """INV8: each change of a trade has its notice, numbered without gaps, and a sent one is in the chat."""
    notices = town.rows["execution_notifications"]
    keys = {notice["key"] for notice in notices}
    events = {tuple(key.split(":")[1:]) for key in keys if key.count(":") == 2}
    for position in town.rows["execution_positions"]:
        number = str(position["id"])
        if f"open:{number}" not in keys:
            yield f"the opening of position {number} was not told"
        for seq in range(1, position["seq"] + 1):
            if (number, str(seq)) not in events:
                yield f"event {seq} of position {number} was not told"
    for log in town.rows["execution_logs"]:
        ended = log["status"] not in (ExecutionStatus.PENDING, ExecutionStatus.FILLED)
        if ended and not keys & {f"refused:{log['id']}", f"ended:{log['id']}"}:
            yield f"that execution {log['id']} is {log['status']} was not told"
    for user in town.rows["users"]:
        mine = sorted(notice["number"] for notice in notices if notice["user_id"] == user["id"])
        if mine != list(range(1, user["last_notice_number"] + 1)):
            yield f"user {user['id']} has the numbers {mine} up to {user['last_notice_number']}"


def sent_is_in_the_chat(town: Town) -> Iterator[str]:
    """INV8: a notice marked as sent can be read in its owner's chat; one told twice says the same."""
    users = town.by_id("users")
    for notice in town.rows["execution_notifications"]:
        if notice["state"] == NoticeState.SENT:
            chat = users[notice["user_id"]]["telegram_chat_id"]
            if not any(int(n) == notice["number"] for words in town.chats[chat] for n in NUMBER.findall(words)):
                yield f"notice {notice['number']} of user {notice['user_id']} ({notice['key']}) is not in the chat"


def nobody_hears_of_others(town: Town) -> Iterator[str]:
    """INV9: execution, order, position and notice of a trade all belong to the owner of its connection."""
    logs = town.by_id("execution_logs")
    for order in town.rows["orders"]:
        if order["connection_id"] != logs[order["execution_id"]]["connection_id"]:
            yield f"order {order['id']} is on another connection than its execution"
    for position in town.rows["execution_positions"]:
        if position["user_id"] != town.owner(position["connection_id"]):
            yield f"position {position['id']} belongs to user {position['user_id']}"
    for notice in town.rows["execution_notifications"]:
        connection = notice["connection_id"]
        if connection is not None and notice["user_id"] != town.owner(connection):
            yield f"notice {notice['id']} went to user {notice['user_id']}"
    owed = {(user["telegram_chat_id"], number) for user, number in _numbers(town)}
    for chat, texts in town.chats.items():
        for number in (int(n) for words in texts for n in NUMBER.findall(words)):
            if (chat, number) not in owed:
                yield f"chat {chat} shows number {number}, which it was never owed"


def _numbers(town: Town) -> Iterator[tuple[Row, int]]:
    users = town.by_id("users")
    for notice in town.rows["execution_notifications"]:
        yield users[notice["user_id"]], notice["number"]


# --- secrets and numbers ---------------------------------------------------------------------------


def no_secret_is_shown(town: Town) -> Iterator[str]:
    """INV10: the bot's token is neither in the log nor in a chat nor in a row."""
    secret = town.token.partition(":")[2]
    shown = {"log": town.log, "chats": repr(town.chats), "database": repr(town.rows)}
    for where, words in shown.items():
        if secret in words:
            yield f"the token is in the {where}"


def money_is_a_number(town: Town) -> Iterator[str]:
    """INV13: every amount is finite and within bounds."""
    for name, table in metadata.tables.items():
        amounts = [column.name for column in table.columns if isinstance(column.type, Money)]
        for row in town.rows[name]:
            for column in amounts:
                value = row[column]
                if value is not None and not (value.is_finite() and abs(value) < BOUND):
                    yield f"{name}.{column} is {value}"


def what_is_over_reserves_nothing(town: Town) -> Iterator[str]:
    """INV7: risk is reserved by entries that live; an execution that has ended has none."""
    live = Counter(
        order["execution_id"] for order in town.rows["orders"]
        if order["leg"].startswith("E") and order["state"] not in TERMINAL
    )  # fmt: skip
    for row in town.rows["execution_logs"]:
        if row["status"] in OVER and live[row["id"]]:
            yield f"execution {row['id']} is {row['status']} and has {live[row['id']]} living entries"


RULES: dict[str, Rule] = {
    "INV1": one_entry_a_leg,
    "INV2": every_order_is_known,
    "INV3": fills_agree,
    "INV4 INV5": open_means_protected,
    "INV6": closed_leaves_nothing,
    "INV7": what_is_over_reserves_nothing,
    "INV8": every_event_is_told,
    "INV8 chat": sent_is_in_the_chat,
    "INV9": nobody_hears_of_others,
    "INV10": no_secret_is_shown,
    "INV11": ended_orders_stay,
    "INV11 venue": nothing_in_doubt,
    "INV13": money_is_a_number,
    "INV15": funding_is_shared_out,
}
