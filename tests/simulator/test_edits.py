"""Edits, deletions and answers to button presses."""

from __future__ import annotations

import pytest

from bot.simulator import Chat, Person, Press, Simulator
from tests.clocks import ManualClock
from tests.simulator.conftest import Api
from tests.simulator.pictures import png

KEYS = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}],
        [{"text": "Site", "url": "https://e.org"}],
    ]
}


async def sent(api: Api, ann: Person) -> int:
    return int((await api("sendMessage", chat_id=ann.id, text="one", reply_markup=KEYS))["result"]["message_id"])


async def test_an_edit_keeps_its_place_and_its_past(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    number = await sent(api, ann)
    await clock.advance(5)
    edited = (await api("editMessageText", chat_id=ann.id, message_id=number, text="two"))["result"]
    assert edited["edit_date"] == edited["date"] + 5
    assert "reply_markup" not in edited
    (line,) = sim.transcript(sim.private(ann))
    assert (line.text, line.edited, line.earlier, line.buttons) == ("two", True, ("one",), ())


async def test_only_the_buttons_may_change(api: Api, sim: Simulator, ann: Person) -> None:
    number = await sent(api, ann)
    edited = (await api("editMessageReplyMarkup", chat_id=ann.id, message_id=number))["result"]
    assert "edit_date" not in edited
    assert not sim.transcript(sim.private(ann))[0].edited


@pytest.mark.parametrize(
    ("text", "markup"),
    [pytest.param("one", KEYS, id="same"), pytest.param("  one ", KEYS, id="same-when-trimmed")],
)
async def test_an_edit_that_changes_nothing_is_refused(api: Api, ann: Person, text: str, markup: object) -> None:
    number = await sent(api, ann)
    answer = await api("editMessageText", chat_id=ann.id, message_id=number, text=text, reply_markup=markup)
    assert answer["description"].startswith("Bad Request: message is not modified: specified new message content")


async def test_a_caption_is_not_a_text(api: Api, sim: Simulator, ann: Person) -> None:
    number = await sent(api, ann)
    file = sim.say(ann, "look", photo=png(2, 2)).body.media
    assert file is not None
    photo = (await api("sendPhoto", chat_id=ann.id, photo=file.file_id, caption="a"))["result"]["message_id"]
    edited = await api("editMessageCaption", chat_id=ann.id, message_id=photo, caption="b")
    assert edited["result"]["caption"] == "b"
    text = await api("editMessageText", chat_id=ann.id, message_id=photo, text="b")
    assert text["description"] == "Bad Request: there is no text in the message to edit"
    caption = await api("editMessageCaption", chat_id=ann.id, message_id=number, caption="b")
    assert caption["description"] == "Bad Request: there is no caption in the message to edit"


async def test_what_cannot_be_edited(api: Api, sim: Simulator, ann: Person) -> None:
    theirs = sim.say(ann, "mine")
    foreign = await api("editMessageText", chat_id=ann.id, message_id=theirs.id, text="x")
    assert foreign["description"] == "Bad Request: message can't be edited"
    missing = await api("editMessageText", chat_id=ann.id, message_id=99, text="x")
    assert missing["description"] == "Bad Request: message to edit not found"


async def test_deleting(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    first, second = await sent(api, ann), await sent(api, ann)
    assert (await api("deleteMessage", chat_id=ann.id, message_id=first))["result"] is True
    again = await api("deleteMessage", chat_id=ann.id, message_id=first)
    assert again["description"] == "Bad Request: message to delete not found"
    assert [line.deleted for line in sim.transcript(sim.private(ann))] == [True, False]
    assert len(sim.replies(ann)) == 1
    await clock.advance(48 * 3600 + 1)
    late = await api("deleteMessage", chat_id=ann.id, message_id=second)
    assert late["description"] == "Bad Request: message can't be deleted for everyone"


async def test_a_member_deletes_only_its_own(api: Api, sim: Simulator, ann: Person) -> None:
    group = sim.add_group("Talk", members=[ann])
    theirs = sim.say(ann, "hi", chat=group)
    answer = await api("deleteMessage", chat_id=group.id, message_id=theirs.id)
    assert answer["description"] == "Bad Request: message can't be deleted"


# --- presses ---------------------------------------------------------------------------------------


async def pressed(api: Api, sim: Simulator, ann: Person) -> Press:
    await sent(api, ann)
    return sim.press(ann, sim.replies(ann)[-1], "No")


async def test_a_press_is_told_and_answered_once(api: Api, sim: Simulator, ann: Person) -> None:
    press = await pressed(api, sim, ann)
    (update,) = (await api("getUpdates"))["result"]
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"], query["message"]["message_id"]) == (
        press.id,
        "n",
        ann.id,
        1,
    )
    assert (await api("answerCallbackQuery", callback_query_id=press.id, text="done", show_alert=True))["ok"]
    assert press.answer == {"text": "done", "alert": True, "url": ""}
    again = await api("answerCallbackQuery", callback_query_id=press.id)
    assert again["description"] == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_an_old_press_cannot_be_answered(api: Api, sim: Simulator, ann: Person, clock: ManualClock) -> None:
    press = await pressed(api, sim, ann)
    await clock.advance(60.5)
    assert (await api("answerCallbackQuery", callback_query_id=press.id))["error_code"] == 400
    assert press.answer is None


async def test_a_toast_has_200_characters(api: Api, sim: Simulator, ann: Person) -> None:
    press = await pressed(api, sim, ann)
    long = await api("answerCallbackQuery", callback_query_id=press.id, text="x" * 201)
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert (await api("answerCallbackQuery", callback_query_id=press.id, text="x" * 200))["ok"]


async def test_buttons_are_pressed_by_label_number_or_forged(api: Api, sim: Simulator, ann: Person) -> None:
    await sent(api, ann)
    message = sim.replies(ann)[0]
    presses = [sim.press(ann, message, "Yes"), sim.press(ann, message, 1), sim.press(ann, message, data="forged")]
    assert [press.data for press in presses] == ["y", "n", "forged"]
    for wrong in ("Maybe", 7, -1, "Site"):
        with pytest.raises(LookupError):
            sim.press(ann, message, wrong)


async def test_a_press_on_a_deleted_message_shows_it_inaccessible(
    api: Api, sim: Simulator, ann: Person, channel: Chat
) -> None:
    await sent(api, ann)
    message = sim.replies(ann)[0]
    await api("deleteMessage", chat_id=ann.id, message_id=message.id)
    sim.press(ann, message, data="y")
    (update,) = (await api("getUpdates"))["result"]
    assert update["callback_query"]["message"]["date"] == 0
    assert "text" not in update["callback_query"]["message"]
