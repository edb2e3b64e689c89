"""The card of one trade: what it is, what it earns, who holds its stop, how far up the ladder it got."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.ports import BotTx
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import account_of, market, side, stack, trade_buttons
from engine.execution import told
from engine.execution.told import Trade
from engine.types import Position, Rung

Held = tuple[Position, Trade]
"""A position with the rows around it."""


def held(tx: BotTx, position: Position) -> Held:
    """Raises LookupError for a position without an execution, which the store does not allow."""
    execution = tx.executions.get(position.execution_id)
    if execution is None:
        raise LookupError(f"position {position.id} has no execution")
    return position, told.trade_of(tx, execution)


def card(position: Position, trade: Trade, t: Texts, *, above: str = "") -> Reply:
    """The card as of now, under a line that says what was just done. A closed trade has no buttons."""
    if not position.is_open:
        return Reply(text=stack(t("closed-now", **named(position, t), **result(position, trade, t)), where(trade, t)))
    text = stack(
        above,
        "",
        t("card-title", **named(position, t)) + " · " + t("card-pnl", **result(position, trade, t)),
        where(trade, t),
        "",
        _prices(position, t),
        _size(position, t),
        *_funding(position, trade, t),
        _stop(position, t),
        *(_rung(rung, t) for rung in position.rungs),
        *_marks(position, t),
    )
    return Reply(text=text, rows=(*trade_buttons(position.id, t), _refresh(position, t)))


def on_its_card(reply: Reply) -> Reply:
    """The same answer in place of the card whose button was pressed."""
    return replace(reply, edit=True)


def named(position: Position, t: Texts) -> dict[str, str]:
    return {"side": side(position.direction, t), "symbol": market(position.symbol, t)}


def result(position: Position, trade: Trade, t: Texts) -> dict[str, str]:
    """Profit or loss so far in money and percent."""
    return {
        "pnl": t.money(position.pnl, trade.currency, signed=True),
        "percent": t.percent(position.pnl_percentage, signed=True),
    }


def where(trade: Trade, t: Texts) -> str:
    """Which account, and whether its money is real."""
    return account_of(trade.execution.connection, t)


def _prices(position: Position, t: Texts) -> str:
    entry = t.number(position.entry_price)
    if position.current_price is None:
        return t("card-entry", entry=entry)
    return t("card-prices", entry=entry, now=t.number(position.current_price))


def _size(position: Position, t: Texts) -> str:
    left, original = t.number(position.quantity), t.number(position.original_quantity)
    return t("card-size", quantity=left) if left == original else t("card-size-part", quantity=left, original=original)


def _funding(position: Position, trade: Trade, t: Texts) -> tuple[str, ...]:
    """In the result above already."""
    if not position.funding:
        return ()
    return (t("line-funding", funding=t.money(position.funding, trade.currency, signed=True)),)


def _stop(position: Position, t: Texts) -> str:
    if position.sl_price is None:
        return t("card-no-stop")
    return t("line-stop", price=t.number(position.sl_price), holder=t(f"holder-{position.protection}"))


def _rung(rung: Rung, t: Texts) -> str:
    key = "card-target-open" if rung.is_open else "card-target-hit"
    return t(key, level=rung.level, price=t.number(rung.price), share=t.percent(Decimal(rung.share)))


def _marks(position: Position, t: Texts) -> tuple[str, ...]:
    marks = (
        ("card-trailing", position.trailing_stop_enabled),
        ("card-at-entry", position.sl_moved_to_breakeven),
        ("card-detached", position.detached),
    )
    return tuple(t(key) for key, holds in marks if holds)


def _refresh(position: Position, t: Texts) -> tuple[Button, ...]:
    args = {"position": position.id}
    return (Button(label=t("button-refresh"), action="position_show", args=args, once=False),)


def rows_of(trades: tuple[Held, ...]) -> Rows:
    """A numbered button for each trade of a list, five in a row."""
    buttons = [
        Button(label=str(no), action="position_show", args={"position": position.id}, once=False)
        for no, (position, _) in enumerate(trades, 1)
    ]
    return tuple(tuple(buttons[i : i + 5]) for i in range(0, len(buttons), 5))
