"""/users and /health."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.replies import Button, Reply
from engine.types import Role
from tests.handlers.build import HOSTILE
from tests.handlers.world import World, button, labels

ADMIN, OWNER = 800, 900


@pytest.fixture(autouse=True)
def people(world: World) -> None:
    world.person(ADMIN, role=Role.ADMIN)
    world.person(OWNER, role=Role.SUPER)
    world.person(1, username=HOSTILE)
    world.person(2, username=None, is_active=False)


async def card_of(world: World, number: int, *, by: int = ADMIN) -> Reply:
    [listed] = await world.says(by, "/users")
    [card] = await world.presses(by, button(listed, str(list(world.rows.users).index(number) + 1)))
    return card


async def test_everybody_is_listed_with_role_and_state(world: World) -> None:
    [listed] = await world.says(ADMIN, "/users")
    assert "<b>People</b> · 4" in listed.text
    assert "1. <b>user800</b> · admin · ✅ active" in listed.text
    assert "3. <b>&lt;b&gt;&amp;" in listed.text
    assert "4. <b>chat 2</b> · user · ⛔ blocked" in listed.text


async def test_many_people_are_pages(world: World) -> None:
    for number in range(1000, 1040):
        world.person(number)
    [first] = await world.says(ADMIN, "/users")
    assert labels(first)[-1] == ["›"] and "21. " not in first.text
    [second] = await world.presses(ADMIN, button(first, "›"))
    assert labels(second)[-1] == ["‹", "›"] and "21. " in second.text
    [third] = await world.presses(ADMIN, button(second, "›"))
    assert labels(third)[-1] == ["‹"] and "44. " in third.text


async def test_blocking_asks_first_and_is_noted(world: World) -> None:
    card = await card_of(world, 1)
    [asked] = await world.presses(ADMIN, button(card, "Block"))
    assert world.rows.users[1].is_active
    yes = button(asked, "Yes, block")
    assert yes.once and yes.expires_in == timedelta(seconds=60)
    [done] = await world.presses(ADMIN, yes)
    assert not world.rows.users[1].is_active and "⛔ blocked" in done.text
    assert world.rows.audit == [(ADMIN, "user_block", "user:1", {})]
    assert labels(done)[0] == ["Unblock"]


async def test_a_blocked_person_is_let_in_again(world: World) -> None:
    card = await card_of(world, 2)
    [asked] = await world.presses(ADMIN, button(card, "Unblock"))
    await world.presses(ADMIN, button(asked, "Yes, unblock"))
    assert world.rows.users[2].is_active


@pytest.mark.parametrize(
    ("by", "whom", "offered"),
    [
        (ADMIN, 1, ["Block"]),
        (OWNER, 1, ["Block", "Make admin"]),
        (OWNER, ADMIN, ["Block", "No longer admin"]),
        (ADMIN, OWNER, ["‹ Back"]),
        (ADMIN, ADMIN, ["‹ Back"]),
        (OWNER, OWNER, ["‹ Back"]),
    ],
    ids=["admin-user", "owner-user", "owner-admin", "admin-owner", "self", "owner-self"],
)
async def test_who_may_do_what_to_whom(world: World, by: int, whom: int, offered: list[str]) -> None:
    assert labels(await card_of(world, whom, by=by))[0] == offered


async def test_owners_make_and_unmake_admins(world: World) -> None:
    card = await card_of(world, 1, by=OWNER)
    [asked] = await world.presses(OWNER, button(card, "Make admin"))
    [done] = await world.presses(OWNER, button(asked, "Yes, make admin"))
    assert world.rows.users[1].role is Role.ADMIN
    [asked] = await world.presses(OWNER, button(done, "No longer admin"))
    await world.presses(OWNER, button(asked, "Yes, take them away"))
    assert world.rows.users[1].role is Role.USER


@pytest.mark.parametrize("action", ["user_change", "user_change_yes"])
@pytest.mark.parametrize(
    ("change", "whom"),
    [("promote", 1), ("block", OWNER), ("block", ADMIN), ("demote", ADMIN)],
    ids=["promote", "block owner", "block self", "demote self"],
)
async def test_rights_are_looked_at_when_the_button_acts(world: World, action: str, change: str, whom: int) -> None:
    before = world.rows.facts()
    [said] = await world.presses(ADMIN, Button(label="x", action=action, args={"user": whom, "change": change}))
    assert "You may not do that" in said.text
    assert world.rows.facts() == before


async def test_health_says_what_needs_attention(world: World) -> None:
    [well] = await world.says(ADMIN, "/health")
    assert well.text == "✅ <b>All is well</b>\n\n✅ Messages waiting: 0\n✅ Age of prices: 0.4 s"
    world.health.parts = (("outbox", True, "3"), ("feed <x>", False, HOSTILE))
    [ill] = await world.says(ADMIN, "/health")
    assert "Something needs attention" in ill.text and "❌ <b>feed &lt;x&gt;</b>: &lt;b&gt;" in ill.text
