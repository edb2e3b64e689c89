"""An exchange is connected in the chat, over HTTP and a real database, and the key is nowhere afterwards."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.simulator import Fault, Person
from engine.types import Connection
from storage.safe import Safe
from storage.tables import metadata
from storage.unit_of_work import UnitOfWork
from storage.vault import KeyRing, Vault, new_key
from tests.clocks import ManualClock
from tests.handlers.fakes import GOOD_KEY, Exchanges, Spec
from tests.handlers.world import World
from tests.invariants import check, keep_watch
from tests.stores import fresh_database
from tests.stories import posts
from tests.stories.town import Town, open_town

ACME = Spec(name="acme", title="Acme", fields=("apiKey", "secret"))
KEY, SECRET = "AKx-0815-public", "/Zz3-s3cr3t+priv=="


@dataclass
class Port:
    """A town with an exchange in it."""

    town: Town
    exchanges: Exchanges
    safe: Safe
    log: io.StringIO

    async def connect(self, person: Person, way: str, answer: str = "connected") -> str:
        """The whole dialogue, up to the answer that has this word."""
        self.town.say(person, "/connect acme")
        await self.town.hears(person, "which market")
        self.town.press(person, "Spot")
        await self.town.hears(person, "testnet first")
        self.town.press(person, way)
        for number, value in ((1, KEY), (2, SECRET)):
            await self.town.hears(person, f"({number} of 2)")
            self.town.say(person, value)
        return await self.town.hears(person, answer)

    async def account(self, person: Person) -> Connection:
        """Their only one at an exchange."""
        user = self.town.users[person.id]
        owned = await self.town.store.read(lambda tx: tx.accounts.of_user(user.id))
        [found] = [connection for connection in owned if not connection.is_paper]
        return found

    async def nothing_shows(self, *values: str) -> None:
        """Neither in a chat nor in a row nor in the log."""
        shown = (m for chat in self.town.simulator.world.chats.values() for m in chat.messages.values())
        chats = [message.text for message in shown if not message.deleted]
        rows = await self.town.store.read(_everything)
        for value in values:
            assert not any(value in said for said in chats)
            assert value not in rows
            assert value not in self.log.getvalue()


def _everything(unit: UnitOfWork) -> str:
    rows = (unit.connection.execute(select(text("*")).select_from(table)).all() for table in metadata.sorted_tables)
    return repr([list(map(tuple, found)) for found in rows])


@pytest.fixture
async def port(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Port]:
    clock = ManualClock()
    database = await fresh_database(tmp_path, clock)
    safe, exchanges = Safe(database, Vault(KeyRing.parse(new_key("k1"))), clock), Exchanges(specs=(ACME,))
    await keep_watch(database)
    async with open_town(database, clock, safe=safe, exchanges=exchanges) as town:
        yield Port(town, exchanges, safe, log)
        await town.settled()
        await check(database, town.simulator, log=log.getvalue())
    await database.close()


async def test_a_key_goes_from_the_chat_into_the_safe_and_nowhere_else(port: Port) -> None:
    ben = await port.town.person("Ben", account=False)
    said = await port.connect(ben, "Real money")
    assert "only watches" in said and "💵 LIVE" in said
    await port.town.settled()
    await port.nothing_shows(KEY, SECRET)
    account = await port.account(ben)
    stored = await port.safe.read(account.owner_id, account.id)
    assert {name: secret.reveal() for name, secret in stored.items()} == {"apiKey": KEY, "secret": SECRET}
    assert not account.can_execute
    port.town.press(ben, "Trade real money")
    await port.town.hears(ben, "type exactly this")
    port.town.say(ben, "TRADE REAL MONEY")
    await port.town.hears(ben, "Real money.", "Acme")
    assert (await port.account(ben)).can_execute


async def test_a_watching_account_gets_no_signal(port: Port) -> None:
    ben = await port.town.person("Ben")
    await port.connect(ben, "Real money")
    channel = await port.town.channel("Alpha", ben)
    port.town.post(channel, posts.LONG_BTC)
    await port.town.hears(ben, "opened", "Ben's paper")
    await port.town.settled()
    assert len(await port.town.positions(ben)) == 1 and not port.town.heard(ben, "not traded")


async def test_F37_a_key_that_may_withdraw_is_not_kept(port: Port) -> None:
    ben = await port.town.person("Ben", account=False)
    port.exchanges.answer = replace(GOOD_KEY, can_withdraw=True)
    await port.connect(ben, "Testnet", "may withdraw")
    user = port.town.users[ben.id]
    assert not await port.town.store.read(lambda tx: tx.accounts.of_user(user.id))
    port.town.press(ben, "Cancel")
    await port.town.hears(ben, "kept nothing of it")
    await port.nothing_shows(KEY, SECRET)


async def test_S09_a_message_that_cannot_be_deleted_is_the_owners_to_delete(port: Port) -> None:
    ben = await port.town.person("Ben", account=False)
    port.town.say(ben, "/connect acme")
    await port.town.hears(ben, "which market")
    port.town.press(ben, "Spot")
    await port.town.hears(ben, "testnet first")
    port.town.press(ben, "Testnet")
    await port.town.hears(ben, "(1 of 2)")
    for _ in range(2):
        port.town.simulator.fail("deleteMessage", Fault(code=400, description="Bad Request: message can't be deleted"))
    port.town.say(ben, KEY)
    await port.town.hears(ben, "could not delete your message", "(2 of 2)")


async def test_a_dialogue_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Nothing of it is in memory: another process, with the same master key, asks for the next field."""
    clock = ManualClock()
    database = await fresh_database(tmp_path, clock)
    ring = KeyRing.parse(new_key("k1"))
    before, after = (_process(database, clock, Safe(database, Vault(ring), clock)) for _ in range(2))
    await before.says(7, "/start")
    [market] = await before.says(7, "/connect acme")
    [way] = await _press(before, market.rows[0][0])
    await _press(before, way.rows[0][0])
    [second] = await before.says(7, KEY, message_id=50)
    assert "(2 of 2)" in second.text
    [done] = await after.says(7, SECRET, message_id=51)
    assert "is connected" in done.text and "🧪 TESTNET" in done.text
    assert after.exchanges.asked == [("acme", {"apiKey": KEY, "secret": SECRET}, "spot", True)]
    [made] = await database.read(lambda tx: tx.accounts.of_user(1))
    assert made.can_execute and made.is_testnet
    assert await database.read(lambda tx: tx.audit.verify()) is None
    await database.close()


def _process(database: Any, clock: ManualClock, safe: Safe) -> World:
    world = World(database, clock)
    world.exchanges.specs, world.safe = (ACME,), safe
    world.operator()
    return world


async def _press(world: World, pressed: Any) -> Any:
    def mint(tx: Any) -> str:
        user = tx.people.by_chat(7)
        return str(tx.buttons.mint(user.id, pressed.action, pressed.args, once=pressed.once, expires_at=None))

    return await world.presses_token(7, await world.store.write(mint))
