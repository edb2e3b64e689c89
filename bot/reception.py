"""Where updates are kept: what ``take`` returns of is on our disk, and on its way.

A channel's post does not wait for its lane: it is kept, and what it means is decided, in one transaction. The usual way
(inbox, lane, dispatcher) is for everything else, for crowds of posts, for those behind older ones of their channel, and
for one that something is wrong with. Both ways come to the same ``Desk``, to which a post seen before is nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import structlog

from bot.ports import BotTx, InboxRow, Store
from engine.crashpoint import crashpoint
from engine.desk.taken import Taken
from engine.ports import Clock, Tx
from engine.types import Post

Raw = dict[str, Any]
Intent = Callable[[Tx], Taken]
AT_ONCE = 8  # posts; after an outage there are hundreds, and the command behind them must not wait for them all
_log = structlog.get_logger(__name__)


class Lanes(Protocol):
    """``bot.lanes.Lanes``: where what is kept waits for its turn."""

    def put(self, rows: Sequence[InboxRow]) -> None: ...
    def is_clear(self, lane: int) -> bool: ...


class Desk(Protocol):
    """``engine.desk.Desk``: what a post means, and what it sets in motion."""

    def intent(self, post: Post) -> Intent: ...
    def begin(self, taken: Taken) -> None: ...


class Reception:
    """Commits updates and hands them on. ``bot_id`` is the bot they are for."""

    def __init__(self, *, bot_id: int, store: Store, clock: Clock, lanes: Lanes, desk: Desk) -> None:
        self._bot_id, self._store, self._clock, self._lanes, self._desk = bot_id, store, clock, lanes, desk

    async def take(self, updates: Sequence[Raw]) -> None:
        """Return when they are on disk. What came before is dropped; raises what the store raises."""
        intents = self._intents(updates)
        rows, begun = await self._keep(updates, intents)
        crashpoint("kept")
        self._lanes.put(rows)
        for taken in begun:
            self._desk.begin(taken)

    def _intents(self, updates: Sequence[Raw]) -> dict[int, Intent]:
        """By update: what the desk will do with the posts whose channel has nothing older waiting."""
        posts = [(update["update_id"], post) for update in updates if (post := post_of(update)) is not None]
        if len(posts) > AT_ONCE:
            return {}
        found: dict[int, Intent] = {}
        for update_id, post in posts:
            if self._lanes.is_clear(post.chat_id):
                found[update_id] = self._desk.intent(post)
        return found

    async def _keep(
        self, updates: Sequence[Raw], intents: Mapping[int, Intent]
    ) -> tuple[tuple[InboxRow, ...], list[Taken]]:  # fmt: skip
        now = self._clock.now()
        if intents:
            try:
                return await self._store.write(
                    partial(_kept, bot_id=self._bot_id, updates=updates, intents=intents, now=now)
                )
            except Exception:  # a lane tries again, and knows which post it was
                _log.exception("posts take the usual way", posts=len(intents))
        return await self._store.write(lambda tx: tx.inbox.add(self._bot_id, updates, now)), []


def _kept(
    tx: BotTx, bot_id: int, updates: Sequence[Raw], intents: Mapping[int, Intent], now: datetime
) -> tuple[tuple[InboxRow, ...], list[Taken]]:  # fmt: skip
    """Keep them and act on the posts among them, in order; the rows that are still to be handled."""
    left: list[InboxRow] = []
    begun: list[Taken] = []
    for row in tx.inbox.add(bot_id, updates, now):
        intent = intents.get(row.update_id)
        if intent is None:
            left.append(row)
        else:
            begun.append(intent(tx))
            tx.inbox.done(row.id, now)
    return tuple(left), begun


def post_of(update: Raw) -> Post | None:
    """The text posted in a channel, or its new version; None for anything else, and for what is not as it should be."""
    message = update.get("channel_post") or update.get("edited_channel_post")
    try:
        return _post(message) if message is not None else None
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None


def _post(message: Raw) -> Post | None:
    text = message.get("text") or message.get("caption")
    edited, answered = message.get("edit_date"), message.get("reply_to_message")
    if not isinstance(text, str) or not text:
        return None
    return Post(
        chat_id=_number(message["chat"]["id"]),
        message_id=_number(message["message_id"]),
        text=text,
        at=_moment(message["date"]),  # an edit does not make an old post young again
        edited=edited is not None,
        reply_to=_number(answered["message_id"]) if answered else None,
        edited_at=_moment(edited) if edited is not None else None,
    )


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a number")
    return value


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(_number(seconds), UTC)
