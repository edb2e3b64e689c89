"""From the chat through the real exchange client to an exchange on this machine: what a key is worth is seen there."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Person
from engine.types import Connection
from tests.exchange.catalog import ALICE
from tests.stories.harbour import WITHDRAWS, open_harbour
from tests.stories.town import Town


@pytest.fixture
async def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    async with open_harbour(tmp_path, monkeypatch) as found:
        yield found.town


async def send_key(town: Town, person: Person, *values: str) -> None:
    town.say(person, "/connect binance")
    await town.hears(person, "which market")
    town.press(person, "Spot")
    await town.hears(person, "testnet first")
    town.press(person, "Real money")
    for number, value in enumerate(values, 1):
        await town.hears(person, f"({number} of 2)")
        town.say(person, value)


async def accounts(town: Town, person: Person) -> tuple[Connection, ...]:
    user = town.users[person.id]
    return await town.store.read(lambda tx: tx.accounts.of_user(user.id))


async def test_a_good_key_is_connected_and_its_card_shows_the_money(harbour: Town) -> None:
    ben = await harbour.person("Ben", account=False)
    await send_key(harbour, ben, ALICE.key, ALICE.secret)
    said = await harbour.hears(ben, "is connected")
    assert "Binance" in said and "Equity" in said and "only watches" in said
    [made] = await accounts(harbour, ben)
    assert (made.exchange_name, made.market, made.is_real, made.can_execute) == ("binance", "spot", True, False)
    harbour.say(ben, "/connections")
    card = await harbour.hears(ben, "👀 watching")
    assert "💵 LIVE" in card and "Balance" in card and "ms" in card


async def test_a_wrong_secret_is_refused_in_the_words_of_the_exchange(harbour: Town) -> None:
    ben = await harbour.person("Ben", account=False)
    await send_key(harbour, ben, ALICE.key, "not-the-secret")
    said = await harbour.hears(ben, "🚫")
    assert "does not accept this key" in said and "switched off" not in said
    assert "Nothing new is connected" in said and "not-the-secret" not in said
    assert not await accounts(harbour, ben)


async def test_F37_a_key_that_may_withdraw_is_refused(harbour: Town) -> None:
    ben = await harbour.person("Ben", account=False)
    await send_key(harbour, ben, WITHDRAWS.key, WITHDRAWS.secret)
    await harbour.hears(ben, "may withdraw")
    assert not await accounts(harbour, ben)


async def test_a_stop_leaves_no_client_of_an_exchange_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """ccxt and aiohttp complain when they are thrown away open."""
    async with open_harbour(tmp_path, monkeypatch) as found:
        town = found.town
        ben = await town.person("Ben", account=False)
        await send_key(town, ben, ALICE.key, ALICE.secret)
        await town.hears(ben, "is connected")
        town.say(ben, "/connections")
        await town.hears(ben, "👀 watching", "Balance")  # its venue is open
    gc.collect()
    assert "release all resources" not in caplog.text and "Unclosed" not in caplog.text


async def test_one_account_is_connected_once(harbour: Town) -> None:
    """Behind two connections it trades every signal twice; whose the first one is, nobody is told."""
    ben = await harbour.person("Ben", account=False)
    eve = await harbour.person("Eve", account=False)
    await send_key(harbour, ben, ALICE.key, ALICE.secret)
    await harbour.hears(ben, "is connected")
    for person in (ben, eve):
        harbour.say(person, "/help")
        await harbour.settled()
        await send_key(harbour, person, ALICE.key, ALICE.secret)
        said = await harbour.hears(person, "connected already")
        assert "Ben" not in said
    assert (len(await accounts(harbour, ben)), len(await accounts(harbour, eve))) == (1, 0)


async def test_an_account_that_was_removed_can_be_connected_again(harbour: Town) -> None:
    ben = await harbour.person("Ben", account=False)
    await send_key(harbour, ben, ALICE.key, ALICE.secret)
    await harbour.hears(ben, "is connected")
    [made] = await accounts(harbour, ben)
    assert await harbour.store.write(lambda tx: tx.accounts.remove(made.owner_id, made.id))
    await send_key(harbour, ben, ALICE.key, ALICE.secret)
    await harbour.hears(ben, "is connected", times=2)
    assert len(await accounts(harbour, ben)) == 1
