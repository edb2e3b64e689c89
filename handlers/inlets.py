"""New sources beside Telegram, made in the chat: an address that takes posts over HTTP, and feeds."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from aiogram import Router
from aiogram.types import Message, TelegramObject

from bot.access import Action, Kind
from bot.inlets import number_of, token_hash
from bot.inlets.feed import note_all
from bot.inlets.fetch import checked
from bot.inlets.office import Inlets
from bot.ports import BotTx, Dialogue, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refused, shortened, stack
from engine.errors import Code, Mistake
from engine.inlets import InletKind
from engine.ports import Clock
from engine.types import Source, User
from handlers.inlet_card import note, to_source, with_address

KIND = "inlet"
ANSWER_WITHIN = timedelta(minutes=15)
MOST = 10  # of one person
LONGEST_NAME = 60


def routes() -> Router:
    router = Router(name="inlets")
    router.callback_query.register(choose, Action("inlets_show"))
    router.callback_query.register(ask, Action("inlet_new"))
    return router


def answers() -> Router:
    """What is typed when a question of this area is open."""
    router = Router(name="inlet answers")
    router.message.register(typed, Kind(KIND))
    return router


def entrance(inlets: Inlets | None, t: Texts) -> Rows:
    """The button that leads here; none where the operator has switched everything off."""
    if inlets is None or not inlets.are_open:
        return ()
    return ((Button(label=t("button-inlets"), action="inlets_show", once=False),),)


# --- a new one ---------------------------------------------------------------------------------------


async def choose(_: TelegramObject, t: Texts, inlets: Inlets) -> Reply:
    there = {InletKind.HTTP: inlets.url is not None, InletKind.FEED: inlets.feeds is not None}
    offered = [kind for kind, is_there in there.items() if is_there]
    buttons = (
        Button(label=t(f"button-inlet-{kind}"), action="inlet_new", args={"kind": kind.value}, once=False)
        for kind in offered
    )
    back = Button(label=t("button-back"), action="show_sources", once=False)
    about = (t(f"inlets-{kind}") for kind in offered)
    return Reply(text=stack(t("inlets-title"), "", *about), rows=(tuple(buttons), (back,)), edit=True)


async def ask(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    kind, now = InletKind(args["kind"]), clock.now()
    count = await store.read(lambda tx: tx.inlets.count(user.id))
    if count >= MOST:
        return refused(Code.TOO_MANY_SOURCES, {"limit": str(MOST)}, t)

    def work(tx: BotTx) -> None:
        asked = {"kind": kind.value}
        tx.dialogues.begin(user.id, KIND, asked, secret=False, expires_at=now + ANSWER_WITHIN, now=now)

    await store.write(work)
    back = Button(label=t("button-back"), action="inlets_show", once=False)
    return Reply(text=t(f"inlet-ask-{kind}"), rows=((back,),), edit=True)


async def typed(
    message: Message, dialogue: Dialogue, user: User, t: Texts, store: Store, clock: Clock, inlets: Inlets
) -> Reply:  # fmt: skip
    """Raises Mistake, with the question still open, for what cannot be used."""
    if clock.now() >= dialogue.expires_at:
        await store.write(lambda tx: tx.dialogues.end(user.id))
        return Reply(text=t("channel-too-late"))
    make = _make_feed if InletKind(dialogue.args["kind"]) is InletKind.FEED else _make_http
    return await make((message.text or "").strip(), user, t, store, clock.now(), inlets)


async def _make_http(text: str, user: User, t: Texts, store: Store, now: datetime, inlets: Inlets) -> Reply:
    """An address of one's own, under the name that was typed."""
    if not text or len(text) > LONGEST_NAME or inlets.url is None:
        raise Mistake(code=Code.BAD_INPUT)
    token = secrets.token_urlsafe(32)

    def work(tx: BotTx) -> Source:
        _end(tx, user)
        hashed = token_hash(token)
        source = tx.inlets.add(user, InletKind.HTTP, text, number_of(token), now, token_hash=hashed)
        note(tx, user, "inlet_http", source.id, now)
        return source

    source = await store.write(work)
    made = t("inlet-made-http", name=source.name)
    return with_address(made, token, source.id, t, inlets, edit=False)


async def _make_feed(text: str, user: User, t: Texts, store: Store, now: datetime, inlets: Inlets) -> Reply:
    """Looked at once before it is a source: what stands there now is old."""
    if inlets.feeds is None:
        raise Mistake(code=Code.BAD_INPUT)
    address = checked(text)
    page, fetched = await inlets.feeds.first_look(address)
    token = secrets.token_urlsafe(32)  # a feed has no address of ours, but a number of its own

    def work(tx: BotTx) -> Source:
        _end(tx, user)
        name = shortened(page.title, LONGEST_NAME) or shortened(address, LONGEST_NAME)
        source = tx.inlets.add(user, InletKind.FEED, name, number_of(token), now, address=address)
        note_all(tx, source.id, page, fetched, now)
        note(tx, user, "inlet_feed", source.id, now)
        return source

    source = await store.write(work)
    text = stack(t("inlet-made-feed", name=source.name, count=len(page.entries)), "", t(f"source-mode-{source.mode}"))
    return Reply(text=text, rows=to_source(source.id, t))


def _end(tx: BotTx, user: User) -> None:
    """The question is answered. Raises Mistake when there are too many by now."""
    if tx.inlets.count(user.id) >= MOST:
        raise Mistake(code=Code.TOO_MANY_SOURCES, limit=str(MOST))
    tx.dialogues.end(user.id)
