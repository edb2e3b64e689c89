"""sendMessage, sendPhoto, sendDocument, getFile: limits, refusals, and what comes back."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.simulator import Chat, ChatKind, Person, Simulator, Status
from bot.simulator.images import dimensions
from tests.simulator.conftest import Api
from tests.simulator.pictures import jpeg, png

REPLY_OR_NOT = {"message_id": 9, "allow_sending_without_reply": True}
NAMELESS = 'can\'t parse inline keyboard button: field "text" must be a non-empty string'
UNACTED = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
LONG_DATA = "BUTTON_DATA_INVALID"


def keyboard(*rows: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": list(rows)}}


def button(**about: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Go", **about}]]}


async def test_a_message_comes_back_as_telegram_shows_it(api: Api, ann: Person, sim: Simulator) -> None:
    answer = await api(
        "sendMessage", chat_id=ann.id, text="<b>Hi</b> #BTC", parse_mode="HTML", reply_markup=button(callback_data="x")
    )
    assert answer["result"] == {
        "message_id": 1,
        "date": 1795176000,
        "chat": {"id": 1001, "type": "private", "first_name": "Ann", "username": "ann"},
        "from": {"id": 4200, "is_bot": True, "first_name": "Bot", "username": "simulated_bot"},
        "text": "Hi #BTC",
        "entities": [{"type": "bold", "offset": 0, "length": 2}, {"type": "hashtag", "offset": 3, "length": 4}],
        "reply_markup": button(callback_data="x"),
    }  # fmt: skip
    assert str(sim.transcript(sim.private(ann))[0]) == "12:00:00 Bot: Hi #BTC\n      [Go]"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        pytest.param({"text": ""}, "message text is empty", id="empty"),
        pytest.param({"text": " \n "}, "message text is empty", id="blank"),
        pytest.param({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty", id="empty-markup"),
        pytest.param({"text": "x" * 4097}, "message is too long", id="4097"),
        pytest.param({"text": "😀" * 2049}, "message is too long", id="utf16-counts"),
        pytest.param({"parse_mode": "Wiki"}, "unsupported parse_mode", id="mode"),
        pytest.param({"chat_id": 77}, "chat not found", id="stranger"),
        pytest.param({"chat_id": "@nobody"}, "chat not found", id="unknown-name"),
        pytest.param({"chat_id": ""}, "chat_id is empty", id="no-chat"),
        pytest.param({"reply_markup": button(callback_data="x" * 65)}, LONG_DATA, id="data-65"),
        pytest.param({"reply_markup": button(callback_data="й" * 33)}, LONG_DATA, id="data-in-bytes"),
        pytest.param({"reply_markup": button(callback_data="")}, LONG_DATA, id="data-empty"),
        pytest.param({"reply_markup": button(url="ftp://x")}, "BUTTON_URL_INVALID", id="url"),
        pytest.param({"reply_markup": button()}, UNACTED, id="no-action"),
        pytest.param({"reply_markup": button(url="https://e.org", callback_data="x")}, UNACTED, id="two-actions"),
        pytest.param(keyboard([{"text": " ", "callback_data": "x"}]), NAMELESS, id="no-label"),
        pytest.param(keyboard({"text": "x"}), "can't parse inline keyboard: expected an Array of Arrays", id="flat"),
        pytest.param(keyboard([{"text": "x", "callback_data": "x"}] * 101), "REPLY_MARKUP_TOO_LONG", id="101-buttons"),
        pytest.param({"reply_markup": "{"}, "can't parse reply markup JSON object", id="json"),
        pytest.param({"reply_markup": "[]"}, "can't parse reply markup: expected an Object", id="list"),
        pytest.param({"entities": [{"type": "bold"}]}, "can't parse MessageEntity", id="entities"),
        pytest.param({"message_thread_id": "x"}, 'field "message_thread_id" must be a number', id="number"),
        pytest.param({"reply_parameters": {"message_id": 9}}, "message to be replied not found", id="reply"),
        pytest.param({"text": "\ud83d"}, "strings must be encoded in UTF-8", id="half-a-pair"),
    ],
)  # fmt: skip
async def test_a_bad_message_is_refused(api: Api, ann: Person, params: dict[str, Any], refusal: str) -> None:
    answer = await api("sendMessage", **{"chat_id": ann.id, "text": "x", **params})
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {refusal}"}


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"text": "x" * 4096}, id="4096"),
        pytest.param({"text": f"<b>{'x' * 4096}</b>", "parse_mode": "html"}, id="markup-is-free"),
        pytest.param({"text": "x", "reply_markup": button(callback_data="й" * 32)}, id="data-64"),
        pytest.param({"text": "x", "reply_markup": {"remove_keyboard": True}}, id="other-markup"),
        pytest.param({"text": "x", "reply_parameters": REPLY_OR_NOT}, id="reply-gone"),
    ],
)  # fmt: skip
async def test_what_just_fits_is_sent(api: Api, ann: Person, params: dict[str, Any]) -> None:
    assert (await api("sendMessage", chat_id=ann.id, **params))["ok"]


async def test_who_may_be_written_to(api: Api, sim: Simulator, ann: Person, channel: Chat) -> None:
    stranger = sim.add_person("Shy", started=False)
    group = sim.add_group("Talk", members=[ann], bot_status=Status.LEFT)
    sim.block_bot(ann)
    sim.set_bot_status(channel, Status.MEMBER, ann)

    async def refusal(chat: int) -> str:
        return str((await api("sendMessage", chat_id=chat, text="x"))["description"])

    assert await refusal(ann.id) == "Forbidden: bot was blocked by the user"
    assert await refusal(stranger.id) == "Forbidden: bot can't initiate conversation with a user"
    assert await refusal(group.id) == "Forbidden: bot is not a member of the supergroup chat"
    assert await refusal(channel.id) == "Bad Request: need administrator rights in the channel chat"
    sim.set_bot_status(channel, Status.KICKED, ann)
    assert await refusal(channel.id) == "Forbidden: bot was kicked from the channel chat"


async def test_a_group_that_moved_says_where_to(api: Api, sim: Simulator, ann: Person) -> None:
    group = sim.add_group("Talk", members=[ann], kind=ChatKind.GROUP)
    new = sim.migrate(group, ann)
    answer = await api("sendMessage", chat_id=group.id, text="x")
    assert answer["error_code"] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await api("sendMessage", chat_id=new.id, text="x"))["ok"]


async def test_a_channel_is_found_by_name_and_speaks_for_itself(api: Api, channel: Chat) -> None:
    answer = (await api("sendMessage", chat_id="@Signals", text="x"))["result"]
    assert (
        answer["sender_chat"]
        == answer["chat"]
        == {"id": channel.id, "type": "channel", "title": "Signals", "username": "signals"}
    )
    assert "from" not in answer


async def test_a_reply_carries_what_it_answers_one_level_deep(api: Api, sim: Simulator, ann: Person) -> None:
    first = sim.say(ann, "one")
    sim.say(ann, "two", reply_to=first)
    answer = (await api("sendMessage", chat_id=ann.id, text="three", reply_parameters={"message_id": 2}))["result"]
    assert answer["reply_to_message"]["text"] == "two"
    assert "reply_to_message" not in answer["reply_to_message"]


async def test_entities_may_be_given_instead_of_markup(api: Api, ann: Person) -> None:
    bold = {"type": "bold", "offset": 0, "length": 3}
    answer = await api("sendMessage", chat_id=ann.id, text="<b> x", entities=[bold])
    assert (answer["result"]["text"], answer["result"]["entities"]) == ("<b> x", [bold])


async def test_a_body_that_is_no_object(sim: Simulator, session: aiohttp.ClientSession) -> None:
    for body, reason in (("{", "can't parse JSON object"), ("[]", "expected an Object")):
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{sim.url}/bot{sim.token}/getMe", data=body, headers=headers) as response:
            assert (await response.json())["description"] == f"Bad Request: {reason}"


async def test_a_topic_is_passed_through(api: Api, sim: Simulator) -> None:
    forum = sim.add_group("Forum", forum=True)
    answer = (await api("sendMessage", chat_id=forum.id, text="x", message_thread_id=7))["result"]
    assert (answer["message_thread_id"], answer["is_topic_message"]) == (7, True)


async def test_a_form_is_read_like_json(sim: Simulator, session: aiohttp.ClientSession, ann: Person) -> None:
    fields = {
        "chat_id": str(ann.id),
        "text": "x",
        "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}',
    }
    async with session.post(f"{sim.url}/bot{sim.token}/SENDMESSAGE", data=fields) as response:
        assert (await response.json())["result"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "A"
    async with session.get(f"{sim.url}/bot{sim.token}/sendMessage?chat_id={ann.id}&text=y") as response:
        assert (await response.json())["result"]["text"] == "y"


@pytest.mark.parametrize("direct", [True, False], ids=["direct-part", "attach"])
async def test_a_photo_travels_both_ways(
    sim: Simulator, session: aiohttp.ClientSession, api: Api, ann: Person, direct: bool
) -> None:
    form = aiohttp.FormData({"chat_id": str(ann.id), "caption": "<i>c</i>", "parse_mode": "HTML"})
    if not direct:
        form.add_field("photo", "attach://chart")
    form.add_field("photo" if direct else "chart", png(30, 20), filename="chart.png")
    async with session.post(f"{sim.url}/bot{sim.token}/sendPhoto", data=form) as response:
        sent = (await response.json())["result"]
    assert sent["caption_entities"] == [{"type": "italic", "offset": 0, "length": 1}]
    size = sent["photo"][-1]
    assert (size["width"], size["height"], size["file_size"]) == (30, 20, len(png(30, 20)))
    file = (await api("getFile", file_id=size["file_id"]))["result"]
    async with session.get(f"{sim.url}/file/bot{sim.token}/{file['file_path']}") as response:
        assert await response.read() == png(30, 20)
    again = await api("sendPhoto", chat_id=ann.id, photo=size["file_id"])
    assert again["result"]["photo"][-1]["file_id"] == size["file_id"]


async def test_a_document_keeps_its_name(sim: Simulator, session: aiohttp.ClientSession, ann: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(ann.id)})
    form.add_field("document", b"a,b\n", filename="trades.csv", content_type="text/csv")
    async with session.post(f"{sim.url}/bot{sim.token}/sendDocument", data=form) as response:
        document = (await response.json())["result"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("trades.csv", "text/csv", 4)


async def test_bad_files_are_refused(sim: Simulator, session: aiohttp.ClientSession, api: Api, ann: Person) -> None:
    async def refusal(data: bytes, caption: str = "") -> str:
        form = aiohttp.FormData({"chat_id": str(ann.id), "caption": caption})
        form.add_field("photo", data, filename="x.png")
        async with session.post(f"{sim.url}/bot{sim.token}/sendPhoto", data=form) as response:
            return str((await response.json())["description"])

    assert await refusal(b"not a picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await refusal(b"") == "Bad Request: file must be non-empty"
    assert await refusal(png(1, 1), "x" * 1025) == "Bad Request: message caption is too long"
    by_address = await api("sendPhoto", chat_id=ann.id, photo="https://example.org/x.png")
    assert by_address["description"] == "Bad Request: wrong file identifier/HTTP URL specified"
    assert (await api("getFile", file_id="nope"))["description"] == "Bad Request: invalid file_id"
    async with session.get(f"{sim.url}/file/bot{sim.token}/photos/nope") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(png(3, 2), (3, 2), id="png"),
        pytest.param(jpeg(640, 480), (640, 480), id="jpeg"),
        pytest.param(jpeg(640, 480)[:12], None, id="cut"),
        pytest.param(b"GIF89a", None, id="other"),
    ],
)
def test_the_size_of_a_picture(data: bytes, size: tuple[int, int] | None) -> None:
    assert dimensions(data) == size


@pytest.mark.parametrize(
    ("token", "method", "code", "description"),
    [
        pytest.param("4200:wrong", "getMe", 401, "Unauthorized", id="token"),
        pytest.param(None, "sendTelegram", 404, "Not Found: method not found", id="method"),
    ],
)
async def test_strangers_and_unknown_methods(
    sim: Simulator, session: aiohttp.ClientSession, token: str | None, method: str, code: int, description: str
) -> None:  # fmt: skip
    async with session.get(f"{sim.url}/bot{token or sim.token}/{method}") as response:
        assert response.status == code
        assert await response.json() == {"ok": False, "error_code": code, "description": description}


async def test_a_rotated_token_locks_the_old_one_out(sim: Simulator, session: aiohttp.ClientSession, api: Api) -> None:
    old = sim.token
    sim.rotate_token("4200:another")
    assert (await api("getMe"))["result"]["id"] == 4200
    async with session.get(f"{sim.url}/bot{old}/getMe") as response:
        assert response.status == 401
    with pytest.raises(ValueError, match="keeps the bot's id"):
        sim.rotate_token("1:x")
