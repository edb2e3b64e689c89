"""answerCallbackQuery."""

from __future__ import annotations

from typing import Any

from bot.simulator.entities import utf16_length
from bot.simulator.errors import bad_request
from bot.simulator.params import Params
from bot.simulator.world import World

TOAST_LIMIT = 200


async def answer_callback_query(world: World, params: Params) -> Any:
    """Once per query, and only while it is young: then the person's spinner is gone and nobody sees an answer."""
    press = world.presses.get(params.text("callback_query_id"))
    stale = press is None or press.answer is not None
    if press is None or stale or world.clock.monotonic() - press.at > world.press_life:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "alert": params.flag("show_alert"), "url": params.text("url")}
    world.changes.publish("answer", press)
    return True
