"""getChat, getChatMember, getChatMemberCount, getChatAdministrators."""

from __future__ import annotations

from typing import Any

from bot.simulator import wire
from bot.simulator.errors import bad_request, forbidden
from bot.simulator.model import ADMINS, PRESENT, Chat, ChatKind, Status
from bot.simulator.params import Params
from bot.simulator.world import World


async def get_chat(world: World, params: Params) -> Any:
    return wire.full_chat(_known(world, params))


async def get_chat_member(world: World, params: Params) -> Any:
    chat = _inspected(world, params)
    person = world.accounts.get(params.number("user_id"))
    if person is None:
        raise bad_request("invalid user_id specified")
    return wire.member(person, chat.status(person), chat)


async def get_chat_member_count(world: World, params: Params) -> Any:
    return sum(status in PRESENT for status in _known(world, params).members.values())


async def get_chat_administrators(world: World, params: Params) -> Any:
    """The people among the administrators; bots are left out."""
    chat = _inspected(world, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    people = ((world.accounts[number], status) for number, status in chat.members.items())
    return [wire.member(person, status, chat) for person, status in people if status in ADMINS and not person.is_bot]


def _known(world: World, params: Params) -> Chat:
    """A chat the bot has met: any person, or a place it is in."""
    chat = world.find_chat(params.text("chat_id"))
    if chat.kind is ChatKind.PRIVATE or chat.username:
        return chat
    if chat.status(world.bot) is Status.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.status(world.bot) not in PRESENT:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _inspected(world: World, params: Params) -> Chat:
    """A chat whose members the bot may see; in a channel only administrators may."""
    chat = _known(world, params)
    if chat.kind is ChatKind.CHANNEL and chat.status(world.bot) not in ADMINS:
        raise bad_request("member list is inaccessible")
    return chat
