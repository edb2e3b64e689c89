"""The door of the bot: who is it, may they come in, not too fast, and what does the pressed button stand for.

Everything is denied that is not named here: channel posts go to the signal readers, people are served in their
private chat alone, and the rest of Telegram is not answered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, Chat, TelegramObject, Update
from aiogram.types import User as Person

from bot import wording
from bot.eraser import erase
from bot.i18n import Catalogue
from bot.markup import plain
from bot.ports import Store
from bot.replies import Reply, Texts
from bot.settings import Settings
from engine.errors import Code, Mistake
from engine.mail import is_command, is_urgent
from engine.ports import Clock
from engine.types import Role, User

COMMANDS_A_MINUTE = 20
STRANGER_HINTS_A_MINUTE = 20
_TOAST_LIMIT = 200
_CHANNEL = ("channel_post", "edited_channel_post")
_HOUR = 3600.0
_log = structlog.get_logger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Quota:
    """At most ``limit`` events of one key in any ``seconds``."""

    def __init__(self, limit: int, seconds: float, keys: int = 10_000) -> None:
        self._limit, self._seconds, self._keys = limit, seconds, keys
        self._taken: dict[Hashable, deque[float]] = {}

    def take(self, key: Hashable, at: float) -> bool:
        """Count one at this time (seconds); False, and not counted, when there were too many."""
        taken = self._taken.pop(key, None) or deque(maxlen=self._limit)
        self._taken[key] = taken  # to the end: the quietest keys come first and are forgotten first
        if len(self._taken) > self._keys:
            del self._taken[next(iter(self._taken))]
        if len(taken) == self._limit and at - taken[0] < self._seconds:
            return False
        taken.append(at)
        return True


class Answer(BaseMiddleware):
    """Answers every button press, with the toast of the reply, so that the button never keeps spinning."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        query = event.callback_query if isinstance(event, Update) else None
        if query is None:
            return await handler(event, data)
        result: Any = None
        try:
            result = await handler(event, data)
            return result
        finally:
            await self._answer(data["bot"], query, result)

    async def _answer(self, bot: Bot, query: CallbackQuery, result: Any) -> None:
        spoken = next((reply for reply in replies(result) if reply.toast), Reply())
        text = plain(spoken.toast)[:_TOAST_LIMIT] or None
        try:
            await bot.answer_callback_query(query.id, text=text, show_alert=spoken.alert, request_timeout=5)
        except TelegramAPIError as fault:
            _log.info("press not answered", reason=str(fault))  # too old by now, or handled again after a restart


class Door(BaseMiddleware):
    """Says who it is (``user``, ``t``) and lets in whom the bot serves."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, catalogue: Catalogue) -> None:
        self._store, self._clock, self._settings, self._catalogue = store, clock, settings, catalogue
        self._hints = Quota(1, 24 * _HOUR)
        self._all_hints = Quota(STRANGER_HINTS_A_MINUTE, 60.0)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Update):
            return None
        if event.event_type in _CHANNEL:
            return await handler(event, data | {"user": None, "t": self._catalogue.texts("")})
        if event.my_chat_member is not None:
            return await self._membership(handler, event, data)
        if (person := _in_private(event)) is None:
            return None
        user = await self._known(person, starting=_is_start(event))
        if user is None:
            return self._hint(person)
        t = self._catalogue.texts(user.language)
        if not user.is_active:
            return _said(event, t("access-blocked"))
        return await handler(event, data | {"user": user, "t": t})

    async def _membership(self, handler: Handler, event: Update, data: dict[str, Any]) -> Any:
        """A person blocked or unblocked the bot, or it was made a member of a channel or removed from it."""
        change = event.my_chat_member
        if change is None:
            return None
        user = await self._store.read(lambda tx: tx.people.by_chat(change.from_user.id))
        if user is None:
            return None
        if change.chat.type == "private":
            reachable = change.new_chat_member.status == "member"
            await self._store.write(lambda tx: tx.people.set_reachable(user.id, reachable))
            return None
        return await handler(event, data | {"user": user, "t": self._catalogue.texts(user.language)})

    async def _known(self, person: Person, *, starting: bool) -> User | None:
        """The person's user row, made on /start where strangers may come in; owners by environment always may."""
        owner = person.id in self._settings.telegram_admin_ids
        user = await self._store.read(lambda tx: tx.people.by_chat(person.id))
        if user is None:
            if not (starting and (owner or self._settings.enrolment == "open")):
                return None
            return await self._enrol(person, Role.SUPER if owner else Role.USER)
        if owner != (user.role is Role.SUPER):
            return await self._regrade(user, Role.SUPER if owner else Role.USER)
        if not user.reachable:  # a late 403 can be written after the word that the bot was let in again
            await self._store.write(lambda tx: tx.people.set_reachable(user.id, True))
        return user

    async def _enrol(self, person: Person, role: Role) -> User:
        language = self._catalogue.texts(person.language_code or "").language
        now = self._clock.now()
        return await self._store.write(
            lambda tx: tx.people.enroll(person.id, person.username, language, role, now),
        )

    async def _regrade(self, user: User, role: Role) -> User:
        """Owners are whom the environment names, from now on and no longer than that."""
        await self._store.write(lambda tx: tx.people.set_role(user.id, role))
        return await self._store.read(lambda tx: tx.people.get(user.id)) or user

    def _hint(self, person: Person) -> Reply | None:
        """One hint a day to a stranger, and not more than a handful a minute to all of them."""
        at = self._clock.monotonic()
        if not (self._hints.take(person.id, at) and self._all_hints.take(0, at)):
            return None
        t = self._catalogue.texts(person.language_code or "")
        if self._settings.enrolment == "open":
            return Reply(text=t("access-stranger"))
        return Reply(text=t("access-closed", chat=person.id))


