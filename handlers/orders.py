"""What only the owner can say of an account: an order is not at the exchange, or what is held there now stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.types import TelegramObject

from bot.access import Action
from bot.ports import Store
from bot.replies import Button, Reply, Texts
from bot.wording import account_of, doubts, market, refused, stack
from engine.errors import Code
from engine.ports import Clock
from engine.types import Order, OrderState, Refusal, User
from handlers.answers import confirm, not_found

if TYPE_CHECKING:
    from engine.execution.wishes import Wishes


def routes() -> Router:
    router = Router(name="orders")
    router.callback_query.register(check, Action("order_check"))
    router.callback_query.register(ask_gone, Action("order_gone"))
    router.callback_query.register(gone, Action("order_gone_yes"))
    router.callback_query.register(ask_keep, Action("position_side"))
    router.callback_query.register(keep, Action("position_side_yes"))
    return router


async def check(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    found = await wishes.look_again(user.id, args["order"])
    return await _shown(found, args, user, t, store, clock)


async def ask_gone(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    """Saying so lets the trade go on without the order, so it is asked once more."""
    found = await wishes.find(user.id, args["order"])
    if isinstance(found, Refusal) or found.state is not OrderState.QUARANTINED:
        return await _shown(found, args, user, t, store, clock)
    asked = t("order-gone-ask", symbol=market(found.request.symbol, t))
    text = stack(await _account(found, user, t, store), asked, t("confirm-expiry"))
    back = Button(label=t("button-order-check"), action="order_check", args=args, once=False)
    return Reply(text=text, rows=confirm(t("order-gone-yes"), "order_gone_yes", args, back))


async def gone(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    found = await wishes.not_there(user.id, args["order"])
    return await _shown(found, args, user, t, store, clock)


async def _shown(
    found: Order | Refusal, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:  # fmt: skip
    """Found, gone, or as unknown as before, with the buttons that are left."""
    if isinstance(found, Refusal):
        if found.code is Code.NOT_FOUND:
            return await not_found(f"order:{args['order']}", user, t, store, clock)
        return refused(found.code, found.details, t)
    symbol, where = market(found.request.symbol, t), await _account(found, user, t, store)
    if found.state is OrderState.QUARANTINED:
        return Reply(text=stack(where, t("order-still-unknown", symbol=symbol)), rows=doubts(args["order"], t))
    if found.state in (OrderState.ABSENT, OrderState.VOID):
        return Reply(text=stack(where, t("order-gone", symbol=symbol)))
    look = Button(label=t("button-positions"), action="show_positions", once=False)
    return Reply(text=stack(where, t("order-found", symbol=symbol)), rows=((look,),))


async def _account(order: Order, user: User, t: Texts, store: Store) -> str | None:
    return await _where(order.connection_id, user, t, store)


async def _where(connection_id: int, user: User, t: Texts, store: Store) -> str | None:
    """Which account it is, and whether its money is real."""
    connection = await store.read(lambda tx: tx.accounts.get(user.id, connection_id))
    return None if connection is None else account_of(connection, t)


# --- the other side of a symbol --------------------------------------------------------------------


async def ask_keep(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:  # fmt: skip
    """A trade opened beside it may close a part of it, so it is asked once more."""
    position = await store.read(lambda tx: tx.trades.of_user(user.id, args["position"]))
    if position is None:
        return await not_found(f"position:{args['position']}", user, t, store, clock)
    asked = t("side-keep-ask", symbol=market(position.symbol, t))
    text = stack(await _where(position.connection_id, user, t, store), asked, t("confirm-expiry"))
    back = Button(label=t("button-positions"), action="show_positions", once=False)
    return Reply(text=text, rows=confirm(t("side-keep-yes"), "position_side_yes", args, back))


async def keep(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, wishes: Wishes
) -> Reply:  # fmt: skip
    kept = await wishes.keep_side(user.id, args["position"])
    if isinstance(kept, Refusal):
        return await not_found(f"position:{args['position']}", user, t, store, clock)
    where = await _where(kept.connection_id, user, t, store)
    return Reply(text=stack(where, t("side-kept", symbol=market(kept.symbol, t))))
