"""aiogram's types are built at their first use, not at import, and are then what they always were."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

CHECK = """
import bot
import aiogram
from aiogram import methods, types
from aiogram.methods.base import Response

models = [types.Update, types.Message, types.CallbackQuery, types.Chat, types.ChatMemberUpdated, methods.SendMessage]
print(*(model.__pydantic_complete__ for model in models))

chat = {"id": 7, "type": "private", "first_name": "Ann"}
ann = {"id": 7, "is_bot": False, "first_name": "Ann"}
message = {
    "message_id": 1, "date": 0, "chat": chat, "from": ann, "text": "/start",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    "forward_origin": {"type": "channel", "date": 0, "chat": {"id": -1, "type": "channel"}, "message_id": 3},
    "reply_to_message": {"message_id": 2, "date": 0, "chat": chat, "caption": "photo"},
}
read = types.Update.model_validate({"update_id": 1, "message": message}).message
print(type(read.forward_origin).__name__, read.entities[0].type, read.reply_to_message.caption, read.date.year)

asked = Response[types.User].model_validate({"ok": True, "result": ann})
print(asked.result.first_name)

keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="a", callback_data="b")]])
sent = methods.SendMessage(chat_id=1, text="x", reply_markup=keyboard, business_connection_id=None)
print(sent.model_dump(exclude_none=True)["reply_markup"])
try:
    types.Chat.model_validate({"type": "private"})
except ValueError as fault:
    print(fault.errors()[0]["loc"])
"""


def test_types_are_built_when_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", CHECK], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [
        "False False False False False False",
        "MessageOriginChannel bot_command photo 1970",
        "Ann",
        "{'inline_keyboard': [[{'text': 'a', 'callback_data': 'b'}]]}",
        "('id',)",
    ], done.stderr
