"""/sources: the channels that are followed, what each may do, and how a new one is added.

A channel is its numeric id. It is offered to a person who forwarded a post of it, or who made the bot its admin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import ChatMemberUpdated, TelegramObject

from bot.access import Action, AdminOnly
from bot.inlets.office import Inlets
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refused, shortened, stack
from engine.errors import Code
from engine.inlets import InletKind
from engine.ports import Clock
from engine.types import SharedChannel, Source, SourceMode, User
from handlers.answers import confirm, not_found
from handlers.inlet_card import button_of, door
from handlers.inlets import entrance

EVERYONE = "global"
MOST = 50  # channels in the list
_INSIDE = {"creator", "administrator", "member"}
_NAME = 60  # letters of a channel's name in the list
_A_ROW = 5


def routes() -> Router:
    router = Router(name="sources")
    router.message.register(sources, Command("sources"))
    router.callback_query.register(sources, Action("show_sources"))
    router.my_chat_member.register(membership, F.chat.type == "channel")
    router.callback_query.register(follow, Action("source_follow"))
    router.callback_query.register(show, Action("source_show"))
    router.callback_query.register(set_mode, Action("source_mode"))
    router.callback_query.register(show_shared, Action("shared_show"))
    router.callback_query.register(set_shared_mode, Action("shared_mode"))
    router.callback_query.register(share, Action("source_share"), AdminOnly())
    router.callback_query.register(ask_remove, Action("source_remove"))
    router.callback_query.register(remove, Action("source_remove_yes"))
    return router


async def sources(
    _: TelegramObject, user: User, t: Texts, store: Store, inlets: Inlets | None = None
) -> Reply:  # fmt: skip
    """The only channel at once; several as a list, the person's own before those that are shared with everybody."""
    own, shared = await store.read(lambda tx: (tx.channels.of_user(user.id), tx.channels.shared(user.id)))
    if len(own) + len(shared) == 1:
        only = _card(own[0], user, t) if own else _shared_card(shared[0], t)
        return replace(only, rows=(*only.rows, *entrance(inlets, t)))
    if not own and not shared:
        return Reply(text=t("sources-empty"), rows=entrance(inlets, t))
    listed = [
        *(("source-line", "source_show", source.id, source.name, source.mode) for source in own),
        *(("source-line-shared", "shared_show", channel.id, channel.name, channel.mode) for channel in shared),
    ][:MOST]
    lines = (
        t(key, number=number, name=shortened(name, _NAME), mode=t(f"mode-{mode}"))
        for number, (key, _, _, name, mode) in enumerate(listed, 1)
    )
    buttons = [
        Button(label=t("source-number", number=number), action=action, args={"source": source_id}, once=False)
        for number, (_, action, source_id, _, _) in enumerate(listed, 1)
    ]
    rows = tuple(tuple(buttons[at : at + _A_ROW]) for at in range(0, len(buttons), _A_ROW))
    return Reply(text=stack(t("sources-title"), "", *lines), rows=(*rows, *entrance(inlets, t)))


def _card(source: Source, user: User, t: Texts, *, edit: bool = False) -> Reply:
    shared = t("source-shared") if source.scope == EVERYONE else None
    text = stack(t("source-title", name=source.name), shared, t(f"source-mode-{source.mode}"))
    return Reply(text=text, rows=(*modes(source, t), *door(source, t), *_more(source, user, t)), edit=edit)


def _shared_card(channel: SharedChannel, t: Texts, *, edit: bool = False) -> Reply:
    """Somebody else's channel: a switch of one's own, and nothing to set."""
    text = stack(t("source-title", name=channel.name), t("source-shared-by"), t(f"source-mode-{channel.mode}"))
    return Reply(text=text, rows=_switch("shared_mode", channel.id, channel.mode, t), edit=edit)


def modes(source: Source, t: Texts) -> Rows:
    """Off, ask, auto, paper: the one in force carries a mark."""
    return _switch("source_mode", source.id, source.mode, t)


def _switch(action: str, source_id: int, current: SourceMode, t: Texts) -> Rows:
    def button(mode: SourceMode) -> Button:
        name = t(f"mode-{mode}")
        label = t("button-mode-on", mode=name) if mode is current else name
        return Button(label=label, action=action, args={"source": source_id, "mode": mode.value}, once=False)

    return (tuple(map(button, SourceMode)),)


def _more(source: Source, user: User, t: Texts) -> Rows:
    args = {"source": source.id}
    rules = Button(label=t("button-rules"), action="source_rules", args=args, once=False)
    gone = Button(label=t("button-remove"), action="source_remove", args=args, once=False)
    if not user.is_admin:
        return ((rules, gone),)
    scope = None if source.scope == EVERYONE else EVERYONE
    label = t("button-share" if scope else "button-unshare")
    return ((Button(label=label, action="source_share", args={**args, "scope": scope}),), (rules, gone))


# --- adding ------------------------------------------------------------------------------------------


