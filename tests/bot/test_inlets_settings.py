"""Sources beside Telegram are off unless the operator says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.doctor import signals_port
from bot.inlets.office import Inlets, open_inlets
from bot.settings import Settings, SettingsFault, load
from engine.types import Post
from tests.bot.stores import MemoryStore


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


async def _take(post: Post) -> None:
    raise AssertionError("nothing comes in here")


def opened(settings: Settings) -> Inlets:
    store = MemoryStore()
    return open_inlets(
        settings=settings, store=store, clock=SystemClock(), take=_take, safe=None, told=lambda: None
    )  # type: ignore[arg-type]  # fmt: skip


def test_nothing_runs_unless_it_is_switched_on() -> None:
    inlets = opened(load())
    assert (inlets.are_open, inlets.url, inlets.feeds, dict(inlets.loops)) == (False, None, None, {})


def test_each_of_the_two_is_switched_on_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALS_FEEDS", "true")
    feeds = opened(load())
    assert (feeds.are_open, feeds.url, set(feeds.loops)) == (True, None, {"feeds", "posts from elsewhere"})
    monkeypatch.delenv("SIGNALS_FEEDS")
    monkeypatch.setenv("SIGNALS_PORT", "8090")
    http = opened(load())
    assert (http.are_open, http.feeds, set(http.loops)) == (True, None, {"posts over HTTP", "posts from elsewhere"})
    assert http.address("x") == "http://127.0.0.1:8090/s/x"
    monkeypatch.setenv("SIGNALS_URL", "https://signals.example.org/")
    assert opened(load()).address("x") == "https://signals.example.org/s/x"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SIGNALS_URL": "https://a.example"}, "SIGNALS_PORT is not set but SIGNALS_URL is"),
        ({"SIGNALS_URL": "http://a.example", "SIGNALS_PORT": "8090"}, "SIGNALS_URL must start with https://"),
        ({"SIGNALS_PORT": "0"}, "SIGNALS_PORT"),
        ({"SIGNALS_FEEDS": "perhaps"}, "SIGNALS_FEEDS"),
        (
            {"SIGNALS_PORT": "8080", "WEBHOOK_URL": "https://a.example", "WEBHOOK_SECRET": "s" * 32},
            "SIGNALS_PORT and WEBHOOK_PORT are the same",
        ),
    ],
)
def test_wrong_values_are_one_sentence(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault, match=said):
        load()


async def test_a_port_in_use_is_found_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    assert await signals_port(load()) == "not taken"
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("SIGNALS_PORT", str(port))
    with pytest.raises(OSError, match="in use"):
        await signals_port(load())
    server.close()
    await server.wait_closed()
    assert str(port) in await signals_port(load())
