"""Version 0003 keeps what was there: channels with their modes and counter of ids, and instructions in hand."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, text

from storage import migrate
from storage.columns import Utc
from tests.clocks import NOON

OWED = {"instruction:1:1": {"execution": 1, "steps": [{"action": "close"}]}}
AT = bindparam("at", NOON, type_=Utc)


def on(url: str, work: Any) -> Any:
    return migrate._connected(url, work)


def fill(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO users (id, language, timezone, role, is_active, trading_state, reachable, last_notice_number,"
            " created_at, updated_at) VALUES (1, 'en', 'UTC', 'user', true, 'active', true, 0, :at, :at)"
        ).bindparams(AT)
    )
    for number in (1, 2):
        connection.execute(
            text(
                "INSERT INTO channel_sources (id, user_id, chat_id, name, type, status, mode, is_admin_owned,"
                " max_age_seconds, created_at, updated_at)"
                " VALUES (:id, 1, :id, 'Alpha', 'telegram', 'active', 'auto', false, 60, :at, :at)"
            ).bindparams(AT),
            {"id": number},
        )
    connection.execute(text("DELETE FROM channel_sources WHERE id = 2"))
    connection.execute(
        text(
            "INSERT INTO channel_messages (id, channel_source_id, message_id, raw_message, message_hash, parsed_data,"
            " status, processing_attempts, version, posted_at, created_at, updated_at)"
            " VALUES (1, 1, 5, 'close', 'x', :parsed, 'pending', 1, 1, :at, :at, :at)"
        ).bindparams(AT),
        {"parsed": json.dumps({"steps": ["close"], "owed": OWED})},
    )


def message(connection: Connection) -> Any:
    return connection.execute(text("SELECT * FROM channel_messages")).one()


def source(connection: Connection) -> Any:
    return connection.execute(text("SELECT * FROM channel_sources")).one()


def test_what_is_owed_and_the_channels_go_up_and_down(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0002")
    on(empty_url, fill)
    migrate.upgrade(empty_url, "0003")
    assert json.loads(on(empty_url, message).owed) == OWED
    made = on(empty_url, source)
    assert (made.mode, made.max_age_seconds, made.auto_publish_confidence_threshold) == ("auto", 60, 90)
    on(empty_url, lambda connection: connection.execute(text("UPDATE channel_sources SET mode = 'paper'")))
    migrate.downgrade(empty_url, "0002")
    parsed = json.loads(on(empty_url, message).parsed_data)
    assert (parsed["steps"], parsed["owed"]) == (["close"], OWED)
    assert on(empty_url, source).mode == "ask"


def test_the_id_of_a_deleted_channel_is_never_given_out_again(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0002")
    on(empty_url, fill)
    migrate.upgrade(empty_url, "0003")

    def counter(connection: Connection) -> int:
        if connection.dialect.name != "sqlite":
            return 2  # a sequence, which no version of the schema touches
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = 'channel_sources'")
        return int(connection.execute(asked).scalar_one())

    assert on(empty_url, counter) == 2


def test_whoever_was_halted_before_halts_had_a_time_can_end_it(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0004")
    on(empty_url, fill)
    on(empty_url, lambda connection: connection.execute(text("UPDATE users SET trading_state = 'halted'")))
    migrate.upgrade(empty_url, "0005")
    halted = text("SELECT halted_at = updated_at FROM users")
    assert on(empty_url, lambda connection: connection.execute(halted).scalar_one())
    migrate.downgrade(empty_url, "0004")