def offer(key: str, chat_id: int, name: str, t: Texts) -> Reply:
    button = Button(label=t("button-follow"), action="source_follow", args={"chat": chat_id, "name": name})
    return Reply(text=t(key, name=name), rows=((button,),))


async def membership(event: ChatMemberUpdated, user: User, t: Texts, store: Store) -> Reply | None:
    """Somebody took the bot into a channel, or put it out: that person is told, nobody else."""
    name = event.chat.title or ""
    if event.new_chat_member.status in _INSIDE:
        return offer("source-invited", event.chat.id, name, t)
    followed = await store.read(lambda tx: tx.channels.of_user(user.id))
    if all(source.chat_id != event.chat.id for source in followed):
        return None
    return Reply(text=stack(t("source-title", name=name), t("source-by-hand")))


async def follow(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, bot: Bot
) -> Reply:  # fmt: skip
    chat_id, name, now = args["chat"], args["name"], clock.now()

    def work(tx: BotTx) -> Source:
        source = tx.channels.add(user, chat_id, name, now)
        tx.audit.note(user.id, "source_follow", f"source:{source.id}", {"chat": chat_id}, now)
        return source

    source = await store.write(work)
    how = t("source-read" if await _is_inside(bot, chat_id) else "source-by-hand")
    card = _card(source, user, t)
    text = stack(t("source-followed", name=source.name), how, "", t(f"source-mode-{source.mode}"))
    return Reply(text=text, rows=card.rows, edit=True)


async def _is_inside(bot: Bot, chat_id: int) -> bool:
    """Whether the bot sees this channel's posts; a channel that cannot be asked is one it is not in."""
    try:
        member = await bot.get_chat_member(chat_id, bot.id, request_timeout=5)
    except TelegramAPIError:
        return False
    return member.status in _INSIDE


# --- changing ----------------------------------------------------------------------------------------


async def show(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    source = await _theirs(args, user, store)
    if source is None:
        return await not_found(f"source:{args['source']}", user, t, store, clock)
    return _card(source, user, t, edit=True)


async def _theirs(args: dict[str, Any], user: User, store: Store) -> Source | None:
    source_id: int = args["source"]
    return await store.read(lambda tx: tx.channels.get(user.id, source_id))


async def set_mode(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    source_id, mode, now = args["source"], SourceMode(args["mode"]), clock.now()

    def work(tx: BotTx) -> None:
        if tx.channels.set_mode(user.id, source_id, mode):
            tx.audit.note(user.id, "source_mode", f"source:{source_id}", {"mode": mode.value}, now)

    await store.write(work)
    return await show(event, args, user, t, store, clock)


async def show_shared(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    shared = await store.read(lambda tx: tx.channels.shared(user.id))
    channel = next((channel for channel in shared if channel.id == args["source"]), None)
    if channel is None:
        return await not_found(f"source:{args['source']}", user, t, store, clock)
    return _shared_card(channel, t, edit=True)


async def set_shared_mode(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    source_id, mode, now = args["source"], SourceMode(args["mode"]), clock.now()

    def work(tx: BotTx) -> None:
        if tx.channels.choose(user.id, source_id, mode):
            tx.audit.note(user.id, "shared_mode", f"source:{source_id}", {"mode": mode.value}, now)

    await store.write(work)
    return await show_shared(event, args, user, t, store, clock)


async def share(event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """An admin shows the signals of a channel to everybody with a plan for them, or stops doing so.

    Never those of a source where whoever knows the address can post: others trade what is shared.
    """
    source_id, scope, now = args["source"], args["scope"], clock.now()

    def work(tx: BotTx) -> bool:
        inlet = tx.inlets.of_source(user.id, source_id)
        if scope and inlet is not None and inlet.kind is InletKind.HTTP and not inlet.is_signed:
            return False
        if tx.channels.set_scope(user.id, source_id, scope):
            tx.audit.note(user.id, "source_share", f"source:{source_id}", {"scope": scope}, now)
        return True

    if not await store.write(work):
        way_in = button_of("button-inlet", "inlet_show", source_id, t)
        return replace(refused(Code.NOT_SIGNED, {}, t), rows=((way_in,),))
    return await show(event, args, user, t, store, clock)


async def ask_remove(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    source = await _theirs(args, user, store)
    if source is None:
        return await not_found(f"source:{args['source']}", user, t, store, clock)
    back = Button(label=t("button-back"), action="source_show", args=args, once=False)
    rows = confirm(t("source-remove-yes"), "source_remove_yes", args, back)
    return Reply(text=stack(t("source-remove-ask", name=source.name), t("confirm-expiry")), rows=rows, edit=True)


async def remove(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    source = await _theirs(args, user, store)
    if source is None:
        return await not_found(f"source:{args['source']}", user, t, store, clock)
    now = clock.now()

    def work(tx: BotTx) -> None:
        if tx.channels.remove(user.id, source.id):
            tx.audit.note(user.id, "source_remove", f"source:{source.id}", {"chat": source.chat_id}, now)

    await store.write(work)
    return Reply(text=t("source-removed", name=source.name), edit=True)
