"""Trades from the post to their end, as their owners live through them."""

from __future__ import annotations

from tests.stories import posts
from tests.stories.town import Town


async def test_a_post_becomes_a_protected_trade_and_is_told(any_town: Town) -> None:
    town = any_town
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened", "BTC/USDT")
    await town.settled()
    assert (await town.position(ben)).sl_price == 63680
