"""getMe, the command menus and the descriptions."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator import wire
from bot.simulator.errors import bad_request
from bot.simulator.model import ADMINS, Chat, ChatKind, Person
from bot.simulator.params import Params
from bot.simulator.world import World

Scope = tuple[str, int, int]

KINDS = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
OF_CHAT = frozenset({"chat", "chat_administrators"})
MOST_COMMANDS = 100
DESCRIPTION_LIMITS = {"description": 512, "short_description": 120}


async def get_me(world: World, _params: Params) -> Any:
    return wire.user(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_my_commands(world: World, params: Params) -> Any:
    commands = [_command(raw) for raw in params.rows("commands") or ()]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[(*_scope(world, params), params.text("language_code"))] = commands
    world.changes.publish("commands")
    return True


async def get_my_commands(world: World, params: Params) -> Any:
    return world.commands.get((*_scope(world, params), params.text("language_code")), [])


async def delete_my_commands(world: World, params: Params) -> Any:
    world.commands.pop((*_scope(world, params), params.text("language_code")), None)
    world.changes.publish("commands")
    return True


async def set_my_description(world: World, params: Params) -> Any:
    return _describe(world, params, "description")


async def get_my_description(world: World, params: Params) -> Any:
    return {"description": described(world, "description", params.text("language_code"))}


async def set_my_short_description(world: World, params: Params) -> Any:
    return _describe(world, params, "short_description")


async def get_my_short_description(world: World, params: Params) -> Any:
    return {"short_description": described(world, "short_description", params.text("language_code"))}


def described(world: World, field: str, language: str) -> str:
    """The description in this language, else the one for all."""
    return world.profile.get((field, language)) or world.profile.get((field, ""), "")


def menu(world: World, chat: Chat, person: Person) -> list[dict[str, str]]:
    """The commands this person is offered in this chat: the narrowest scope that has any, its language first."""
    scopes: list[Scope] = [("chat", chat.id, 0)]
    if chat.kind is ChatKind.PRIVATE:
        scopes.append(("all_private_chats", 0, 0))
    else:
        scopes.insert(0, ("chat_member", chat.id, person.id))
        if chat.status(person) in ADMINS:
            scopes.insert(1, ("chat_administrators", chat.id, 0))
            scopes.append(("all_chat_administrators", 0, 0))
        scopes.append(("all_group_chats", 0, 0))
    scopes.append(("default", 0, 0))
    languages = (person.language or "", "")
    found = (world.commands.get((*scope, language)) for scope in scopes for language in languages)
    return next((commands for commands in found if commands), [])


def _describe(world: World, params: Params, field: str) -> bool:
    text = params.text(field)
    if len(text) > DESCRIPTION_LIMITS[field]:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    world.profile[field, params.text("language_code")] = text
    world.changes.publish("commands")
    return True


def _command(raw: dict[str, Any]) -> dict[str, str]:
    name = str(raw.get("command", "")).removeprefix("/")
    description = str(raw.get("description", "")).strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(world: World, params: Params) -> Scope:
    scope = params.table("scope") or {"type": "default"}
    kind = str(scope.get("type", ""))
    if kind in KINDS:
        return kind, 0, 0
    if kind not in OF_CHAT | {"chat_member"}:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.find_chat(str(scope.get("chat_id", "")))
    return kind, chat.id, int(scope.get("user_id", 0)) if kind == "chat_member" else 0
