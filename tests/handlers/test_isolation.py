"""X01: another person's object is answered like one that does not exist, with no effect, whatever the button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Router

from bot.access import Action
from bot.replies import Button, Reply
from engine.types import Role
from handlers import routes
from tests.handlers.world import World

OWNER, OTHER, ADMIN = 1, 2, 800
GONE = 999_999

Args = dict[str, Any]

OBJECTS: dict[str, Callable[[int], Args]] = {
    "signal_take": lambda n: {"signal": n, "symbol": "BTC/USDT", "direction": "buy"},
    "connection_show": lambda n: {"connection": n},
    "connection_switch": lambda n: {"connection": n, "active": False},
    "connection_remove": lambda n: {"connection": n},
    "connection_test": lambda n: {"connection": n},
    "connection_rekey": lambda n: {"connection": n},
    "connection_rename": lambda n: {"connection": n},
    "connection_live": lambda n: {"connection": n},
    "connection_watch": lambda n: {"connection": n},
    "connection_known": lambda n: {"connection": n},
    "connection_remove_yes": lambda n: {"connection": n},
    "source_show": lambda n: {"source": n},
    "source_mode": lambda n: {"source": n, "mode": "auto"},
    "source_share": lambda n: {"source": n, "scope": "global"},
    "source_rules": lambda n: {"source": n},
    "source_choose": lambda n: {"source": n, "name": "quote"},
    "source_set": lambda n: {"source": n, "name": "age", "value": 60},
    "source_ask": lambda n: {"source": n, "name": "allowed"},
    "inlet_show": lambda n: {"source": n},
    "inlet_address": lambda n: {"source": n},
    "inlet_address_yes": lambda n: {"source": n},
    "inlet_secret": lambda n: {"source": n},
    "inlet_unsigned": lambda n: {"source": n},
    "inlet_unsigned_yes": lambda n: {"source": n},
    "inlet_again": lambda n: {"source": n},
    "post_teach": lambda n: {"row": n},
    "post_try": lambda n: {"row": n, "part": "stop", "number": 0},
    "post_learn": lambda n: {"row": n, "part": "stop", "number": 0},
    "source_remove": lambda n: {"source": n},
    "source_remove_yes": lambda n: {"source": n},
    "position_show": lambda n: {"position": n},
    "position_close": lambda n: {"position": n},
    "position_half": lambda n: {"position": n},
    "position_close_yes": lambda n: {"position": n, "percent": "100"},
    "position_stop_to_entry": lambda n: {"position": n},
    "order_check": lambda n: {"order": n},
    "order_gone": lambda n: {"order": n},
    "order_gone_yes": lambda n: {"order": n},
    "position_side": lambda n: {"position": n},
    "position_side_yes": lambda n: {"position": n},
    "position_loosen": lambda n: {"position": n, "stop": "60000"},
}
"""Action → its arguments for the object with this id."""

PEOPLE = {
    "user_show": lambda n: {"user": n},
    "user_change": lambda n: {"user": n, "change": "block"},
    "user_change_yes": lambda n: {"user": n, "change": "block"},
}
"""Actions on a person: an admin may use them on anybody, so only a person who is not there is not found."""

OWN = {
    "signal_skip", "shared_show", "shared_mode", "start_account", "start_language", "start_paper", "language",
    "show_connections", "connect", "connect_paper", "connect_page", "connect_pick", "key_test", "key_cancel",
    "panic", "panic_yes", "house", "house_yes", "show_sources", "source_follow", "show_positions", "resume",
    "resume_yes", "users_page", "inlets_show", "inlet_new",
}  # fmt: skip
"""Actions that name no object of one person: they act on whoever presses, or on what is shared with everybody."""


def actions(router: Router) -> set[str]:
    """Every action that some route of this tree answers."""
    own = {
        name
        for handler in router.callback_query.handlers
        for each in handler.filters or []
        if isinstance(each.callback, Action)
        for name in each.callback.names
    }
    return own.union(*map(actions, router.sub_routers))


def test_every_action_is_in_this_matrix() -> None:
    assert actions(routes()) == OBJECTS.keys() | PEOPLE.keys() | OWN


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    """One of everything, all of it the owner's."""
    owner = world.person(OWNER)
    world.person(OTHER)
    world.person(ADMIN, role=Role.ADMIN)
    account, channel = world.account(owner), world.channel(owner)
    trade, signal, post = world.trade(owner, account), world.signal(channel), world.seen(channel)
    return {
        "signal": signal.id, "connection": account.id, "source": channel.id, "position": trade.id, "post": post.row_id,
        "order": world.doubtful(owner), "inlet": world.inlet(owner).id,
    }  # fmt: skip


