"""The commands as a person runs them: every foreseeable fault is one sentence, exit code 1 and no traceback."""

from __future__ import annotations

import base64
import json
import logging
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

import run
from bot.settings import Settings
from bot.simulator import DEFAULT_TOKEN
from storage.migrate import head

ROOT = Path(__file__).parent.parent
TOKEN = DEFAULT_TOKEN
KEY = base64.b64encode(bytes(range(32))).decode()
PASSWORD = "pass-word-of-the-database"
WEBHOOK = {"WEBHOOK_URL": "https://bot.example", "WEBHOOK_SECRET": "0123456789abcdef0123456789abcdef"}
SECRETS = (TOKEN, KEY, PASSWORD, WEBHOOK["WEBHOOK_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert not [secret for secret in SECRETS if secret in self.out + self.err]
        assert "Traceback" not in self.out + self.err

    @property
    def sentence(self) -> str:
        """The one thing it said: what is wrong."""
        said = self.err.strip()
        assert self.code == 1, self
        assert said.startswith("❌ ") and "\n" not in said, self
        return said


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    """A command sets up logging for its process, which here is ours."""
    root, before = logging.getLogger(), structlog.get_config()
    kept = (root.handlers[:], root.level, sys.excepthook)
    yield
    root.handlers[:], root.level, sys.excepthook = kept
    logging.captureWarnings(False)
    structlog.configure(**before)


def heliograph(*words: str, stdin: str | bytes = "", **variables: str) -> Done:
    """Run a command in this process; a fault that it does not foresee is ours."""
    done = CliRunner().invoke(run.app, words, input=stdin, env=variables, catch_exceptions=False)
    return Done(code=done.exit_code, out=done.stdout, err=done.stderr)


def process(*words: str, **variables: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *words],
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(command: subprocess.Popen[str]) -> Done:
    with command:
        try:
            out, err = command.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            command.kill()
            raise
    return Done(code=command.returncode, out=out, err=err)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/heliograph.sqlite3"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def telegram() -> Iterator[dict[str, str]]:
    """The environment of a service that talks to a simulated Telegram, in a process of its own: commands block ours."""
    code = (
        "import asyncio\nfrom bot.simulator import Simulator\n"
        "async def main():\n async with Simulator() as sim:\n  print(sim.url, flush=True)\n"
        "  await asyncio.Event().wait()\nasyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        yield {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": url, "PRICE_FEED": "simulated", "LOG_LEVEL": "ERROR"}
        server.terminate()


# --- the environment -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        pytest.param({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN is not set", id="no token"),
        pytest.param({"TELEGRAM_BOT_TOKEN": "abc"}, "does not look like a bot token", id="malformed token"),
        pytest.param({"DATABASE_URL": f"mysql://x:{PASSWORD}@h/y"}, "sqlite or postgresql", id="scheme"),
        pytest.param({"DATABASE_URL": f"//x:{PASSWORD}"}, "DATABASE_URL must read", id="no address"),
        pytest.param({"DATABASE_URL": f"postgresql://x:{PASSWORD}@127.0.0.1:9/x"}, "does not answer", id="server down"),
        pytest.param({"DATABASE_URL": "sqlite:////"}, "check DATABASE_URL", id="a folder"),
        pytest.param({"MASTER_KEYS": "k1:AAAA"}, "must be 32 bytes", id="short key"),
        pytest.param({"MASTER_KEYS": f"k1:{'A' * 43}="}, "k1 is weak", id="weak key"),
        pytest.param({"MASTER_KEYS": f"k1:{KEY},k1:{KEY}"}, "given twice", id="two keys of one name"),
        pytest.param({"MASTER_KEYS_FILE": "/nowhere/keys"}, "/nowhere/keys cannot be used", id="no key file"),
        pytest.param({"PRICE_FEED": "nosuch"}, "ccxt has no exchange 'nosuch'", id="no such exchange"),
    ],
)
def test_a_wrong_environment_is_one_sentence(variables: dict[str, str], words: str, database: str) -> None:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": database, "LOG_LEVEL": "ERROR"} | variables
    assert words in heliograph("run", **given).sentence


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        pytest.param(0o644, f"k1:{KEY}".encode(), "chmod 600", id="others can read it"),
        pytest.param(0o600, f"k1:{KEY[:-4]}".encode(), "must be 32 bytes", id="cut short"),
        pytest.param(0o600, b"\xff\xfe\x00", "cannot be used", id="not text"),
    ],
)
def test_a_key_file_that_will_not_do(tmp_path: Path, mode: int, content: bytes, words: str) -> None:
    keys = tmp_path / "keys"
    keys.write_bytes(content)
    keys.chmod(mode)
    assert words in heliograph("run", TELEGRAM_BOT_TOKEN=TOKEN, MASTER_KEYS_FILE=str(keys)).sentence


def test_a_file_of_settings_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}")
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600 .env" in heliograph("run").sentence


def test_a_newer_schema_is_refused(tmp_path: Path, database: str) -> None:
    migrated = heliograph("migrate", DATABASE_URL=database)
    assert (migrated.code, migrated.out) == (0, f"The database is at version {head()}.\n")
    with sqlite3.connect(tmp_path / "data/heliograph.sqlite3") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    assert "newer than this program" in heliograph("run", TELEGRAM_BOT_TOKEN=TOKEN, DATABASE_URL=database).sentence
    examined = heliograph(
        "doctor", DATABASE_URL=database, PRICE_FEED="simulated", TELEGRAM_API_BASE="http://127.0.0.1:9"
    )
    assert examined.code == 1 and "newer than this program" in examined.out


def test_the_demo_names_an_occupied_port(taken: int) -> None:
    assert f"Port {taken} is taken" in heliograph("demo", "--port", str(taken)).sentence


