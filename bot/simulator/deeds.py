"""What a person or a test may do over HTTP: one function a deed, each taking the JSON object it was sent.

A mistake in it is a LookupError, ValueError or TypeError, whose text goes back to the sender.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from bot.simulator import view
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.flood import Limits
from bot.simulator.model import ADMINS, Chat, ChatKind, Message, Person
from bot.simulator.stage import Stage
from bot.simulator.view import JSON

Deed = Callable[[Stage, JSON], JSON]


def say(stage: Stage, asked: JSON) -> JSON:
    """Write as a person: to the bot, into a group, or as a channel the person administers."""
    person, chat, text = person_of(stage, asked), chat_of(stage, asked), _text(asked)
    reply_to = message_of(stage, asked, "reply_to") if asked.get("reply_to") else None
    if chat.kind is ChatKind.CHANNEL:
        _may_post(person, chat)
        return {"id": stage.post(chat, text, reply_to=reply_to).id}
    return {"id": stage.say(person, text, chat=chat, reply_to=reply_to).id}


def press(stage: Stage, asked: JSON) -> JSON:
    return {"press": stage.press(person_of(stage, asked), message_of(stage, asked), int(asked["button"])).id}


def forward(stage: Stage, asked: JSON) -> JSON:
    """Forward to the bot."""
    return {"id": stage.forward(message_of(stage, asked), person_of(stage, asked)).id}


def edit(stage: Stage, asked: JSON) -> JSON:
    return {"id": stage.edit_post(_own(stage, asked), _text(asked)).id}


def delete(stage: Stage, asked: JSON) -> JSON:
    stage.delete_post(_own(stage, asked))
    return {}


def block(stage: Stage, asked: JSON) -> JSON:
    person = person_of(stage, asked)
    (stage.block_bot if asked.get("blocked", True) else stage.unblock_bot)(person)
    return {}


def fault(stage: Stage, asked: JSON) -> JSON:
    """``method``, ``nth``, ``times`` and the fields of Fault."""
    known = {item.name for item in fields(Fault)}
    about = {key: value for key, value in asked.items() if key in known}
    fault = Fault(**about | {"kind": FaultKind(asked.get("kind", "error"))})
    nth, times = int(asked.get("nth", 1)), int(asked.get("times", 1))
    stage.world.faults.add(str(asked["method"]), fault, nth=nth, times=times)
    return {}


def heal(stage: Stage, _asked: JSON) -> JSON:
    """Forget all scripted faults."""
    stage.world.faults.clear()
    return {}


def limits(stage: Stage, asked: JSON) -> JSON:
    """``on``: whether flood limits hold; other fields are those of Limits."""
    on = asked.pop("on", True)
    stage.world.flood.relax(Limits(**asked) if on else None)
    return {}


def hold(stage: Stage, _asked: JSON) -> JSON:
    stage.world.updates.hold()
    return {}


def release(stage: Stage, asked: JSON) -> JSON:
    stage.world.updates.release(asked.get("order"))
    return {}


def redeliver(stage: Stage, asked: JSON) -> JSON:
    stage.world.updates.redeliver(asked.get("update_id"), int(asked.get("times", 1)))
    return {}


def person_of(stage: Stage, asked: Mapping[str, Any]) -> Person:
    """The person whose id is under ``person``."""
    person = stage.world.accounts.get(int(asked.get("person", 0)))
    if person is None or person.is_bot:
        raise LookupError("no such person")
    return person


def chat_of(stage: Stage, asked: Mapping[str, Any]) -> Chat:
    """The chat whose id is under ``chat``."""
    chat = stage.world.chats.get(int(asked.get("chat", 0)))
    if chat is None:
        raise LookupError("no such chat")
    return chat


def message_of(stage: Stage, asked: Mapping[str, Any], key: str = "message") -> Message:
    """The message of that chat whose id is under ``key``."""
    message = chat_of(stage, asked).messages.get(int(asked[key]))
    if message is None or message.deleted:
        raise LookupError("no such message")
    return message


def _text(asked: JSON) -> str:
    text = str(asked.get("text", "")).strip()
    if not text:
        raise ValueError("there is nothing to say")
    return text


def _own(stage: Stage, asked: JSON) -> Message:
    person, message = person_of(stage, asked), message_of(stage, asked)
    if not view.message(message, person)["editable"]:
        raise ValueError("that is not yours to change")
    return message


def _may_post(person: Person, channel: Chat) -> None:
    if channel.status(person) not in ADMINS:
        raise ValueError("only admins of the channel may post")


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (say, press, forward, edit, delete, block, fault, heal, limits, hold, release, redeliver)
}
