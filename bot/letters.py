"""The way of one message: from a reply to pages with buttons, to wherever the chat is by then."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.markup import pages, plain
from bot.mouth import Gone, Keys, Moved, Refused
from bot.patience import keep
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows
from engine.ports import Clock

_log = structlog.get_logger(__name__)


class Mouth(Protocol):
    """``bot.mouth.Mouth``: sends and edits, and raises its SendFaults."""

    async def send(self, chat_id: int, text: str, keys: Keys = (), *, urgent: bool = False) -> int: ...
    async def edit(
        self, chat_id: int, message_id: int, text: str, keys: Keys = (), *, urgent: bool = False
    ) -> int: ...  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Letter:
    """A message under way. ``left`` are the pages still to send; the buttons go under the last one.

    ``edit`` is the message whose place the first page takes.
    """

    chat_id: int
    left: deque[str]
    keys: Keys
    urgent: bool
    edit: int | None = None


class Letters:
    """Writes letters and carries them. A letter that was cut short goes on where it stopped when carried again."""

    def __init__(self, mouth: Mouth, store: Store, clock: Clock) -> None:
        self._mouth, self._store, self._clock = mouth, store, clock

    async def write(self, chat_id: int, reply: Reply, *, urgent: bool, edit: int | None = None) -> Letter:
        """The reply as a letter. Its buttons are minted first: a button that can be seen can be pressed."""
        keys = await self._store.write(lambda tx: self._minted(tx, chat_id, reply.rows)) if reply.rows else ()
        return Letter(chat_id=chat_id, left=deque(pages(reply.text)), keys=keys, urgent=urgent, edit=edit)

    async def carry(self, letter: Letter) -> int:
        """Send the pages that are left; the id of the last message. Raises Unheard, Gone or Refused."""
        while True:
            try:
                message_id = await self._page(letter)
            except Moved as moved:
                await self._keep(_move(letter.chat_id, moved.chat_id))
                letter.chat_id = moved.chat_id
                continue
            except Gone:
                await self._keep(_unreachable(letter.chat_id))
                raise
            letter.left.popleft()
            letter.edit = None
            if not letter.left:
                return message_id

    async def _page(self, letter: Letter) -> int:
        text, keys = letter.left[0], letter.keys if len(letter.left) == 1 else ()
        if letter.edit is not None:
            try:
                return await self._mouth.edit(letter.chat_id, letter.edit, text, keys, urgent=letter.urgent)
            except Refused:
                _log.info("message cannot be edited any more, sent anew", chat=letter.chat_id)
                letter.edit = None
        return await self._mouth.send(letter.chat_id, text, keys, urgent=letter.urgent)

    def _minted(self, tx: BotTx, chat_id: int, rows: Rows) -> Keys:
        """The buttons with a token each, good for the person of this chat and nobody else."""
        user = tx.people.by_chat(chat_id)
        return [[self._key(tx, user.id, button) for button in row] for row in rows] if user else ()

    def _key(self, tx: BotTx, user_id: int, button: Button) -> tuple[str, str]:
        expires_at = self._clock.now() + button.expires_in if button.expires_in else None
        token = tx.buttons.mint(
            user_id, button.action, button.args, once=button.once, expires_at=expires_at, urgent=button.urgent
        )
        return plain(button.label), token

    async def _keep(self, work: Callable[[BotTx], object]) -> None:
        await keep(self._store, self._clock, work)


def _move(old: int, new: int) -> Callable[[BotTx], object]:
    return lambda tx: tx.people.migrate_chat(old, new)


def _unreachable(chat_id: int) -> Callable[[BotTx], object]:
    def work(tx: BotTx) -> None:
        user = tx.people.by_chat(chat_id)
        if user is not None:
            tx.people.set_reachable(user.id, False)

    return work
