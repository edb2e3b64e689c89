"""/start, /help, /language and what is not understood."""

from __future__ import annotations

from decimal import Decimal

import pytest
from aiogram.filters import Command
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription

from bot.intake import open_bot
from bot.simulator import Simulator
from engine.types import Role, TradingState
from handlers import menu
from tests.clocks import ManualClock
from tests.handlers.build import NOW
from tests.handlers.world import CATALOGUE, World, button, labels


async def test_three_taps_lead_to_a_paper_account_that_trades(world: World) -> None:
    [hello] = await world.says(1, "/start")
    assert "Welcome" in hello.text and "1 of 3" in hello.text
    [account] = await world.presses(1, button(hello, "Next ›"))
    assert "2 of 3" in account.text and account.edit
    [done] = await world.presses(1, button(account, "📝 Make my paper account"))
    assert "3 of 3" in done.text and "Paper 10,000 · 📝 PAPER" in done.text
    [made] = world.rows.connections.values()
    assert made.user_id == 1 and made.can_execute
    assert world.rows.books[made.id].balance == Decimal(10_000)


async def test_starting_and_pressing_again_makes_no_second_account(world: World) -> None:
    [hello] = await world.says(1, "/start")
    [account] = await world.presses(1, button(hello, "Next ›"))
    make = button(account, "📝 Make my paper account")
    for _ in range(2):
        [done] = await world.presses(1, make)
        assert "3 of 3" in done.text
    assert len(world.rows.connections) == 1
    [again] = await world.says(1, "/start")
    assert "1 account · 0 channels · 0 open trades" in again.text
    assert "Forward me a post" in again.text
    assert len(world.rows.users) == 1


async def test_the_welcome_back_says_that_trading_is_paused(world: World) -> None:
    user = world.person(1, trading_state=TradingState.REDUCE_ONLY)
    world.account(user)
    world.channel(user)
    [again] = await world.says(1, "/start")
    assert "/resume" in again.text
    assert "Forward me" not in again.text


async def test_the_language_is_chosen_on_the_way(world: World) -> None:
    [hello] = await world.says(1, "/start")
    [account] = await world.presses(1, button(hello, "Next ›"))
    [spanish] = await world.presses(1, button(account, "Español"))
    assert "2 de 3" in spanish.text
    assert world.rows.users[1].language == "es"
    [done] = await world.presses(1, button(spanish, "📝 Crear mi cuenta de práctica"))
    assert "3 de 3" in done.text


async def test_language_offers_every_language_in_its_own_name(world: World) -> None:
    world.person(1)
    [choice] = await world.says(1, "/language")
    assert [name for row in labels(choice) for name in row] == [
        CATALOGUE.texts(code)("language-name") for code in CATALOGUE.languages()
    ]
    [said] = await world.presses(1, button(choice, "Español"))
    assert "español" in said.text
    menus = world.telegram.of(SetMyCommands)
    assert menus[-1].commands[0].description == CATALOGUE.texts("es")("command-positions")
    assert menus[-1].scope.chat_id == 1


async def test_a_menu_that_cannot_be_set_does_not_keep_the_answer_back(world: World) -> None:
    world.telegram.down = True
    [hello] = await world.says(1, "/start")
    assert "Welcome" in hello.text


@pytest.mark.parametrize(("role", "sees"), [(Role.USER, False), (Role.ADMIN, True)], ids=str)
async def test_help_lists_every_command_of_the_role(world: World, role: Role, sees: bool) -> None:
    world.person(1, role=role)
    [shown] = await world.says(1, "/help")
    names = [name for _, names in menu.GROUPS for name in names]
    assert all(f"/{name} · " in shown.text for name in names)
    assert ("/users" in shown.text) is sees
    assert ("/health" in shown.text) is sees


def test_menu_and_help_list_exactly_the_commands_that_are_routed(world: World) -> None:
    routed = {
        str(command)
        for router in (world.router, *world.router.sub_routers)
        for handler in router.message.handlers
        for each in handler.filters or []
        if isinstance(each.callback, Command)
        for command in each.callback.commands
    }
    assert routed == {name for _, names in menu.groups(admin=True) for name in names}


async def test_every_language_gets_its_menu_at_start(world: World) -> None:
    await menu.publish(world.bot, CATALOGUE)
    published = {call.language_code: call.commands for call in world.telegram.of(SetMyCommands)}
    assert published.keys() == {None, *CATALOGUE.languages()} - {"en"}
    assert {tuple(c.command for c in listed) for listed in published.values()} == {
        tuple(c.command for c in published[None])
    }
    assert "users" not in {c.command for c in published[None]}


async def test_what_is_said_of_the_bot_before_it_is_started(world: World) -> None:
    """On its profile and in the empty chat, in every language, within Telegram's limits and without markup."""
    await menu.publish(world.bot, CATALOGUE)
    for kind, field, most in (
        (SetMyDescription, "description", 512),
        (SetMyShortDescription, "short_description", 120),
    ):
        said = {call.language_code: getattr(call, field) for call in world.telegram.of(kind)}
        assert said.keys() == {None, *CATALOGUE.languages()} - {"en"}
        assert len(set(said.values())) == len(said)
        assert all(20 < len(text) <= most and not set(text) & set("<>\u2068\u2069") for text in said.values())
    world.telegram.down = True
    await menu.publish(world.bot, CATALOGUE)  # it is no reason to stop


async def test_a_stranger_reads_it_in_their_language() -> None:
    async with Simulator(clock=ManualClock(NOW), limits=None) as simulator:
        bot = open_bot(simulator.token, simulator.url)
        await menu.publish(bot, CATALOGUE)
        said = {code: (await bot.get_my_description(code)).description for code in ("en", "es")}
        short = (await bot.get_my_short_description("es")).short_description
        await bot.session.close()
    assert "paper money" in said["en"] and "dinero de práctica" in said["es"] and "operaciones protegidas" in short


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"text": "/nonsense now"}, "I do not know /nonsense."),
        ({"text": "/<b>"}, "I do not know /&lt;b&gt;."),
        ({"text": "hello"}, "I cannot use that message."),
        ({"dice": {"emoji": "🎲", "value": 3}}, "I only read text."),
        ({"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]}, "I only read text."),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "I only read text."),
    ],
    ids=["command", "markup", "chat", "dice", "photo", "contact"],
)
async def test_noise_gets_one_short_answer_with_the_next_step(
    world: World, content: dict[str, object], answer: str
) -> None:
    world.person(1)
    [said] = await world.says(1, **content)
    assert said.text.startswith(answer)
    assert "/help" in said.text


async def test_service_messages_are_not_answered(world: World) -> None:
    world.person(1)
    assert await world.says(1, message_auto_delete_timer_changed={"message_auto_delete_time": 60}) == []


async def test_an_admins_command_is_unknown_to_a_user(world: World) -> None:
    world.person(1)
    [users] = await world.says(1, "/users")
    [nonsense] = await world.says(1, "/nonsense")
    assert users.text.replace("/users", "/nonsense") == nonsense.text
