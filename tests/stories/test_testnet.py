"""The README's way to an account at an exchange's testnet: a person who has a key and the chat, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.simulator import Chat, Person, Status
from tests.exchange.catalog import ALICE
from tests.exchange.model import Market
from tests.stories import posts
from tests.stories.harbour import Harbour, open_harbour
from tests.stories.town import Town

BTC = posts.long("BTC/USDT", "market", "59400", "60600", "61200")
ETH = posts.long("ETH/USDT", "market", "2970", "3030", "3060")
SOL = "#SOL/USDT buy limit 149\nStop 147\nTargets 152 - 155"


@pytest.fixture
async def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harbour]:
    async with open_harbour(tmp_path, monkeypatch) as found:
        yield found


@pytest.mark.parametrize(
    ("button", "market", "made_at"),
    [("Spot", Market.SPOT, "testnet.binance.vision"), ("Futures", Market.LINEAR, "demo.binance.com")],
)
async def test_a_key_of_the_testnet_and_the_chat_are_enough(
    harbour: Harbour, button: str, market: Market, made_at: str
) -> None:
    town, exchange = harbour.town, harbour.exchange
    ben = town.simulator.add_person("Ben", username="ben", started=False)
    town.say(ben, "/start")
    await town.hears(ben, "Welcome")

    await _connect(town, ben, button, made_at)
    channel = await _follow(town, ben)

    town.post(channel, BTC)
    assert "🧪 TESTNET" in await town.hears(ben, "BTC/USDT", "opened")
    await town.settled()
    town.say(ben, "/positions")
    await town.hears(ben, "Stop: 59,400", "held by the exchange")

    exchange.price(market, "BTCUSDT", Decimal(60_650))
    await town.hears(ben, "TP1 hit")
    await town.hears(ben, "stop moved", "Why: stop at entry", "held by the exchange")
    exchange.price(market, "BTCUSDT", Decimal(59_990))
    await town.hears(ben, "closed", "Why: stop at entry")

    town.post(channel, ETH)
    await town.hears(ben, "ETH/USDT", "opened")
    town.post(channel, SOL)
    await town.hears(ben, "order waits for its price")
    town.say(ben, "/halt")
    await town.hears(ben, "Halted.", "Your open trade keeps its stop")
    await town.hears(ben, "SOL/USDT", "waiting order is gone")
    town.post(channel, posts.long("XRP/USDT", "market", "0.49", "0.51"))
    await town.hears(ben, "XRP/USDT", "not traded", "Trading is halted")

    town.say(ben, "/panic")
    await town.hears(ben, "Close your open trade at the market")
    town.press(ben, "Yes, close everything")
    await town.hears(ben, "You are out", "closed, confirmed")
    await town.settled()
    _nothing_is_left(harbour, market)
    _every_message_says_which_money(town, ben)


async def _connect(town: Town, ben: Person, button: str, made_at: str) -> None:
    town.say(ben, "/connect")
    await town.hears(ben, "A new account")
    for label, said in (("Binance", "which market"), (button, "testnet first"), ("Testnet", made_at)):
        town.press(ben, label)
        await town.hears(ben, said)
    sent = [town.say(ben, ALICE.key)]
    await town.hears(ben, "(2 of 2)")
    sent.append(town.say(ben, ALICE.secret))
    said = await town.hears(ben, "is connected")
    assert "Equity: 10,000.00 USDT" in said and "ms" in said and "Bind the key" in said and "test money" in said
    assert all(message.deleted for message in sent)
    assert not town.heard(ben, ALICE.secret) and not town.heard(ben, ALICE.key)


async def _follow(town: Town, ben: Person) -> Chat:
    channel = town.simulator.add_channel("Alpha", admins=[ben], bot_status=Status.LEFT)
    town.simulator.set_bot_status(channel, Status.ADMINISTRATOR, ben)
    await town.hears(ben, "Follow it?")
    town.press(ben, "Follow")
    await town.hears(ben, "You follow")
    town.press(ben, "Auto")
    await town.hears(ben, "I trade each signal at once")
    return channel


def _nothing_is_left(harbour: Harbour, market: Market) -> None:
    """Of the trades at the exchange: neither a holding worth selling nor an order that rests."""
    store = harbour.exchange.store
    assert not [order for order in store.orders.all() if order.status.live]
    if market is Market.LINEAR:
        assert not [held for held in store.positions.all() if held.quantity]


def _every_message_says_which_money(town: Town, ben: Person) -> None:
    told = [text for text in town.heard(ben, "Binance · ") if "which market" not in text]
    assert len(told) > 8
    assert all("🧪 TESTNET" in text for text in told)
    assert not town.heard(ben, "💵 LIVE") and not town.heard(ben, "📝 PAPER")
