"""The card of a source beside Telegram: a new address, signatures or none, another look at a feed.

The secret part of an address, and the secret that signs, are shown once, when they are made: what is kept of the one
is a hash, and the other is sealed.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram import Router
from aiogram.types import TelegramObject

from bot.access import Action
from bot.inlets import token_hash
from bot.inlets.office import Inlets
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refused, stack
from engine.errors import Code
from engine.inlets import SECRET, Inlet, InletKind
from engine.ports import Clock
from engine.types import Source, User
from handlers.answers import confirm, not_found

KINDS = frozenset(kind.value for kind in InletKind)


def routes() -> Router:
    router = Router(name="inlet card")
    router.callback_query.register(show, Action("inlet_show"))
    router.callback_query.register(ask_address, Action("inlet_address"))
    router.callback_query.register(new_address, Action("inlet_address_yes"))
    router.callback_query.register(new_secret, Action("inlet_secret"))
    router.callback_query.register(ask_unsigned, Action("inlet_unsigned"))
    router.callback_query.register(unsigned, Action("inlet_unsigned_yes"))
    router.callback_query.register(look_again, Action("inlet_again"))
    return router


def door(source: Source, t: Texts) -> Rows:
    """The button of a source that has a card here."""
    if source.type not in KINDS:
        return ()
    return ((button_of("button-inlet", "inlet_show", source.id, t),),)


# --- the card ----------------------------------------------------------------------------------------


Found = tuple[Source, Inlet]


async def show(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    found = await _theirs(args, user, store)
    if found is None:
        return await _not_found(args, user, t, store, clock)
    say = _feed_card if found[1].kind is InletKind.FEED else _http_card
    return replace(say(*found, user, t), edit=not args.get("notice"))


async def _theirs(args: dict[str, Any], user: User, store: Store) -> Found | None:
    source_id: int = args["source"]
    source, inlet = await store.read(
        lambda tx: (tx.channels.get(user.id, source_id), tx.inlets.of_source(user.id, source_id))
    )
    return None if source is None or inlet is None else (source, inlet)


async def _not_found(args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    return await not_found(f"inlet:{args['source']}", user, t, store, clock)


def _http_card(source: Source, inlet: Inlet, _: User, t: Texts) -> Reply:
    def button(label: str, action: str) -> Button:
        return button_of(label, action, source.id, t)

    secret: tuple[Button, ...]
    if inlet.is_signed:
        state = t("inlet-signed")
        secret = (button("button-inlet-new-secret", "inlet_secret"), button("button-inlet-unsign", "inlet_unsigned"))
    else:
        state, secret = t("inlet-unsigned"), (button("button-inlet-sign", "inlet_secret"),)
    text = stack(t("source-title", name=source.name), t("inlet-http"), "", state, t("inlet-address-hidden"))
    rows = ((button("button-inlet-address", "inlet_address"),), secret, *to_source(source.id, t))
    return Reply(text=text, rows=rows)


def _feed_card(source: Source, inlet: Inlet, user: User, t: Texts) -> Reply:
    looked = t("inlet-looked", when=t.when(inlet.looked_at, user.timezone)) if inlet.looked_at else None
    state = t("inlet-stopped") if inlet.due_at is None else None
    wrong = t(f"refusal-{inlet.error}") if inlet.error else None
    again = ((button_of("button-feed-again", "inlet_again", source.id, t),),) if inlet.error else ()
    text = stack(
        t("source-title", name=source.name), t("inlet-feed", address=inlet.address or ""), "", looked, state, wrong
    )
    return Reply(text=text, rows=(*again, *to_source(source.id, t)))


def to_source(source_id: int, t: Texts) -> Rows:
    return ((button_of("button-inlet-source", "source_show", source_id, t),),)


def button_of(label: str, action: str, source_id: int, t: Texts) -> Button:
    return Button(label=t(label), action=action, args={"source": source_id}, once=False)


def note(tx: BotTx, user: User, action: str, source_id: int, now: datetime) -> None:
    tx.audit.note(user.id, action, f"source:{source_id}", {}, now)


# --- address and signature ---------------------------------------------------------------------------


async def ask_address(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    if await _theirs(args, user, store) is None:
        return await _not_found(args, user, t, store, clock)
    back = Button(label=t("button-back"), action="inlet_show", args=args, once=False)
    rows = confirm(t("inlet-address-yes"), "inlet_address_yes", args, back)
    return Reply(text=stack(t("inlet-address-ask"), t("confirm-expiry")), rows=rows, edit=True)


async def new_address(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, inlets: Inlets
) -> Reply:  # fmt: skip
    token, source_id, now = secrets.token_urlsafe(32), args["source"], clock.now()

    def work(tx: BotTx) -> bool:
        inlet = tx.inlets.of_source(user.id, source_id)
        if inlet is None or inlet.kind is not InletKind.HTTP:
            return False
        note(tx, user, "inlet_address", source_id, now)
        return tx.inlets.set_token(user.id, source_id, token_hash(token))

    if not await store.write(work):
        return await _not_found(args, user, t, store, clock)
    return with_address(t("inlet-new-address"), token, source_id, t, inlets, edit=True)


def with_address(above: str, token: str, source_id: int, t: Texts, inlets: Inlets, *, edit: bool) -> Reply:
    text = stack(above, "", t("inlet-address", address=inlets.address(token)), "", t("inlet-once"))
    return Reply(text=text, rows=((button_of("button-inlet-saved", "inlet_show", source_id, t),),), edit=edit)


async def new_secret(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, inlets: Inlets
) -> Reply:  # fmt: skip
    """From now on every post must be signed with this one."""
    safe = inlets.safe
    if safe is None:
        return refused(Code.NO_MASTER_KEY, {}, t)
    secret, source_id, now = secrets.token_hex(32), args["source"], clock.now()

    def work(tx: BotTx) -> bool:
        inlet = tx.inlets.of_source(user.id, source_id)
        if inlet is None or inlet.kind is not InletKind.HTTP:
            return False
        note(tx, user, "inlet_secret", source_id, now)
        return tx.inlets.set_sealed(user.id, source_id, safe.seal(user.id, source_id, {SECRET: secret}))

    if not await store.write(work):
        return await _not_found(args, user, t, store, clock)
    text = stack(t("inlet-secret", secret=secret), "", t("inlet-how-to-sign"), "", t("inlet-once"))
    return Reply(text=text, rows=((button_of("button-inlet-saved", "inlet_show", source_id, t),),), edit=True)


async def ask_unsigned(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    if await _theirs(args, user, store) is None:
        return await _not_found(args, user, t, store, clock)
    back = Button(label=t("button-back"), action="inlet_show", args=args, once=False)
    rows = confirm(t("inlet-unsigned-yes"), "inlet_unsigned_yes", args, back)
    return Reply(text=stack(t("inlet-unsigned-ask"), t("confirm-expiry")), rows=rows, edit=True)


async def unsigned(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    source_id, now = args["source"], clock.now()

    def work(tx: BotTx) -> bool:
        """Others trade what is shared: there, whoever knows the address must not be able to post."""
        source = tx.channels.get(user.id, source_id)
        if source is not None and source.scope is not None:
            return False
        if tx.inlets.set_sealed(user.id, source_id, {}):
            note(tx, user, "inlet_unsigned", source_id, now)
        return True

    if not await store.write(work):
        return replace(refused(Code.IS_SHARED, {}, t), rows=to_source(source_id, t))
    return await show(event, args, user, t, store, clock)


async def look_again(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    """A feed that was given up is looked at again at once."""
    source_id, now = args["source"], clock.now()

    def work(tx: BotTx) -> None:
        inlet = tx.inlets.of_source(user.id, source_id)
        if inlet is not None and inlet.kind is InletKind.FEED and tx.inlets.look_again(user.id, source_id, now):
            note(tx, user, "inlet_again", source_id, now)

    await store.write(work)
    return await show(event, args, user, t, store, clock)
