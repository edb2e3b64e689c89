"""The card of one account: what it is, whether it is well, what is in it, and what can be done about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.examiner import Examiner
from bot.ports import Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import duration, held_back, refusal, sign_of, stack
from engine.care import Health, health
from engine.errors import Code
from engine.ports import Clock
from engine.types import Account, Checkup, Connection, Refusal, User

if TYPE_CHECKING:
    from engine.execution.trader import Trader

BROKEN = frozenset({Code.KEY_LOST, Code.KEY_CAN_WITHDRAW, Code.KEY_CANNOT_TRADE, Code.KEY_CANNOT_READ})
"""What disables a connection until its owner has mended it."""


def new_button(t: Texts) -> Button:
    return Button(label=t("button-connect"), action="connect", once=False)


async def card(
    connection: Connection, user: User, t: Texts, store: Store, clock: Clock, trader: Trader, examiner: Examiner,
    above: str | None = None,
) -> Reply:  # fmt: skip
    """The account as of now, under a line that says what was just done."""
    account = await trader.account(connection)
    found, trades, house = await store.read(
        lambda tx: (
            tx.accounts.checkup(user.id, connection.id),
            len(tx.positions.open(connection.id)),
            tx.people.house_state(),
        )
    )
    text = stack(
        above,
        "",
        t("connection-title", name=connection.name, sign=sign_of(connection, t)),
        _venue(connection, t, examiner),
        t(f"state-{_state(connection)}"),
        _rights(connection, t, examiner),
        _health(connection, found, clock.now(), t),
        "",
        _money(account, t),
        t("connection-open", count=trades),
        held_back(user, house, t),
    )
    return Reply(text=text, rows=_buttons(connection, t))


def _venue(connection: Connection, t: Texts, examiner: Examiner) -> str | None:
    """A paper account says by its sign what it is."""
    if connection.is_paper:
        return None
    spec = examiner.exchanges.get(connection.exchange_name)
    title = spec.title if spec else connection.exchange_name
    return t("connection-venue", venue=title, market=t(f"market-{connection.market}"))


def _rights(connection: Connection, t: Texts, examiner: Examiner) -> str | None:
    """A warning where nobody can be asked what the key may do."""
    spec = examiner.exchanges.get(connection.exchange_name)
    if not connection.is_real or spec is None or spec.tells_rights:
        return None
    return t("connection-rights-unknown", venue=spec.title)


def _state(connection: Connection) -> str:
    """What the owner has to know first: a fault, then whether it opens new trades."""
    if connection.status in ("error", "testing"):
        return connection.status
    if not connection.is_active or connection.status != "active":
        return "paused"
    if connection.trade_execution_enabled:
        return "active"
    return "watching" if connection.is_real else "paused"


def _health(connection: Connection, found: Checkup | None, now: datetime, t: Texts) -> str | None:
    """Why it is broken, or how long ago it answered; nothing for an account on paper that is well."""
    if found is None:
        return None
    condition = health(found, now)
    if condition is Health.ERROR:
        return refusal(found.error_code or Code.KEY_LOST, {"venue": found.last_error or ""}, t)
    if found.last_tested_at is None or connection.is_paper:
        return None
    ago = duration(now - found.last_tested_at, t)
    if condition is Health.STALE or found.last_error:
        return t("connection-silent", ago=ago)
    return t("connection-tested", ago=ago, latency=found.latency_ms or 0)


def _money(account: Account | Refusal, t: Texts) -> str | None:
    if isinstance(account, Refusal):
        return None if account.code in BROKEN else refusal(account.code, account.details, t)
    balance, equity = t.money(account.balance, account.currency), t.money(account.equity, account.currency)
    return t("connection-money", balance=balance, equity=equity)


def _buttons(connection: Connection, t: Texts) -> Rows:
    args = {"connection": connection.id}
    key = "button-connection-pause" if connection.is_active else "button-connection-resume"
    first = (
        Button(label=t(key), action="connection_switch", args={**args, "active": not connection.is_active}),
        Button(label=t("button-remove"), action="connection_remove", args=args, once=False),
    )
    last = (_button("button-refresh", "connection_show", args, t), new_button(t))
    rename = _button("button-rename", "connection_rename", args, t)
    if connection.is_paper:
        return (first, (rename,), last)
    middle = (_button("button-test", "connection_test", args, t), _button("button-rekey", "connection_rekey", args, t))
    return (first, middle, (rename, *_money_switch(connection, args, t)), last)


def _button(label: str, action: str, args: dict[str, Any], t: Texts) -> Button:
    return Button(label=t(label), action=action, args=args, once=False)


def _money_switch(connection: Connection, args: dict[str, Any], t: Texts) -> tuple[Button, ...]:
    if not connection.is_real:
        return ()
    if connection.trade_execution_enabled:
        return (_button("button-watch", "connection_watch", args, t),)
    return (live_button(connection, t),)


def live_button(connection: Connection, t: Texts) -> Button:
    return _button("button-live", "connection_live", {"connection": connection.id}, t)
