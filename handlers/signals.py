"""Channel posts on their way to the desk: as the bot reads them itself, or as a follower forwards them by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiogram import F, Router
from aiogram.types import Message, MessageOriginChannel, TelegramObject

from bot.access import Action
from bot.ports import BotTx, Store
from bot.replies import Reply, Texts
from bot.wording import refused, side
from engine.errors import Code
from engine.ports import Clock
from engine.types import Post, Refusal, Source, SourceMode, User
from handlers import sources
from handlers.answers import not_found

if TYPE_CHECKING:
    from engine.desk import Desk


def routes() -> Router:
    router = Router(name="signals")
    router.channel_post.register(posted)
    router.edited_channel_post.register(posted)
    router.message.register(forwarded, F.forward_origin)
    router.callback_query.register(take, Action("signal_take"))
    router.callback_query.register(skip, Action("signal_skip"))
    return router


async def posted(message: Message, desk: Desk) -> None:
    """A post, or a new version of one, in a channel that the bot is in."""
    if text := words(message):
        await desk.take(
            Post(
                chat_id=message.chat.id,
                message_id=message.message_id,
                text=text,
                at=message.date,  # an edit does not make an old post young again
                edited=message.edit_date is not None,
                reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
                edited_at=_moment(message.edit_date),
            )
        )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def words(message: Message) -> str:
    """Text or caption; service messages and bare pictures have none."""
    return message.text or message.caption or ""


async def forwarded(message: Message, user: User, t: Texts, store: Store, desk: Desk) -> Reply:
    """A follower's forward counts as the post itself: same chat and message id, so it is traded once."""
    origin = message.forward_origin
    if not isinstance(origin, MessageOriginChannel):
        return refused(Code.HIDDEN_FORWARD, {}, t)
    source = await store.read(lambda tx: _followed(tx, user.id, origin.chat.id))
    if source is None:
        return sources.offer("source-offer", origin.chat.id, origin.chat.title or "", t)
    if source.mode is SourceMode.OFF:
        return Reply(text=t("forward-off", channel=source.name), rows=sources.modes(source, t))
    if not (text := words(message)):
        return Reply(text=t("forward-empty"))
    await desk.take(Post(chat_id=origin.chat.id, message_id=origin.message_id, text=text, at=origin.date))
    return Reply(text=t("forward-taken", channel=source.name))


def _followed(tx: BotTx, user_id: int, chat_id: int) -> Source | None:
    return next((s for s in tx.channels.of_user(user_id) if s.chat_id == chat_id), None)


async def take(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, desk: Desk
) -> Reply:
    """The owner said yes to a proposed signal; the desk looks at its age and their rules once more."""
    signal_id: int = args["signal"]
    refusal = await desk.accept(signal_id, user.id, args.get("version", 1))
    if isinstance(refusal, Refusal) and refusal.code == Code.NOT_FOUND:
        return await not_found(f"signal:{signal_id}", user, t, store, clock)
    if isinstance(refusal, Refusal):
        return refused(refusal.code, refusal.details, t)
    return Reply(text=_named("signal-taken", args, t), edit=not args.get("list"))


async def skip(_: TelegramObject, args: dict[str, Any], t: Texts) -> Reply:
    """Nothing changes but the card: what is not taken is not traded."""
    return Reply(text=_named("signal-skipped", args, t), edit=True)


def _named(key: str, args: dict[str, Any], t: Texts) -> str:
    return t(key, side=side(args["direction"], t), symbol=args["symbol"])
