"""``Database`` is both stores: the type checker reads these lines, the test proves that they load."""

from __future__ import annotations

from bot.ports import BotTx
from bot.ports import Store as BotStore
from engine.ports import Store, Tx
from storage.database import Database
from storage.unit_of_work import UnitOfWork


def engine_store(database: Database) -> Store:
    return database


def bot_store(database: Database) -> BotStore:
    return database


def engine_transaction(unit: UnitOfWork) -> Tx:
    return unit


def bot_transaction(unit: UnitOfWork) -> BotTx:
    return unit


def test_a_unit_of_work_has_every_repository() -> None:
    asked = {name for kind in (Tx, BotTx) for name in vars(kind) if isinstance(vars(kind)[name], property)}
    assert asked
    assert asked <= set(dir(UnitOfWork))
