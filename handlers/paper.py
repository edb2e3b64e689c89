"""Paper accounts as they are made: a connection and the book with its starting balance, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count

from bot.ports import BotTx
from engine.types import Connection, PaperBook, User

CURRENCY = "USDT"
BALANCES = (Decimal(1_000), Decimal(10_000), Decimal(100_000))
FIRST_BALANCE = Decimal(10_000)
MOST_ACCOUNTS = 20


def open_account(tx: BotTx, user: User, name: str, balance: Decimal, now: datetime) -> Connection:
    """A paper account under this name, or the next free one like it ("Paper 2")."""
    connection = tx.accounts.add_paper(user, free_name(tx, user, name), now)
    book = tx.paper.book(connection.id) or PaperBook(connection_id=connection.id, currency=CURRENCY, balance=balance)
    tx.paper.save(replace(book, balance=balance))
    return connection


def free_name(tx: BotTx, user: User, name: str) -> str:
    taken = {connection.name for connection in tx.accounts.of_user(user.id)}
    numbered = (f"{name} · {n}" for n in count(2))
    return name if name not in taken else next(n for n in numbered if n not in taken)
