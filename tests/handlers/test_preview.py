"""/preview: the whole road of a text up to the decision, and nothing after it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Code
from engine.types import ChannelRules, Connection, Entry, Refusal, SourceMode
from tests.handlers.world import World, forwarded_from

SIGNAL = "BTC/USDT LONG\nEntry: 64000\nSL: 63000\nTP1: 65000\nTP2: 66000\nLeverage 5x"


class Nobody:
    """Refuses everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Entry]] = []

    async def plan(self, connection: Connection, entry: Entry) -> Any:
        self.asked.append((connection.name, entry))
        return Refusal(code=Code.MAX_POSITIONS, details={"have": "5", "limit": "5"})


@pytest.fixture
def preview(world: World) -> Nobody:
    nobody = Nobody()
    world.dispatcher.workflow_data["preview"] = nobody
    world.account(world.person(1))
    return nobody


async def test_a_signal_is_shown_with_what_each_account_would_do(world: World, preview: Nobody) -> None:
    [said] = await world.says(1, f"/preview {SIGNAL}")
    for words in ("LONG", "BTC/USDT", "64,000", "63,000", "TP2: 66,000", "5×", "Paper", "🚫"):
        assert words in said.text
    [(_, entry)] = preview.asked
    assert entry.take_profits[0].level.value == Decimal(65000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("/preview", "answer a message", id="nothing to read"),
        pytest.param("/preview Good morning traders", "no signal", id="chatter"),
        pytest.param("/preview Move SL to entry", "instruction", id="an instruction"),
        pytest.param("/preview BTC/USDT LONG entry 64000 SL 70000 TP 65000", "would not trade", id="a contradiction"),
    ],
)
async def test_everything_else_says_that_nothing_would_happen(
    world: World, preview: Nobody, text: str, words: str
) -> None:
    [said] = await world.says(1, text)
    assert words in said.text and not preview.asked


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"mode": SourceMode.OFF}, "switched off", id="off"),
        pytest.param({"mode": SourceMode.ASK}, "Take button", id="ask"),
        pytest.param({"rules": ChannelRules(allowed=("ETH",))}, "do not trade this symbol", id="not allowed"),
        pytest.param({"auto_publish_confidence_threshold": 100}, "sure 90 of 100", id="not sure enough"),
        pytest.param({}, "I trade each signal at once", id="auto"),
    ],
)
async def test_a_forwarded_post_is_read_by_the_rules_of_its_channel(
    world: World, preview: Nobody, fields: dict[str, Any], words: str
) -> None:
    world.channel(world.rows.users[1], **{"mode": SourceMode.AUTO, "chat_id": -1001, **fields})
    answered = {
        "message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": SIGNAL,
        "forward_origin": forwarded_from(-1001, 9),
    }  # fmt: skip
    [said] = await world.says(1, "/preview", reply_to_message=answered)
    assert words in said.text and "Channel: Alpha" in said.text
    assert len(preview.asked) == 1