# --- the service -----------------------------------------------------------------------------------


def test_the_service_with_a_token_that_telegram_refuses(telegram: dict[str, str], database: str) -> None:
    said = ended(process("run", **telegram | {"TELEGRAM_BOT_TOKEN": "99:wrong", "DATABASE_URL": database})).sentence
    assert "refuses TELEGRAM_BOT_TOKEN" in said


def test_the_service_with_a_port_that_is_taken(telegram: dict[str, str], database: str, taken: int) -> None:
    told = telegram | WEBHOOK | {"WEBHOOK_PORT": str(taken), "DATABASE_URL": database}
    assert f"Port {taken} is taken" in ended(process("run", **told)).sentence


def test_a_second_service_on_the_same_database_is_refused(telegram: dict[str, str], database: str) -> None:
    told = telegram | {"DATABASE_URL": database}
    first = process("run", **told | {"LOG_LEVEL": "INFO"})
    try:
        assert first.stderr is not None
        assert any("taking up" in line for line in first.stderr)  # it runs
        assert "another process" in heliograph("run", **told).sentence.lower()
    finally:
        first.terminate()
        done = ended(first)
    assert done.code == 0


def test_a_stop_leaves_no_client_open(telegram: dict[str, str], database: str) -> None:
    """The prices of a real exchange hold connections, which ccxt and aiohttp complain about when nobody closes them."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.exchange"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as exchange:
        assert exchange.stdout is not None
        urls = json.dumps({"binance": json.loads(exchange.stdout.readline())["base_url"]})
        feed = {"PRICE_FEED": "binance", "EXCHANGE_URL_OVERRIDES": urls, "LOG_LEVEL": "INFO"}
        service = process("run", **telegram | feed | {"DATABASE_URL": database})
        assert service.stderr is not None
        assert any("taking up" in line for line in service.stderr)
        service.terminate()
        done = ended(service)
        exchange.terminate()
    assert done.code == 0
    assert "release all resources" not in done.err and "Unclosed" not in done.err


# --- the other commands ----------------------------------------------------------------------------


def test_a_key_is_made() -> None:
    key_id, _, key = heliograph("keys", "new", "k2").out.strip().partition(":")
    assert key_id == "k2" and len(base64.b64decode(key, validate=True)) == 32
    assert "id:base64" in heliograph("keys", "new", "no/name").sentence


def test_credentials_are_sealed_anew(database: str) -> None:
    assert "MASTER_KEYS is not set" in heliograph("keys", "rotate", DATABASE_URL=database).sentence
    done = heliograph("keys", "rotate", DATABASE_URL=database, MASTER_KEYS=f"k1:{KEY}")
    assert (done.code, done.out) == (0, "0 connections sealed anew.\n")


def test_parse_reads_lines_and_writes_readings() -> None:
    lines = [{"id": "1", "text": "BTC/USDT LONG\nEntry 64000\nSL 63000\nTP 65000"}, {"id": "2", "text": "Good morning"}]
    done = heliograph("parse", stdin="\n\n".join(map(json.dumps, lines)))
    read = [json.loads(line) for line in done.out.splitlines()]
    assert [(r["id"], r["kind"]) for r in read] == [("1", "entry"), ("2", "noise")]
    assert (read[0]["symbol_base"], read[0]["direction"], read[0]["stop_loss"]) == ("BTC", "buy", 63000)


@pytest.mark.parametrize("line", [b"BTC long", b'{"id": 1}', b'["text"]', b'{"text": "\xff"}'])
def test_parse_names_the_line_that_is_none(line: bytes) -> None:
    done = heliograph("parse", stdin=b'{"id": 1, "text": "hello"}\n' + line)
    assert len(done.out.splitlines()) == 1
    assert "Line 2 cannot be read" in done.sentence


def test_a_backup_is_made_once(tmp_path: Path, database: str) -> None:
    heliograph("migrate", DATABASE_URL=database)
    target = tmp_path / "copy.sqlite3"
    assert heliograph("backup", str(target), DATABASE_URL=database).code == 0
    assert target.read_bytes()[:15] == b"SQLite format 3"
    assert "is there already" in heliograph("backup", str(target), DATABASE_URL=database).sentence


def test_the_doctor_finds_everything_well(telegram: dict[str, str], database: str) -> None:
    told = telegram | {"DATABASE_URL": database, "MASTER_KEYS": f"k1:{KEY}"}
    fresh = heliograph("doctor", **told)
    assert (fresh.code, fresh.out.count("✅"), fresh.out.count("\n")) == (0, 8, 8), fresh
    assert "will be made at the first start" in fresh.out and "k1 seals" in fresh.out
    heliograph("migrate", DATABASE_URL=database)
    assert f"✅ Database: sqlite, version {head()}" in heliograph("doctor", **told).out


def test_the_doctor_names_every_fault(telegram: dict[str, str]) -> None:
    wrong = {"TELEGRAM_BOT_TOKEN": "99:wrong", "DATABASE_URL": "mysql://h/d", "MASTER_KEYS": "k1:AAAA"}
    done = heliograph("doctor", **telegram | wrong)
    unwell = [line for line in done.out.splitlines() if line.startswith("❌")]
    assert done.code == 1 and [line.split(":")[0] for line in unwell] == ["❌ Database", "❌ Keys", "❌ Telegram"]


def test_the_doctor_names_every_variable_that_is_wrong() -> None:
    done = heliograph("doctor", TELEGRAM_ADMIN_IDS="me", WEBHOOK_PORT="0")
    assert done.code == 1
    assert [line.split()[:3] for line in done.out.splitlines()] == [
        ["❌", "Configuration:", "TELEGRAM_ADMIN_IDS"],
        ["❌", "Configuration:", "WEBHOOK_PORT"],
    ]