async def press(world: World, by: int, action: str, args: Args) -> list[Reply]:
    return await world.presses(by, Button(label="x", action=action, args=args, once=False))


@pytest.mark.parametrize("intruder", [OTHER, ADMIN], ids=["user", "admin"])
@pytest.mark.parametrize("action", sorted(OBJECTS))
async def test_anothers_object_is_not_there(world: World, ids: dict[str, int], action: str, intruder: int) -> None:
    before = world.rows.facts()
    kind = action.split("_")[0]
    theirs = await press(world, intruder, action, OBJECTS[action](ids[kind]))
    nobodys = await press(world, intruder, action, OBJECTS[action](GONE))
    assert theirs == nobodys and len(theirs) == 1
    assert world.rows.facts() == before
    assert (world.desk.accepted, world.wishes.deeds, world.discarded) == ([], [], [])
    if action == "source_share" and intruder == OTHER:
        assert theirs[0].alert  # to a person without the right, the action itself does not exist
    else:
        assert "I cannot find that" in theirs[0].text
        tried = [(who, what, on) for who, what, on, _ in world.rows.audit]
        assert tried == [(intruder, "not_found", f"{kind}:{n}") for n in (ids[kind], GONE)]


@pytest.mark.parametrize("action", sorted(OBJECTS))
async def test_the_owner_is_served(world: World, ids: dict[str, int], action: str) -> None:
    """The other side of the matrix: without it, a handler that finds nothing at all would pass."""
    world.person(OWNER, role=Role.ADMIN)
    [reply] = await press(world, OWNER, action, OBJECTS[action](ids[action.split("_")[0]]))
    assert "I cannot find that" not in reply.text and not reply.alert


@pytest.mark.parametrize("action", sorted(PEOPLE))
async def test_only_admins_act_on_people(world: World, ids: dict[str, int], action: str) -> None:
    before = world.rows.facts()
    [user] = await press(world, OTHER, action, PEOPLE[action](OWNER))
    assert user.alert and "no longer good" in user.toast
    [admin] = await press(world, ADMIN, action, PEOPLE[action](GONE))
    assert "I cannot find that" in admin.text
    assert world.rows.facts() == before


@pytest.mark.parametrize("action", sorted(OBJECTS))
async def test_a_button_of_another_person_is_dead(world: World, ids: dict[str, int], action: str) -> None:
    """T17: the token itself belongs to one person."""
    before = world.rows.facts()
    pressed = Button(label="x", action=action, args=OBJECTS[action](ids[action.split("_")[0]]))
    [said] = await world.presses(OWNER, pressed, by=OTHER)
    assert said.alert and not said.text
    assert world.rows.facts() == before and world.wishes.deeds == [] and world.desk.accepted == []


@pytest.mark.parametrize("command", ["/positions", "/today", "/connections", "/sources"])
async def test_screens_show_only_what_is_ones_own(world: World, ids: dict[str, int], command: str) -> None:
    shown = "".join(reply.text for reply in await world.says(OTHER, command))
    assert not any(name in shown for name in ("BTC", "Paper 10,000", "Alpha"))