class Pace(BaseMiddleware):
    """Twenty commands and presses a minute for each person; what is over that gets one word, then silence.

    What stops trading is counted by itself: it is never late because of what was asked before it. A part of a key that
    comes too fast is no answer, but leaves the chat like every other.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._commands = Quota(COMMANDS_A_MINUTE, 60.0)
        self._stops = Quota(COMMANDS_A_MINUTE, 60.0)
        self._words = Quota(1, 60.0)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data["user"]
        if user is None or not isinstance(event, Update) or event.my_chat_member:
            return await handler(event, data)
        at = _sent_at(event, self._clock)
        quota = self._stops if _stops(event) else self._commands
        if quota.take(user.id, at):
            return await handler(event, data)
        t: Texts = data["t"]
        if await self._left_standing(event, user, data["bot"]):
            return Reply(text=t("key-not-deleted"))
        return _said(event, t("access-slow", limit=COMMANDS_A_MINUTE)) if self._words.take(user.id, at) else None

    async def _left_standing(self, event: Update, user: User, bot: Bot) -> bool:
        """Delete what may be a secret; whether it still stands in the chat."""
        message = event.message or event.edited_message
        if message is None or is_command(message.text or ""):
            return False
        dialogue = await self._store.read(lambda tx: tx.dialogues.get(user.id))
        return dialogue is not None and dialogue.secret and not await erase(bot, message)


class Presses(BaseMiddleware):
    """Reads the token of a pressed button back to what it stands for: ``pressed``, or None when it was no press."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        query = event.callback_query if isinstance(event, Update) else None
        if query is None:
            return await handler(event, data | {"pressed": None})
        user: User = data["user"]
        token, now = query.data or "", self._clock.now()
        pressed = await self._store.write(lambda tx: tx.buttons.press(user.id, token, query.id, now))
        if pressed is None:
            t: Texts = data["t"]
            return Reply(toast=t(f"refusal-{Code.STALE_BUTTON}"), alert=True)
        return await handler(event, data | {"pressed": pressed})


class Questions(BaseMiddleware):
    """Whoever gives a command has left the question before it (``left``): the next words they type are no answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data["user"]
        message = event.message if isinstance(event, Update) else None
        if user is None or message is None or not is_command(message.text or ""):
            return await handler(event, data)
        left = await self._store.read(lambda tx: tx.dialogues.get(user.id))
        if left is None:
            return await handler(event, data)
        await self._store.write(lambda tx: tx.dialogues.end(user.id))
        said = replies(await handler(event, data | {"left": left}))
        t: Texts = data["t"]
        return [Reply(text=wording.left(left, t)), *said] if left.secret else list(said)


class Mistakes(BaseMiddleware):
    """What the person can mend is answered with its words; any other fault goes on to be retried and logged."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        try:
            return await handler(event, data)
        except Mistake as mistake:
            return wording.refused(mistake.code or Code.BAD_INPUT, mistake.details, data["t"])


def replies(result: Any) -> tuple[Reply, ...]:
    """What a handler returned, as replies; an update that nobody handled has none."""
    if isinstance(result, Reply):
        return (result,)
    return tuple(r for r in result if isinstance(r, Reply)) if isinstance(result, list | tuple) else ()


def _in_private(event: Update) -> Person | None:
    """Who writes, if it is a person in the private chat with the bot: the one chat that has the person's own number."""
    person, chat = _sender(event)
    if person is None or chat is None or person.is_bot or chat.id != person.id:
        return None
    return person


def _sender(event: Update) -> tuple[Person | None, Chat | None]:
    if (message := event.message or event.edited_message) is not None:
        return message.from_user, message.chat
    if (query := event.callback_query) is not None:
        return query.from_user, query.message.chat if query.message else None
    return None, None


def _is_start(event: Update) -> bool:
    text = (event.message.text or "") if event.message else ""
    return text.split(maxsplit=1)[:1] == ["/start"]


def _sent_at(event: Update, clock: Clock) -> float:
    """When the person did it: after an outage, an hour of commands comes in one second."""
    message = event.message or event.edited_message
    return (message.date if message else clock.now()).timestamp()


def _stops(event: Update) -> bool:
    message, query = event.message, event.callback_query
    return is_urgent(text=message.text if message else None, token=query.data if query else None)


def _said(event: Update, text: str) -> Reply:
    return Reply(toast=text, alert=True) if event.callback_query else Reply(text=text)
