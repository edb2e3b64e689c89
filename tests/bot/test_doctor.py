"""The doctor: every part is looked at, every foreseen fault is one sentence that says how to mend it."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import GetMe
from ccxt import ExchangeNotAvailable

from bot import doctor
from bot.doctor import Finding, examine, sentence
from bot.intake import TokenRefused
from bot.settings import Settings, SettingsFault
from bot.simulator import DEFAULT_TOKEN, Fault, FaultKind, Simulator
from engine.errors import Mistake
from storage.faults import LeaseHeld, LeaseLost, SchemaMismatch, StoreBusy, StoreCorrupt, StoreFull, StoreLost
from tests.adapters.binance_peer import binance_peer

SECRET = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOON_AS_A_HEADER = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """Telegram with an update that waits, so that a poll is answered at once."""
    async with Simulator(limits=None) as sim:
        sim.say(sim.add_person("Ada"), "/start")
        yield sim


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 60.0)  # a busy machine is no fault


def told(sim: Simulator, **more: Any) -> Settings:
    given = {"telegram_bot_token": DEFAULT_TOKEN, "telegram_api_base": sim.url, "price_feed": "simulated"} | more
    return Settings(_env_file=None, **given)


def well(_: Settings) -> str:
    return "well"


async def found(settings: Settings, name: str) -> Finding:
    return next(one for one in await examine(settings, well, well) if one.name == name)


async def test_every_part_is_looked_at_and_nothing_is_confirmed(telegram: Simulator) -> None:
    findings = await examine(told(telegram, telegram_admin_ids=(1,)), lambda _: "sqlite", lambda _: "k1 seals")
    assert [(one.name, one.said) for one in findings] == [
        ("Configuration", "1 administrator(s), enrolment is open"),
        ("Database", "sqlite"),
        ("Keys", "k1 seals"),
        ("Telegram", f"@{telegram.bot.username}"),
        ("Clock", "right to the second"),
        ("Webhook", "not used, the bot polls"),
        ("Posts over HTTP", "not taken"),
        ("Prices", "simulated"),
    ]
    assert all(one.well for one in findings)
    assert len(telegram.world.updates.pending) == 1


def test_a_finding_is_one_line() -> None:
    assert str(Finding(name="Keys", well=True, said="k1 seals")) == "✅ Keys: k1 seals"
    assert str(Finding(name="Keys", well=False, said="weak.")) == "❌ Keys: weak."


async def test_a_closed_bot_without_administrators_is_of_no_use(telegram: Simulator) -> None:
    finding = await found(told(telegram, enrolment="closed"), "Configuration")
    assert not finding.well and "TELEGRAM_ADMIN_IDS" in finding.said


@pytest.mark.parametrize(
    ("method", "fault", "words"),
    [
        pytest.param("getMe", Fault(code=401), "refuses TELEGRAM_BOT_TOKEN", id="refused"),
        pytest.param("getMe", Fault(code=404), "refuses TELEGRAM_BOT_TOKEN", id="unknown"),
        pytest.param("getMe", Fault(code=500), "out of order", id="telegram is broken"),
        pytest.param("getMe", Fault(kind=FaultKind.RESET), "cannot be reached", id="cut off"),
        pytest.param("getMe", Fault(kind=FaultKind.HTML), "does not speak", id="a web page"),
        pytest.param("getUpdates", Fault(code=409), "Another program", id="another poller"),
    ],
)
async def test_what_telegram_answers(telegram: Simulator, method: str, fault: Fault, words: str) -> None:
    telegram.fail(method, fault)
    finding = await found(told(telegram), "Telegram")
    assert not finding.well and words in finding.said
    assert DEFAULT_TOKEN not in finding.said and "\n" not in finding.said


async def test_without_a_token_there_is_nobody_to_ask(telegram: Simulator) -> None:
    finding = await found(told(telegram, telegram_bot_token=None), "Telegram")
    assert not finding.well and "TELEGRAM_BOT_TOKEN is not set" in finding.said


async def test_a_telegram_that_is_not_there(unused_tcp_port: int) -> None:
    settings = Settings(
        _env_file=None, telegram_bot_token=DEFAULT_TOKEN, telegram_api_base=f"http://127.0.0.1:{unused_tcp_port}",
        price_feed="simulated",
    )  # fmt: skip
    unwell = {one.name: one.said for one in await examine(settings, well, well) if not one.well}
    assert unwell.keys() == {"Telegram", "Clock"}
    assert all("TELEGRAM_API_BASE" in said for said in unwell.values())


async def test_a_bot_with_a_webhook_is_not_polled(telegram: Simulator) -> None:
    settings = told(telegram, webhook_url="https://bot.example", webhook_secret=SECRET, webhook_port=1)
    await found(settings, "Telegram")
    assert telegram.count("getUpdates") == 0


async def test_the_port_of_the_webhook(telegram: Simulator, unused_tcp_port: int) -> None:
    def settings(port: int) -> Settings:
        return told(telegram, webhook_url="https://bot.example", webhook_secret=SECRET, webhook_port=port)

    assert (await found(settings(unused_tcp_port), "Webhook")).said == f"port {unused_tcp_port} is free"
    taken = await found(settings(telegram.port), "Webhook")
    assert not taken.well and f"Port {telegram.port} is taken" in taken.said


async def test_an_exchange_that_answers(telegram: Simulator) -> None:
    async with binance_peer() as peer:
        settings = told(telegram, price_feed="binance", exchange_url_overrides={"binance": peer.base_url})
        assert await found(settings, "Prices") == Finding(name="Prices", well=True, said="binance, 2 symbols")


@pytest.mark.parametrize(
    ("exchange", "words"), [("nosuch", "ccxt has no exchange 'nosuch'"), ("binance", "does not answer")]
)
async def test_an_exchange_that_does_not(telegram: Simulator, unused_tcp_port: int, exchange: str, words: str) -> None:
    nowhere = {exchange: f"http://127.0.0.1:{unused_tcp_port}"}
    finding = await found(told(telegram, price_feed=exchange, exchange_url_overrides=nowhere), "Prices")
    assert not finding.well and words in finding.said and "PRICE_FEED" in finding.said


async def test_an_examination_that_takes_too_long_ends(telegram: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 0.0)
    findings = await examine(told(telegram), well, well)
    late = {one.name for one in findings if "no answer within" in one.said}
    assert {"Database", "Keys", "Telegram", "Clock"} <= late


async def test_what_nobody_foresaw_is_named_but_not_quoted(telegram: Simulator) -> None:
    def broken(_: Settings) -> str:
        raise KeyError(SECRET)

    database = (await examine(told(telegram), broken, well))[1]
    assert not database.well and "KeyError" in database.said and SECRET not in database.said


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        pytest.param(NOON, "right to the second", id="at the beginning of Telegram's second"),
        pytest.param(NOON + timedelta(seconds=1), "right to the second", id="at its end"),
        pytest.param(NOON + timedelta(seconds=1.6), "1.1 s off", id="fast"),
        pytest.param(NOON - timedelta(seconds=29), "29.5 s off", id="slow"),
    ],
)
def test_a_clock_that_will_do(ours: datetime, said: str) -> None:
    assert doctor._offset(NOON_AS_A_HEADER, ours).startswith(said)


@pytest.mark.parametrize("seconds", [31, -30])
def test_a_clock_that_is_wrong(seconds: int) -> None:
    with pytest.raises(SettingsFault, match="set it by NTP"):
        doctor._offset(NOON_AS_A_HEADER, NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 21 Nov 2026 12:00:00 -0000"])
def test_a_time_that_cannot_be_read_is_no_fault_of_ours(date: str) -> None:
    assert "cannot be compared" in doctor._offset(date, NOON)


TAKEN = OSError(errno.EADDRINUSE, "error while attempting to bind on address ('::1', 8787, 0, 0): address in use")
AWAY = OSError(errno.EADDRNOTAVAIL, "error while attempting to bind on address ('10.9.8.7', 80): cannot assign")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SettingsFault("X is not set."), "X is not set."),
        (TokenRefused("Telegram refuses it."), "Telegram refuses it."),
        (SchemaMismatch("the database is newer: update"), "The database is newer: update."),
        (LeaseHeld("another process holds it"), "Another process holds it; stop it"),
        (StoreLost("it went away"), "It went away; check DATABASE_URL"),
        (StoreCorrupt("malformed"), "Malformed; check DATABASE_URL, or restore a backup."),
        (StoreBusy("locked"), "Locked; stop the program"),
        (StoreFull("disk full"), "Disk full; make room"),
        (Mistake("no such key"), "No such key."),
        (TAKEN, "Port 8787 is taken"),
        (AWAY, "Nothing can listen at 10.9.8.7:80"),
        (PermissionError(errno.EACCES, "Permission denied", "/etc/keys"), "/etc/keys cannot be used (Permission"),
        (socket.gaierror(-2, "Name or service not known"), "host name"),
        (TelegramBadRequest(GetMe(), "Bad Request: bad webhook"), "bad webhook; check"),
        (TelegramNotFound(GetMe(), "Not Found"), "refuses TELEGRAM_BOT_TOKEN"),
        (ExchangeNotAvailable("binance GET https://x"), "price feed does not answer (ExchangeNotAvailable)"),
        (BaseExceptionGroup("tasks", [ExceptionGroup("inner", [TAKEN])]), "Port 8787 is taken"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_a_foreseen_fault_is_one_sentence(fault: BaseException, words: str) -> None:
    said = sentence(fault)
    assert said is not None and words in said
    assert said.endswith(".") and "\n" not in said


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("a bug"),
        KeyError("a bug"),
        TimeoutError(),
        OSError("of no errno"),
        ExceptionGroup("tasks", [TokenRefused("foreseen."), KeyError("a bug")]),
    ],
    ids=repr,
)
def test_a_bug_keeps_its_traceback(fault: BaseException) -> None:
    assert sentence(fault) is None


def test_every_mend_belongs_to_a_fault_of_the_store() -> None:
    faults = {kind.__name__ for kind in (StoreBusy, StoreFull, StoreLost, StoreCorrupt, LeaseHeld, LeaseLost)}
    assert doctor.MENDING.keys() == faults
