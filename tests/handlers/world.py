"""People who talk to the real dispatcher, and what must hold of every answer they get."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update

import handlers
from bot.app import build_dispatcher
from bot.examiner import Examiner
from bot.i18n import Catalogue
from bot.inlets.office import Inlets
from bot.markup import LIMIT, plain, units
from bot.middlewares import replies
from bot.replies import Button, Reply
from bot.settings import Settings
from engine.inlets import InletKind
from engine.types import (
    Connection,
    Position,
    Post,
    Role,
    SeenPost,
    Signal,
    Source,
    User,
)
from tests.clocks import ManualClock
from tests.handlers.build import NOW, connection, position, quarantined, signal, source
from tests.handlers.fakes import Desk, Exchanges, Health, Panic, Sealer, Telegram, Trader, Wishes
from tests.handlers.rows import Rows, Store, Tx

CATALOGUE = Catalogue.load()


class World:
    """People talk to the real dispatcher; every answer is looked at for what must hold of all of them."""

    def __init__(self, store: Any = None, clock: ManualClock | None = None) -> None:
        self.rows, self.clock, self.telegram = Rows(), clock or ManualClock(NOW), Telegram()
        self.store, self.desk, self.health = store or Store(self.rows), Desk(self.rows), Health()
        self.trader, self.wishes = Trader(self.rows), Wishes(self.rows)
        self.exchanges, self.panic = Exchanges(), Panic()
        self.safe: Any = Sealer()
        self.discarded: list[int] = []
        self.bot = Bot("42:TEST", session=self.telegram)
        self.router = handlers.routes()
        self.dispatcher: Dispatcher = build_dispatcher([self.router], self._context())
        self._updates = 0

    def _context(self) -> dict[str, Any]:
        return {
            "store": self.store, "clock": self.clock, "desk": self.desk, "trader": self.trader,
            "venues": SimpleNamespace(discard=self._discard), "health": self.health, "catalogue": CATALOGUE,
            "settings": Settings(_env_file=None, telegram_admin_ids=(900,)), "panic": self.panic,
            "examiner": self.examiner(), "wishes": self.wishes,
            "inlets": Inlets(url="https://signals.example", safe=self.safe),
        }  # fmt: skip

    def examiner(self, *, withdrawal_ok: bool = False) -> Examiner:
        return Examiner(
            trader=self.trader, clock=self.clock, exchanges=self.exchanges, safe=self.safe, withdrawal_ok=withdrawal_ok
        )

    def operator(self, **settings: Any) -> None:
        """Somebody sets the bot up in another way."""
        workflow = self.dispatcher.workflow_data
        workflow["settings"] = Settings(_env_file=None, telegram_admin_ids=(900,), **settings)
        workflow["examiner"] = self.examiner(withdrawal_ok=workflow["settings"].allow_withdrawal_keys)

    async def _discard(self, connection_id: int) -> None:
        self.discarded.append(connection_id)

    # --- who and what there is

    def person(self, number: int, *, role: Role = Role.USER, **fields: Any) -> User:
        user = Tx(self.rows).people.enroll(number, f"user{number}", "en", role, NOW)
        self.rows.users[number] = replace(user, role=role, **fields)
        return self.rows.users[number]

    def account(self, user: User, **fields: Any) -> Connection:
        made = connection(len(self.rows.connections) + 101, user.id, **fields)
        return self.rows.connections.setdefault(made.id, made)

    def channel(self, user: User, **fields: Any) -> Source:
        made = source(len(self.rows.sources) + 301, user.id, **fields)
        return self.rows.sources.setdefault(made.id, made)

    def inlet(self, user: User) -> Source:
        """A source that takes posts over HTTP."""
        return Tx(self.rows).inlets.add(user, InletKind.HTTP, "Script", -9, NOW, token_hash="hash")

    def signal(self, of: Source) -> Signal:
        return self.rows.signals.setdefault(501, signal(501, of.id))

    def seen(self, of: Source, text: str = "BTC LONG\nbelow 63000 it is over") -> SeenPost:
        post = Post(chat_id=of.chat_id, message_id=5, text=text, at=NOW)
        return self.rows.posts.setdefault(601, SeenPost(row_id=601, source_id=of.id, post=post))

    def trade(self, user: User, on: Connection, **fields: Any) -> Position:
        made = position(len(self.rows.positions) + 701, user.id, on.id, **fields)
        return self.rows.positions.setdefault(made.id, made)

    def doubtful(self, user: User) -> int:
        """An order of theirs that the venue cannot answer for."""
        self.wishes.orders[801] = (user.id, quarantined(801))
        return 801

    # --- what they do

    async def says(self, user_id: int, text: str | None = None, **fields: Any) -> list[Reply]:
        message = self._message(user_id, "private", **({"text": text} if text is not None else {}), **fields)
        return await self.update(message=message)

    async def posts(self, chat_id: int, text: str | None, *, edited: bool = False, **fields: Any) -> list[Reply]:
        body = self._message(chat_id, "channel", **({"text": text} if text is not None else {}), **fields)
        return await self.update(**{"edited_channel_post" if edited else "channel_post": body})

    async def presses(self, user_id: int, button: Button, *, by: int | None = None) -> list[Reply]:
        token = f"token{len(self.rows.buttons)}"
        self.rows.buttons[token] = (user_id, button)
        return await self.presses_token(by or user_id, token)

    async def presses_token(self, user_id: int, token: str) -> list[Reply]:
        query = {
            "id": f"q{self._updates}", "chat_instance": "1", "data": token, "from": self._from(user_id),
            "message": self._message(user_id, "private", text="card"),
        }  # fmt: skip
        return await self.update(callback_query=query)

    async def update(self, **kind: Any) -> list[Reply]:
        await self.clock.advance(4)
        self._updates += 1
        update = Update.model_validate({"update_id": self._updates, **kind}, context={"bot": self.bot})
        answered = list(replies(await self.dispatcher.feed_update(self.bot, update)))
        for reply in answered:
            fit_to_send(reply)
        return answered

    def _message(self, chat_id: int, kind: str, **fields: Any) -> dict[str, Any]:
        chat = {"id": chat_id, "type": kind, "title": "Alpha", "first_name": "A"}
        sender = {"from": self._from(chat_id)} if kind == "private" else {}
        return {"message_id": 7, "date": int(self.clock.now().timestamp()), "chat": chat, **sender, **fields}

    @staticmethod
    def _from(user_id: int) -> dict[str, Any]:
        return {"id": user_id, "is_bot": False, "first_name": "A", "username": f"user{user_id}", "language_code": "en"}


def forwarded_from(chat_id: int, message_id: int, *, title: str = "Alpha", at: datetime = NOW) -> dict[str, Any]:
    chat = {"id": chat_id, "type": "channel", "title": title}
    return {"type": "channel", "chat": chat, "message_id": message_id, "date": int(at.timestamp())}


def button(reply: Reply, label: str) -> Button:
    """The button with this label; the test fails when there is none."""
    found = {b.label: b for row in reply.rows for b in row}
    assert label in found, f"no {label!r} among {list(found)}"
    return found[label]


def labels(reply: Reply) -> list[list[str]]:
    return [[b.label for b in row] for row in reply.rows]


class _Balance(HTMLParser):
    """Fails on a tag that Telegram does not know or that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in ("b", "i", "code", "blockquote"), f"unknown tag {tag}"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def fit_to_send(reply: Reply) -> None:
    """What must hold of every message: valid HTML within the limit, plain labels, arguments that can be stored."""
    parser = _Balance()
    parser.feed(reply.text)
    parser.close()
    assert not parser.open, f"unclosed {parser.open}: {reply.text}"
    assert reply.text or reply.toast
    assert units(plain(reply.text)) <= LIMIT
    assert "\n\n\n" not in reply.text
    assert reply.text == reply.text.strip()
    for pressed in (b for row in reply.rows for b in row):
        assert json.loads(json.dumps(pressed.args)) == pressed.args
        assert 0 < len(pressed.label) <= 40
        assert plain(pressed.label) == pressed.label
