"""getMe, commands by scope and language, descriptions, chats and members."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator import Chat, Person, Simulator, Status
from bot.simulator.methods.profile import menu
from tests.simulator.conftest import Api

SCOPE = "can't parse BotCommandScope: unsupported type specified"


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"does {name}"} for name in names]


async def test_commands_belong_to_a_scope_and_a_language(api: Api, ann: Person) -> None:
    scope = {"type": "chat", "chat_id": ann.id}
    await api("setMyCommands", commands=commands("all"))
    await api("setMyCommands", commands=commands("own"), scope=scope)
    await api("setMyCommands", commands=commands("eigen"), scope=scope, language_code="de")
    assert (await api("getMyCommands"))["result"] == commands("all")
    assert (await api("getMyCommands", scope=scope))["result"] == commands("own")
    assert (await api("getMyCommands", scope=scope, language_code="de"))["result"] == commands("eigen")
    assert (await api("getMyCommands", language_code="de"))["result"] == []
    await api("deleteMyCommands", scope=scope)
    assert (await api("getMyCommands", scope=scope))["result"] == []


async def test_a_person_sees_the_narrowest_menu_in_their_language(api: Api, sim: Simulator, ann: Person) -> None:
    hans = sim.add_person("Hans", language="de")
    group = sim.add_group("Talk", admins=[ann], members=[hans])
    for scope, language, name in (
        ("default", "", "base"),
        ("default", "de", "basis"),
        ("all_private_chats", "", "private"),
        ("all_chat_administrators", "", "boss"),
    ):
        await api("setMyCommands", commands=commands(name), scope={"type": scope}, language_code=language)
    await api("setMyCommands", commands=commands("hers"), scope={"type": "chat", "chat_id": ann.id})
    await api(
        "setMyCommands",
        commands=commands("his"),
        scope={"type": "chat_member", "chat_id": group.id, "user_id": hans.id},
    )

    def seen(chat: Chat, person: Person) -> str:
        return menu(sim.world, chat, person)[0]["command"]

    assert seen(sim.private(ann), ann) == "hers"
    assert seen(sim.private(hans), hans) == "private"
    assert seen(group, ann) == "boss"
    assert seen(group, hans) == "his"
    await api("deleteMyCommands", scope={"type": "chat_member", "chat_id": group.id, "user_id": hans.id})
    assert seen(group, hans) == "basis"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        pytest.param({"commands": commands("Start")}, "BOT_COMMAND_INVALID", id="capital"),
        pytest.param({"commands": commands("x" * 33)}, "BOT_COMMAND_INVALID", id="long"),
        pytest.param({"commands": [{"command": "a"}]}, "BOT_COMMAND_DESCRIPTION_INVALID", id="undescribed"),
        pytest.param({"commands": commands(*"a" * 101)}, "BOT_COMMANDS_TOO_MUCH", id="101"),
        pytest.param({"scope": {"type": "moon"}}, SCOPE, id="scope"),
        pytest.param({"commands": {"start": "x"}}, "can't parse commands: expected an Array of Objects", id="no-list"),
        pytest.param({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found", id="no-such-chat"),
    ],
)  # fmt: skip
async def test_a_bad_menu_is_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert (await api("setMyCommands", **params))["description"] == f"Bad Request: {refusal}"


async def test_the_bot_describes_itself(api: Api) -> None:
    await api("setMyDescription", description="Trades")
    await api("setMyDescription", description="Handelt", language_code="de")
    await api("setMyShortDescription", short_description="T")
    assert (await api("getMyDescription", language_code="de"))["result"] == {"description": "Handelt"}
    assert (await api("getMyDescription", language_code="fr"))["result"] == {"description": "Trades"}
    assert (await api("getMyShortDescription"))["result"] == {"short_description": "T"}
    assert not (await api("setMyDescription", description="x" * 513))["ok"]


async def test_members_and_administrators(api: Api, sim: Simulator, ann: Person, channel: Chat) -> None:
    bob = sim.add_person("Bob")

    async def status(person: Person) -> str:
        return str((await api("getChatMember", chat_id=channel.id, user_id=person.id))["result"]["status"])

    assert [await status(person) for person in (ann, sim.bot, bob)] == ["creator", "administrator", "left"]
    admins = (await api("getChatAdministrators", chat_id=channel.id))["result"]
    assert [admin["user"]["id"] for admin in admins] == [ann.id]
    assert (await api("getChatMemberCount", chat_id=channel.id))["result"] == 2
    sim.set_bot_status(channel, Status.MEMBER, ann)
    hidden = await api("getChatMember", chat_id=channel.id, user_id=ann.id)
    assert hidden["description"] == "Bad Request: member list is inaccessible"


async def test_a_chat_the_bot_left_is_closed_to_it(api: Api, sim: Simulator, ann: Person) -> None:
    group = sim.add_group("Talk", members=[ann])
    assert (await api("getChat", chat_id=group.id))["result"]["title"] == "Talk"
    sim.set_bot_status(group, Status.KICKED, ann)
    assert (await api("getChat", chat_id=group.id))[
        "description"
    ] == "Forbidden: bot was kicked from the supergroup chat"


async def test_typing_is_accepted_where_writing_is(api: Api, sim: Simulator, ann: Person) -> None:
    assert (await api("sendChatAction", chat_id=ann.id, action="typing"))["result"] is True
    sim.block_bot(ann)
    assert (await api("sendChatAction", chat_id=ann.id, action="typing"))["error_code"] == 403
