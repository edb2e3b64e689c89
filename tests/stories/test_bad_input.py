"""Whatever is sent, the answer is clear or there is none, and nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.simulator import Person, wire
from storage.tables import execution_connections, execution_logs, execution_positions, orders, signals
from tests.stories import posts
from tests.stories.town import Town

KEPT = (execution_connections, execution_logs, execution_positions, orders, signals)


async def rows(town: Town) -> dict[str, int]:
    """How many rows there are of everything that trades."""

    def count(tx: Any) -> dict[str, int]:
        return {t.name: tx.connection.execute(select(func.count()).select_from(t)).scalar_one() for t in KEPT}

    return await town.store.read(count)


# --- in the private chat ---------------------------------------------------------------------------

SAID = {
    "unknown command": ("/frobnicate now", "I do not know /frobnicate"),
    "command with a hostile name": ("/<b>&*_`[x](http://evil)", "I do not know"),
    "plain talk": ("close everything please", "/help"),
    "noise": ("🜏" * 2048, "/help"),
    "as long as it gets": ("x" * 4096, "/help"),
    "bidi tricks": ("/\u202estnuocca\u202c \u2066x\u2069", "I do not know"),
    "preview of a price that is no number": ("/preview BTC/USDT LONG entry NaN stop 1 target 2", ""),
    "preview of a number without end": ("/preview BTC/USDT LONG entry 1e2000000 stop 1e999999 target 9", ""),
    "SQL": ("/positions'; DROP TABLE users; --", ""),
}


@pytest.mark.parametrize(("text", "answer"), SAID.values(), ids=SAID)
async def test_what_a_person_may_write(town: Town, text: str, answer: str) -> None:
    ben = await town.person("Ben")
    before = await rows(town)
    town.say(ben, text)
    await town.hears(ben, answer)
    await town.settled()
    assert await rows(town) == before
    assert len(town.simulator.replies(ben)) == 1


RAW: dict[str, dict[str, Any]] = {
    "sticker": {"sticker": {
        "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1, "is_animated": False,
        "is_video": False,
    }},
    "location": {"location": {"latitude": 0.0, "longitude": 0.0}},
    "service message": {"delete_chat_photo": True},
    "nothing at all": {},
    "a kind from next year": {"holo_note": {"depth": 3}},
    "a text that is none": {"text": {"not": "text"}},
}  # fmt: skip


@pytest.mark.parametrize("content", RAW.values(), ids=RAW)
async def test_messages_without_text(town: Town, content: dict[str, Any]) -> None:
    """A clear word or silence; and the next command is answered as ever."""
    ben = await town.person("Ben")
    before = await rows(town)
    _push(town, ben, content)
    town.say(ben, "/positions")
    await town.hears(ben, "No open trades")
    await town.settled()
    assert await rows(town) == before
    assert len(town.simulator.replies(ben)) <= 2


def _push(town: Town, person: Person, content: dict[str, Any]) -> None:
    """An update that no deed of the simulator makes."""
    chat = town.simulator.private(person)
    message = {"message_id": 9_999, "date": wire.unix(town.clock.now()), "chat": wire.chat(chat)}
    town.simulator.world.updates.push("message", {**message, "from": wire.user(person), **content})


async def test_a_stranger_gets_one_hint(town: Town) -> None:
    stranger = town.simulator.add_person("Mallory")
    before = await rows(town)
    for text in ("hello", "/positions", "/users", "hello?"):
        town.say(stranger, text)
    await town.hears(stranger, "/start")
    await town.settled()
    assert len(town.simulator.replies(stranger)) == 1
    assert await rows(town) == before
    assert await town.store.read(lambda tx: tx.people.by_chat(stranger.id)) is None


async def test_a_stranger_cannot_press(town: Town) -> None:
    ben, stranger = await town.person("Ben"), town.simulator.add_person("Mallory")
    channel = await town.channel("Alpha", ben)
    town.post(channel, posts.LONG_BTC)
    await town.hears(ben, "opened")
    await town.settled()
    press = town.simulator.press(stranger, town.simulator.replies(ben)[-1], "Close")
    assert await town.answer(press) == ""
    await town.settled()
    assert (await town.position(ben)).is_open


async def test_a_group_is_not_answered(town: Town) -> None:
    ben = await town.person("Ben")
    group = town.simulator.add_group("Friends", members=[ben])
    town.simulator.say(ben, "/positions", chat=group)
    town.say(ben, "/positions")
    await town.hears(ben, "No open trades")
    await town.settled()
    assert not town.simulator.messages(group, town.simulator.bot)


async def test_a_forward_of_unknown_origin_says_why(town: Town) -> None:
    ben, secret = await town.person("Ben"), await town.person("Sec", hides_forwards=True)
    message = town.simulator.say(secret, posts.LONG_BTC)
    town.simulator.forward(message, ben)
    await town.hears(ben, "does not say which channel")
    await town.settled()
    assert not await town.positions(ben)


async def test_a_flood_of_commands_is_slowed_with_one_word(town: Town) -> None:
    ben = await town.person("Ben")
    for _ in range(40):
        town.say(ben, "/positions")
    await town.hears(ben, "That was more than 20 messages")
    await town.settled()
    assert len(town.heard(ben, "No open trades")) == 20
    assert len(town.heard(ben, "That was more")) == 1


# --- in the channel --------------------------------------------------------------------------------

POSTED = {
    "no number": posts.long("BTC/USDT", "NaN", "NaN", "NaN"),
    "infinity": posts.long("BTC/USDT", "64000", "Infinity", "64800"),
    "a number without end": posts.long("BTC/USDT", "64000", "1e2000000", "64800"),
    "a tiny number": posts.long("BTC/USDT", "64000", "1e-400", "64800"),
    "forty digits": posts.long("BTC/USDT", "6" * 40, "5" * 40, "7" * 40),
    "zero": posts.long("BTC/USDT", "0", "0", "0"),
    "digits of another script": posts.long("BTC/USDT", "६४०००", "६३६८०", "६४८००"),
    "underscores": posts.long("BTC/USDT", "64_000", "63_680", "64_800"),
    "hexadecimal": posts.long("BTC/USDT", "0xFA00", "0xF8C0", "0xFD20"),
    "right to left": posts.LONG_BTC.replace("63680", "\u202e08636\u202c"),
    "letters that look alike": posts.LONG_BTC.replace("BTC", "ВТС"),
    "invisible letters": posts.LONG_BTC.replace("BTC", "B\u200bT\u200dC"),
    "a stop above the entry": posts.long("BTC/USDT", "64000", "64500", "64800"),
    "no stop": "BTC/USDT LONG\nEntry: 64000\nTarget: 64800",
    "far from the market": posts.long("BTC/USDT", "640", "636", "648"),
    "a coin that is not there": posts.long("WXYZ/USDT", "64000", "63680", "64800"),
    "result": "BTC/USDT LONG: TP1 hit at 64320, +500 pips! 🔥 Congratulations everyone",
    "four thousand characters": "lorem 64000 " * 340,
    "markup": "<b>BTC</b> <a href='x'>&amp; _*`[",
    "a thousand brackets": "(" * 2000 + ")" * 2000,
}


@pytest.mark.parametrize("text", POSTED.values(), ids=POSTED)
async def test_what_a_channel_may_post_without_a_trade(town: Town, text: str) -> None:
    """At most one clear word to the owner; and the real signal behind it is traded as ever."""
    ben = await town.person("Ben")
    channel = await town.channel("Alpha", ben)
    town.post(channel, text)
    await town.settled()
    assert not await town.positions(ben)
    assert len(town.simulator.replies(ben)) <= 1
    town.post(channel, posts.long("SOL/USDT", "145", "140", "150"))
    await town.hears(ben, "opened", "SOL/USDT")
