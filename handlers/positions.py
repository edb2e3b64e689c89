"""/positions: every open trade as a card with its buttons. Closing asks once more and is good for a minute."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action
from bot.ports import BotTx, PressedButton, Store
from bot.replies import Button, Reply, Texts
from bot.wording import close_refusal, mending, refused, sign_of, stack
from engine.errors import Code
from engine.ports import Clock
from engine.types import Position, Refusal, User
from handlers.answers import confirm, not_found
from handlers.cards import Held, card, held, named, on_its_card, result, rows_of, where

if TYPE_CHECKING:
    from engine.execution.told import Trade
    from engine.execution.wishes import Wishes

MOST_CARDS = 5
"""More open trades than this are shown as one list with a button each."""

WHOLE, HALF = Decimal(100), Decimal(50)
CLOSINGS = {
    "position_close": ("close-ask", "close-yes", WHOLE),
    "position_half": ("half-ask", "half-yes", HALF),
}
"""Action of the button → what is asked, the word for yes, the percentage of what is left."""


def routes() -> Router:
    router = Router(name="positions")
    router.message.register(positions, Command("positions"))
    router.callback_query.register(positions, Action("show_positions"))
    router.callback_query.register(show, Action("position_show"))
    router.callback_query.register(ask_close, Action(*CLOSINGS))
    router.callback_query.register(close, Action("position_close_yes"))
    router.callback_query.register(stop_to_entry, Action("position_stop_to_entry"))
    router.callback_query.register(loosen, Action("position_loosen"))
    return router


async def positions(_: TelegramObject, user: User, t: Texts, store: Store) -> list[Reply]:
    trades = await store.read(lambda tx: tuple(held(tx, p) for p in tx.positions.of_user(user.id)))
    if not trades:
        return [Reply(text=t("positions-empty"))]
    if len(trades) > MOST_CARDS:
        return [_overview(trades, t)]
    return [card(position, trade, t) for position, trade in trades]


def _overview(trades: tuple[Held, ...], t: Texts) -> Reply:
    lines = (_row(no, position, trade, t) for no, (position, trade) in enumerate(trades, 1))
    return Reply(text=stack(t("positions-overview", count=len(trades)), "", *lines), rows=rows_of(trades))


def _row(number: int, position: Position, trade: Trade, t: Texts) -> str:
    sign = sign_of(trade.execution.connection, t)
    return t("positions-row", number=number, sign=sign, **named(position, t), **result(position, trade, t))


async def show(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    found = await _theirs(args, user, store)
    if found is None:
        return await not_found(_subject(args), user, t, store, clock)
    return on_its_card(card(*found, t))


async def _theirs(args: dict[str, Any], user: User, store: Store) -> Held | None:
    position_id: int = args["position"]

    def work(tx: BotTx) -> Held | None:
        position = tx.trades.of_user(user.id, position_id)
        return held(tx, position) if position else None

    return await store.read(work)


def _subject(args: dict[str, Any]) -> str:
    return f"position:{args['position']}"


async def ask_close(
    _: TelegramObject, pressed: PressedButton, user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    """Ask first. The question takes the place of a card, but leaves a notice as it was: that is the receipt."""
    args = pressed.args
    found = await _theirs(args, user, store)
    if found is None:
        return await not_found(_subject(args), user, t, store, clock)
    position, trade = found
    if not position.is_open:
        return refused(Code.ALREADY_CLOSED, {}, t, about=where(trade, t))
    question, yes, percent = CLOSINGS[pressed.action]
    text = stack(t(question, **named(position, t), **result(position, trade, t)), where(trade, t), t("confirm-expiry"))
    back = Button(label=t("button-back"), action="position_show", args={"position": position.id}, once=False)
    answer = {"position": position.id, "percent": str(percent)}
    return Reply(text=text, rows=confirm(t(yes), "position_close_yes", answer, back), edit=not args.get("notice"))


async def close(
    _: TelegramObject, pressed: PressedButton, user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    """The press names the wish: handled again after a crash, it does not close another half."""
    args, percent = pressed.args, Decimal(pressed.args["percent"])
    found = await _theirs(args, user, store)
    if found is None:
        return await not_found(_subject(args), user, t, store, clock)
    after = await wishes.close(user.id, found[0].id, percent=percent, key=f"press:{pressed.token}")
    if isinstance(after, Refusal):
        said = "🚫 " + close_refusal(after.code, after.details, t)
        return Reply(text=stack(where(found[1], t), said), rows=mending(after.code, t))
    return on_its_card(card(after, found[1], t, above=_closed_line(found[0], after, percent, t)))


def _closed_line(before: Position, after: Position, percent: Decimal, t: Texts) -> str:
    """What can be said for sure: half is closed, or the closing order is on its way and the venue has not answered."""
    is_done = percent == HALF and after.quantity < before.quantity
    return t("half-closed") if is_done else t("closing-now", **named(after, t))


async def stop_to_entry(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    found = await _theirs(args, user, store)
    if found is None:
        return await not_found(_subject(args), user, t, store, clock)
    after = await wishes.stop_to_entry(user.id, found[0].id)
    if isinstance(after, Refusal):
        return refused(after.code, after.details, t, about=where(found[1], t))
    changed = card(after, found[1], t, above=t("stop-at-entry"))
    return changed if args.get("notice") else on_its_card(changed)


async def loosen(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    """The channel asked for more room, the owner says yes: the button was the question."""
    found = await _theirs(args, user, store)
    if found is None:
        return await not_found(_subject(args), user, t, store, clock)
    after = await wishes.loosen_stop(user.id, found[0].id, Decimal(args["stop"]))
    if isinstance(after, Refusal):
        return refused(after.code, after.details, t, about=where(found[1], t))
    return card(after, found[1], t, above=t("stop-loosened"))
