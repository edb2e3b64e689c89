"""Inline keyboards, checked as the server checks them."""

from __future__ import annotations

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.model import Keyboard

ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
DATA_BYTES = 64
MOST_BUTTONS = 100


def read_keyboard(markup: dict[str, Any] | None) -> Keyboard:
    """The buttons of an inline keyboard; none for other kinds of markup, which belong to the composer."""
    if markup is None or "inline_keyboard" not in markup:
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Arrays")
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(tuple(_button(button) for button in row) for row in rows if row)


def _button(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or not str(raw.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: field "text" must be a non-empty string')
    button = {key: value for key, value in raw.items() if value is not None}
    actions = [name for name in ACTIONS if name in button]
    if len(actions) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if actions == ["callback_data"] and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if actions == ["url"] and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request("BUTTON_URL_INVALID")
    return button
