"""The world's things as the Bot API writes them in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.simulator.model import Chat, ChatKind, Media, Message, Origin, Person, Press, Status

JSON = dict[str, Any]

RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
DENIED = frozenset({"can_be_edited", "is_anonymous", "can_promote_members"})
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def unix(at: datetime) -> int:
    return int(at.timestamp())


def user(person: Person) -> JSON:
    out: JSON = {"id": person.id, "is_bot": person.is_bot, "first_name": person.name}
    if person.username:
        out["username"] = person.username
    if person.language and not person.is_bot:
        out["language_code"] = person.language
    return out


def chat(place: Chat) -> JSON:
    out: JSON = {"id": place.id, "type": place.kind.value}
    out["first_name" if place.kind is ChatKind.PRIVATE else "title"] = place.title
    if place.username:
        out["username"] = place.username
    if place.forum:
        out["is_forum"] = True
    return out


def full_chat(place: Chat) -> JSON:
    return chat(place) | {
        "accent_color_id": abs(place.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }


def member(person: Person, status: Status, place: Chat) -> JSON:
    out: JSON = {"status": status.value, "user": user(person)}
    if status is Status.CREATOR:
        out["is_anonymous"] = False
    elif status is Status.KICKED:
        out["until_date"] = 0
    elif status is Status.ADMINISTRATOR:
        own = CHANNEL_RIGHTS if place.kind is ChatKind.CHANNEL else GROUP_RIGHTS
        out |= {right: right not in DENIED for right in (*RIGHTS, *own)}
    return out


def origin(first: Origin) -> JSON:
    out: JSON = {"date": unix(first.at)}
    if isinstance(first.source, Chat):
        return out | {"type": "channel", "chat": chat(first.source), "message_id": first.message_id}
    if first.source.hides_forwards:
        return out | {"type": "hidden_user", "sender_user_name": first.name}
    return out | {"type": "user", "sender_user": user(first.source)}


def file(media: Media) -> JSON:
    return {"file_id": media.file_id, "file_unique_id": f"u{media.file_id}", "file_size": len(media.data)}


def message(item: Message, *, nested: bool = False) -> JSON:
    """``nested`` leaves out what the message itself answered: Telegram does not go deeper than one."""
    out: JSON = {"message_id": item.id, "date": unix(item.at), "chat": chat(item.chat), **_sender(item)}
    if item.thread is not None:
        out |= {"message_thread_id": item.thread, "is_topic_message": True}
    if item.origin is not None:
        out["forward_origin"] = origin(item.origin)
    if item.reply_to is not None and not nested and not item.reply_to.deleted:
        out["reply_to_message"] = message(item.reply_to, nested=True)
    if item.edited_at is not None:
        out["edit_date"] = unix(item.edited_at)
    if item.keyboard:
        out["reply_markup"] = {"inline_keyboard": [list(row) for row in item.keyboard]}
    return out | _content(item) | item.service


def callback_query(press: Press) -> JSON:
    place = press.message.chat
    shown = message(press.message)
    if press.message.deleted:
        shown = {"chat": chat(place), "message_id": press.message.id, "date": 0}
    return {
        "id": press.id,
        "from": user(press.person),
        "message": shown,
        "chat_instance": str(place.id),
        "data": press.data,
    }


def _sender(item: Message) -> JSON:
    if item.author is None or item.chat.kind is ChatKind.CHANNEL:
        return {"sender_chat": chat(item.chat)}
    return {"from": user(item.author)}


def _content(item: Message) -> JSON:
    words, media = item.body.words, item.body.media
    marks = [entity.wire() for entity in words.entities]
    if media is None:
        out: JSON = {"text": words.text} if words.text else {}
        return out | ({"entities": marks} if marks else {})
    caption: JSON = {"caption": words.text} if words.text else {}
    return _media(media) | caption | ({"caption_entities": marks} if marks else {})


def _media(media: Media) -> JSON:
    if media.size is not None:
        width, height = media.size
        return {"photo": [file(media) | {"width": width, "height": height}]}
    return {"document": file(media) | {"file_name": media.name, "mime_type": media.mime}}
