"""No secret ever reaches the log: patterns one by one, then canaries through provoked failures."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import RawUpdates, open_bot
from bot.logs import HIDDEN, Redactor, configure
from bot.mouth import Mouth, Unheard
from bot.settings import Settings
from tests.bot.clocks import FastClock

TOKEN = "4242424242:CANARY-token_abcdefghijklmnopqrstuvwxyz"
SECRET = "canary-webhook-secret-0123456789abcdef"
PASSWORD = "canary-db-pw"
KEY = "Y2FuYXJ5LW1hc3Rlci1rZXk="
CANARIES = (TOKEN, TOKEN.split(":")[1], SECRET, PASSWORD, KEY)


def settings(**more: Any) -> Settings:
    return Settings(
        _env_file=None, telegram_bot_token=TOKEN, webhook_secret=SECRET, master_keys=f"k1:{KEY}",
        database_url=f"postgresql://bot:{PASSWORD}@db.example/helio", **more,
    )  # fmt: skip


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Logging set up for real, and put back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    kept = (root.handlers[:], root.level, sys.excepthook)
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "aiogram.event")}
    stream = io.StringIO()
    yield stream
    root.handlers[:], root.level, sys.excepthook = kept
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**before)


@pytest.fixture(params=["console", "json"])
def log(request: pytest.FixtureRequest, stream: io.StringIO) -> io.StringIO:
    configure(settings(log_format=request.param, log_level="DEBUG"), stream)
    return stream


@pytest.mark.parametrize(
    "line",
    [
        "token 1234567890:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr used",
        "POST https://api.telegram.org/bot1234567890:S3CRETS3CRET/sendMessage 200",
        "GET http://h/file/bot12:S3CRETS3CRET/photo.jpg",
        "GET http://h/bot12%3AS3CRETS3CRET/getMe",
        "postgresql+asyncpg://bot:S3CRETS3CRET@db:5432/helio",
        "redis://:S3CRETS3CRET@cache/0",
        "/api/v3/order?symbol=BTCUSDT&signature=S3CRETS3CRET&x=1",
        "apiKey=S3CRETS3CRET",
        "{'apiKey': 'S3CRETS3CRET', 'secret': 'S3CRETS3CRET'}",
        '{"api_key": "S3CRETS3CRET", "password":"S3CRETS3CRET"}',
        '"{\\"secret\\": \\"S3CRETS3CRET\\"}"',
        "headers={'X-MBX-APIKEY': 'S3CRETS3CRET', 'Content-Type': 'x'}",
        "OK-ACCESS-PASSPHRASE: S3CRETS3CRET",
        "OK-ACCESS-SIGN: S3CRETS3CRET",
        "Authorization: Bearer S3CRETS3CRET",
        "authorization=Basic S3CRETS3CRET==",
        "sent Bearer S3CRETS3CRETS3CRET along",
        "X-Telegram-Bot-Api-Secret-Token: S3CRETS3CRET",
        "listenKey=S3CRETS3CRET",
        "passphrase = 'S3CRET S3CRET'",
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str) -> None:
    shown = Redactor()(line)
    assert "S3CRET" not in shown
    assert "AAbbCC" not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-21T12:00:00.000000Z [info] position 42 opened at 67000.5",
        "the design of the signal reader",
        "no token was given; the secret is patience",
        "http://127.0.0.1:9000/api/v3/order?symbol=BTCUSDT",
        "lane=-1001234567890 update_id=123456",
        "Authorization failed",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert Redactor(("patience-secret",))(line) == line


@given(st.text(), st.text())
def test_a_configured_secret_is_hidden_wherever_it_is(before: str, after: str) -> None:
    assert SECRET not in Redactor([SECRET, "a"])(before + SECRET + after)


def test_json_stays_json(stream: io.StringIO) -> None:
    configure(settings(log_format="json"), stream)
    structlog.get_logger("desk").warning(
        "refused", headers={"X-MBX-APIKEY": "S3CRET", "n": 1}, url=f"x?signature={KEY}&y=1", password=None,
        note='{"secret": "S3CRET"} \\ "',
    )  # fmt: skip
    said = json.loads(stream.getvalue())
    assert (said["event"], said["level"], said["logger"]) == ("refused", "warning", "desk")
    assert said["headers"] == {"X-MBX-APIKEY": HIDDEN, "n": 1}
    assert said["url"] == f"x?signature={HIDDEN}&y=1"
    assert (said["password"], said["note"]) == (None, f'{{"secret": "{HIDDEN}"}} \\ "')
    assert said["timestamp"].endswith("Z")


def test_levels_are_kept(stream: io.StringIO) -> None:
    configure(settings(log_level="WARNING"), stream)
    structlog.get_logger("desk").info("quiet")
    structlog.get_logger("desk").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


async def test_no_canary_in_the_log_of_provoked_failures(log: io.StringIO) -> None:
    clock = FastClock(1000)
    mouth = Mouth(TOKEN, "http://127.0.0.1:9", clock)  # nobody listens there
    with pytest.raises(Unheard):
        await mouth.send(7, "hello")
    await mouth.close()
    bot = open_bot(TOKEN, "http://127.0.0.1:9")
    try:
        await bot(RawUpdates(), request_timeout=2)
    except Exception:
        logging.getLogger("somewhere").exception("polling %s failed", f"https://api.telegram.org/bot{TOKEN}/getUpdates")
    await bot.session.close()
    try:
        raise ConnectionError(f"postgresql://bot:{PASSWORD}@db.example/helio is away, key {KEY}")
    except ConnectionError:
        structlog.get_logger("storage").exception("store lost", secret=SECRET, settings=settings())
    logging.getLogger("ccxt").warning("binance POST signature=%s X-MBX-APIKEY: %s", SECRET, "S3CRET")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"token {TOKEN}", stacklevel=1)
    said = log.getvalue()
    assert "store lost" in said
    assert "is away" in said
    assert "polling" in said
    assert not [canary for canary in (*CANARIES, "S3CRET") if canary in said]


def test_what_kills_the_process_is_redacted_too(log: io.StringIO) -> None:
    fault = RuntimeError(f"cannot start with {TOKEN}")
    sys.excepthook(type(fault), fault, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    said = log.getvalue()
    assert "stopped by a fault" in said
    assert said.count("cannot start with") >= 1
    assert TOKEN not in said
    assert "KeyboardInterrupt" not in said


def test_local_variables_are_not_in_tracebacks(log: io.StringIO) -> None:
    unlisted = "-".join(["local", "canary"])
    try:
        raise ValueError(len(unlisted))
    except ValueError:
        structlog.get_logger("desk").exception("failed")
    assert "local-canary" not in log.getvalue()
    assert "ValueError" in log.getvalue()


async def test_http_libraries_do_not_talk(stream: io.StringIO) -> None:
    configure(settings(), stream)
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:9/bot{TOKEN}/getMe")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert stream.getvalue() == ""
