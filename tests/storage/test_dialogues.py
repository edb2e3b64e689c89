"""Open questions, and that what is typed in answer to one for a secret is nowhere in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.ports import Dialogue
from engine.errors import Code, VenueLocked
from engine.events import ConnectionLost
from engine.mail import LEFT_OUT, is_command
from engine.types import Role, TradingState
from engine.types.words import stricter
from storage.database import Database
from storage.safe import Safe
from storage.tables import inbox, metadata
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Vault, new_key
from tests.clocks import NOON, ManualClock
from tests.storage import worlds
from tests.storage.worlds import World

BOT = 42
KEY = "Zk7-very-secret-Qp"
LATER = NOON + timedelta(minutes=15)


@pytest.fixture
async def world(database: Database) -> World:
    return await worlds.world(database)


def typed(world: World, number: int, words: str, kind: str = "message", **fields: Any) -> dict[str, Any]:
    person = {"id": world.ann.chat_id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": world.ann.chat_id, "type": "private"}
    body = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": words, **fields}
    return {"update_id": number, kind: body}


async def ask(database: Database, world: World, *, secret: bool = True, kind: str = "key") -> Dialogue:
    return await database.write(
        lambda tx: tx.dialogues.begin(world.ann.id, kind, {"n": 1}, secret=secret, expires_at=LATER, now=NOON)
    )


async def everything(database: Database) -> str:
    """Every value of every table, as text."""

    def work(unit: UnitOfWork) -> str:
        rows = (unit.connection.execute(select(text("*")).select_from(table)).all() for table in metadata.sorted_tables)
        return repr([list(map(tuple, found)) for found in rows])

    return await database.read(work)


# --- the question ------------------------------------------------------------------------------------


async def test_one_question_at_a_time_and_each_to_its_person(database: Database, world: World) -> None:
    await ask(database, world)
    second = await ask(database, world, kind="name", secret=False)
    assert await database.read(lambda tx: tx.dialogues.get(world.ann.id)) == second
    assert await database.read(lambda tx: tx.dialogues.get(world.bob.id)) is None
    changed = replace(second, args={"n": 2}, sealed={"apiKey": "v1.x"})
    await database.write(lambda tx: tx.dialogues.save(changed))
    assert await database.read(lambda tx: tx.dialogues.get(world.ann.id)) == changed
    assert await database.write(lambda tx: tx.dialogues.end(world.ann.id))
    assert not await database.write(lambda tx: tx.dialogues.end(world.ann.id))


async def test_questions_long_over_are_forgotten(database: Database, world: World) -> None:
    await ask(database, world)
    assert await database.write(lambda tx: tx.dialogues.forget(LATER)) == 0
    assert await database.write(lambda tx: tx.dialogues.forget(LATER + timedelta(seconds=1))) == 1


# --- the answer --------------------------------------------------------------------------------------


async def test_what_a_person_passes_on_is_not_written_down_either(database: Database, world: World) -> None:
    """People keep keys among their saved messages."""
    await ask(database, world)
    update = typed(world, 5, KEY, forward_origin={"type": "user", "sender_user": {"id": world.ann.chat_id}})
    [row] = await database.write(lambda tx: tx.inbox.add(BOT, [update], NOON))
    assert row.raw == update and KEY not in await everything(database)


@pytest.mark.parametrize("kind", ["message", "edited_message"])
async def test_a_secret_is_handed_on_and_not_written_down(database: Database, world: World, kind: str) -> None:
    await ask(database, world)
    quoted = {"reply_to_message": {"message_id": 1, "text": KEY}, "entities": [{"type": "url", "url": KEY}]}
    update = typed(world, 5, KEY, kind, **quoted)
    [row] = await database.write(lambda tx: tx.inbox.add(BOT, [update], NOON))
    assert row.raw == update
    assert KEY not in await everything(database)
    [waiting] = await database.read(lambda tx: tx.inbox.waiting(BOT))
    assert waiting.raw[kind]["text"] == LEFT_OUT and waiting.raw[kind]["message_id"] == 5
    assert (waiting.lane, waiting.update_id) == (world.ann.chat_id, 5)


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(lambda w: typed(w, 5, "/cancel now"), id="command"),
        pytest.param(lambda w: typed(w, 5, "BUY BTC", forward_origin={"type": "channel"}), id="post"),
        pytest.param(lambda w: {**typed(w, 5, "BUY BTC")} | {"update_id": 5}, id="nobody asked"),
        pytest.param(
            lambda w: {"update_id": 5, "channel_post": {"message_id": 5, "chat": {"id": -1001}, "text": "BUY"}},
            id="channel",
        ),
    ],
)
async def test_everything_else_is_written_down_as_it_came(
    request: pytest.FixtureRequest, database: Database, world: World, update: Any
) -> None:
    await ask(database, world, secret="nobody" not in request.node.callspec.id)
    came = update(world)
    await database.write(lambda tx: tx.inbox.add(BOT, [came], NOON))
    assert await database.read(lambda tx: tx.connection.execute(select(inbox.c.raw)).scalar_one()) == came


async def test_what_another_person_types_meanwhile_is_kept(database: Database, world: World) -> None:
    await ask(database, world)
    update = typed(world, 5, "hello")
    update["message"]["chat"]["id"] = update["message"]["from"]["id"] = world.bob.chat_id
    [row] = await database.write(lambda tx: tx.inbox.add(BOT, [update], NOON))
    assert await database.read(lambda tx: tx.inbox.waiting(BOT)) == (row,)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("/start", True), ("/connect okx", True), ("/halt@my_bot", True), ("/a_1\n", True), ("/kQ3Zab+c=", False),
        ("//", False), ("/", False), ("/Start", False), ("start", False), ("/" + "a" * 33, False), (" /start", False),
    ],
)  # fmt: skip
def test_commands_and_secrets_that_begin_with_a_slash(words: str, command: bool) -> None:
    assert is_command(words) is command


# --- sealing -----------------------------------------------------------------------------------------


async def test_what_is_sealed_for_one_place_opens_there_alone(database: Database, clock: ManualClock) -> None:
    safe = Safe(database, Vault(KeyRing.parse(new_key("k1"))), clock)
    sealed = safe.seal(1, 0, {"apiKey": KEY})
    assert KEY not in str(sealed)
    assert safe.unseal(1, 0, sealed)["apiKey"].reveal() == KEY
    for place in ((2, 0), (1, 7)):
        with pytest.raises(VenueLocked) as fault:
            safe.unseal(*place, sealed)
        assert fault.value.code is Code.KEY_LOST
    with pytest.raises(VenueLocked):
        Safe(database, Vault(KeyRing.parse(new_key("k2"))), clock).unseal(1, 0, sealed)


# --- switches ----------------------------------------------------------------------------------------


async def test_the_stricter_of_two_switches_holds(database: Database, world: World) -> None:
    async def state(who: int) -> TradingState:
        return await database.read(lambda tx: tx.users.trading_state(who))

    assert await state(world.ann.id) is TradingState.ACTIVE
    for house in (TradingState.HALTED, TradingState.REDUCE_ONLY, TradingState.ACTIVE):
        await database.write(lambda tx, to=house: tx.people.set_house_state(to, world.admin.id, NOON))  # type: ignore[misc]
        for own in TradingState:
            await database.write(lambda tx, to=own: tx.people.set_trading_state(world.ann.id, to))  # type: ignore[misc]
            assert await state(world.ann.id) is stricter(own, house)
        assert await database.read(lambda tx: tx.people.house_state()) is house
    assert await state(999_999) is TradingState.HALTED


def test_strictness() -> None:
    free, less, none = TradingState.ACTIVE, TradingState.REDUCE_ONLY, TradingState.HALTED
    assert [stricter(free, less), stricter(none, less), stricter(free, free)] == [less, none, free]


async def test_a_wish_to_be_out_ends_when_done_or_when_trading_goes_on(database: Database, world: World) -> None:
    who = world.ann.id
    await database.write(lambda tx: tx.people.flatten(who, NOON))
    assert await database.read(lambda tx: tx.users.flattening()) == {who: NOON}
    assert await database.read(lambda tx: tx.users.trading_state(who)) is TradingState.HALTED
    assert not await database.write(lambda tx: tx.users.flattened(who, LATER)), "it was wished anew in the meantime"
    assert await database.write(lambda tx: tx.users.flattened(who, NOON))
    assert await database.read(lambda tx: tx.users.trading_state(who)) is TradingState.HALTED
    await database.write(lambda tx: tx.people.flatten(who, NOON))
    await database.write(lambda tx: tx.people.set_trading_state(who, TradingState.ACTIVE))
    assert not await database.read(lambda tx: tx.users.flattening())


# --- connections to exchanges ------------------------------------------------------------------------


async def test_a_new_connection_is_off_and_its_owners_alone(database: Database, world: World) -> None:
    settings = {"market": "swap", "testnet": True}
    made = await database.write(lambda tx: tx.accounts.add(world.ann, "OKX", "okx", settings, trades=False, now=NOON))
    assert (made.is_active, made.status, made.can_execute, made.is_paper) == (False, "inactive", False, False)
    assert (made.is_testnet, made.is_real, made.market, made.settings) == (True, False, "swap", settings)
    for stranger in (world.bob.id, world.admin.id):
        for deed in (
            lambda tx, w=stranger: tx.accounts.rename(w, made.id, "x", NOON),
            lambda tx, w=stranger: tx.accounts.set_trading(w, made.id, True, NOON),
            lambda tx, w=stranger: tx.accounts.acknowledge(w, made.id, NOON),
            lambda tx, w=stranger: tx.accounts.mark_tested(w, made.id, 5, NOON),
            lambda tx, w=stranger: tx.accounts.checkup(w, made.id),
        ):
            assert not await database.write(deed)
    assert await database.read(lambda tx: tx.accounts.get(world.ann.id, made.id)) == made
    assert await database.write(lambda tx: tx.accounts.mark_tested(world.ann.id, made.id, 5, NOON))
    assert await database.write(lambda tx: tx.accounts.set_trading(world.ann.id, made.id, True, NOON))
    assert await database.write(lambda tx: tx.accounts.rename(world.ann.id, made.id, "Mine", NOON))
    seen = await database.read(lambda tx: tx.connections.get(made.id))
    assert seen is not None and seen.can_execute and seen.name == "Mine"
    found = await database.read(lambda tx: tx.accounts.checkup(world.ann.id, made.id))
    assert found is not None and (found.latency_ms, found.last_tested_at, found.key_checked_at) == (5, NOON, NOON)


async def test_an_admins_exchange_is_admin_owned(database: Database, world: World) -> None:
    made = await database.write(lambda tx: tx.accounts.add(world.admin, "OKX", "okx", {}, trades=False, now=NOON))
    assert world.admin.role is Role.ADMIN or world.admin.role is Role.SUPER
    assert (made.user_id, made.admin_id, made.is_admin_owned, made.is_real) == (None, world.admin.id, True, True)


async def test_a_notice_knows_that_its_account_is_at_a_testnet(database: Database, world: World) -> None:
    made = await database.write(
        lambda tx: tx.accounts.add(world.ann, "OKX", "okx", {"testnet": True}, trades=True, now=NOON)
    )
    event = ConnectionLost(connection="x", code="key_lost")

    def tell(tx: UnitOfWork) -> None:
        for number, about in enumerate((made.id, world.ann_account.id, None)):
            tx.outbox.tell(world.ann.id, event, key=f"n{number}", now=NOON, connection_id=about)

    await database.write(tell)
    due = await database.read(lambda tx: tx.deliveries.due(NOON))
    assert [notice.testnet for notice in due] == [True, False, False]
