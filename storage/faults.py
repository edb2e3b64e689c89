"""What can go wrong with the store, named by what to do next. All are ``EngineFault``, so the engine can meet them.

StoreFault
├── StoreBusy      another writer held the database for too long; nothing was written, try again
├── StoreFull      no room left on the disk; entries must stop until there is
├── StoreLost      the file was replaced or the server is gone: the outcome of a commit may be unknown
├── StoreCorrupt   the file fails its integrity check: restore it, do not trade on it
├── SchemaMismatch the tables belong to another version of the program
├── LeaseHeld      another process already does this work
├── LeaseLost      another process may do this work from now on: stop at once
├── SealBroken     a credential was altered, moved to another row, or was never sealed
└── KeyLost        the master key that sealed a credential is not on the ring
"""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import EngineFault


class StoreFault(EngineFault):
    """Root of the faults of storage."""


class StoreBusy(StoreFault):
    """Locked by another writer for longer than the patience of the store."""


class StoreFull(StoreFault):
    """The disk has no room for the commit."""


class StoreLost(StoreFault):
    """The database went away, or is not the one that was opened."""


class StoreCorrupt(StoreFault):
    """The database fails its integrity check."""


class SchemaMismatch(StoreFault):
    """The tables are of an older or newer version than this program."""


class LeaseHeld(StoreFault):
    """Another process holds this lease."""


class LeaseLost(StoreFault):
    """This process no longer holds its lease."""


class SealBroken(StoreFault):
    """A sealed value does not open where it lies: altered, moved, or plaintext."""


class KeyLost(StoreFault):
    """The key a value was sealed with is not available."""


_SQLITE_WORDS: tuple[tuple[str, type[StoreFault]], ...] = (
    ("database is locked", StoreBusy),
    ("database table is locked", StoreBusy),
    ("database or disk is full", StoreFull),
    ("disk i/o error", StoreFull),
    ("malformed", StoreCorrupt),
    ("not a database", StoreCorrupt),
    ("unable to open database", StoreLost),
)
_SERVER_STATES: tuple[tuple[str, type[StoreFault]], ...] = (
    ("53100", StoreFull),  # disk_full
    ("53", StoreBusy),  # insufficient resources, such as connections
    ("08", StoreLost),  # connection exceptions
    ("28", StoreLost),  # the role or its password is refused
    ("3D", StoreLost),  # no such database
    ("57P", StoreLost),  # the server stops, or is not up yet
)
"""Beginnings of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), the longest first."""


def named(error: BaseException) -> BaseException:
    """The fault that says what to do about a driver's error; an error with no better name comes back as it is."""
    if isinstance(error, PoolTimeout):
        return StoreBusy(str(error))
    if isinstance(error, ConnectionError | socket.gaierror | TimeoutError):
        return StoreLost(f"the database server does not answer ({error.strerror or error or 'in time'})")
    if not isinstance(error, DBAPIError | sqlite3.Error):
        return error
    text = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    for words, fault in _SQLITE_WORDS:
        if words in text:
            return fault(text)
    if isinstance(error, sqlite3.Error):
        return error
    state = getattr(error.orig, "sqlstate", None) or ""
    for beginning, fault in _SERVER_STATES:
        if state.startswith(beginning):
            return fault(text)
    return StoreLost(text) if error.connection_invalidated else error


@contextmanager
def naming() -> Iterator[None]:
    """Raise the named fault in place of a driver's error."""
    try:
        yield
    except Exception as error:
        fault = named(error)
        if fault is error:
            raise
        raise fault from error
