"""The commands as a person runs them: every foreseeable fault is one sentence, exit code 1 and no traceback."""

from __future__ import annotations

import base64
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator import Simulator
from storage.migrate import head

ROOT = Path(__file__).parent.parent
TOKEN = "4200:simulated-token"
KEY = base64.b64encode(bytes(range(32))).decode()


def heliograph(*words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it in an environment with these variables and no others of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words],
        env=kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | variables,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=variables.get("CWD", "/"),
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip()
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr + done.stdout
    assert said.startswith("❌ ") and "\n" not in said, said
    return said


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/heliograph.sqlite3"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        pytest.param({}, "TELEGRAM_BOT_TOKEN is not set", id="no token"),
        pytest.param({"TELEGRAM_BOT_TOKEN": "abc"}, "does not look like a bot token", id="odd token"),
        pytest.param({"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "mysql://x/y"}, "sqlite or postgresql", id="url"),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://x@127.0.0.1:9/x"}, "refused", id="server down"
        ),
        pytest.param({"TELEGRAM_BOT_TOKEN": TOKEN, "MASTER_KEYS": "k1:AAAA"}, "must be 32 bytes", id="short key"),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": TOKEN, "MASTER_KEYS_FILE": "/nowhere/keys"}, "cannot be read", id="no key file"
        ),
    ],
)
def test_a_wrong_environment_is_one_sentence(variables: dict[str, str], words: str) -> None:
    assert words in one_sentence(heliograph("run", **variables))


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"k1:{KEY}")
    keys.chmod(0o644)
    said = one_sentence(heliograph("run", TELEGRAM_BOT_TOKEN=TOKEN, MASTER_KEYS_FILE=str(keys)))
    assert "chmod 600" in said and KEY not in said


def test_a_newer_schema_is_refused(tmp_path: Path, database: str) -> None:
    assert head() in heliograph("migrate", DATABASE_URL=database).stdout
    with sqlite3.connect(tmp_path / "data/heliograph.sqlite3") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    said = one_sentence(heliograph("run", TELEGRAM_BOT_TOKEN=TOKEN, DATABASE_URL=database))
    assert "newer than this program" in said


def test_the_demo_names_an_occupied_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in one_sentence(heliograph("demo", "--port", str(port)))


def test_keys_are_made_and_rotated(database: str) -> None:
    made = heliograph("keys", "new", "k2").stdout.strip()
    assert made.startswith("k2:") and len(base64.b64decode(made.partition(":")[2])) == 32
    one_sentence(heliograph("keys", "rotate", DATABASE_URL=database))
    done = heliograph("keys", "rotate", DATABASE_URL=database, MASTER_KEYS=f"{made},k1:{KEY}")
    assert done.returncode == 0 and "0 connections sealed anew" in done.stdout
    assert made.partition(":")[2] not in done.stdout + done.stderr


def test_parse_reads_lines_and_writes_readings() -> None:
    lines = [{"id": "1", "text": "BTC/USDT LONG\nEntry 64000\nSL 63000\nTP 65000"}, {"id": "2", "text": "Good morning"}]
    done = heliograph("parse", stdin="\n".join(map(json.dumps, lines)))
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["id"], r["kind"]) for r in read] == [("1", "entry"), ("2", "noise")]
    assert (read[0]["symbol_base"], read[0]["direction"], read[0]["stop_loss"]) == ("BTC", "buy", 63000)


def test_a_backup_is_made(tmp_path: Path, database: str) -> None:
    heliograph("migrate", DATABASE_URL=database)
    target = tmp_path / "copy.sqlite3"
    assert heliograph("backup", str(target), DATABASE_URL=database).returncode == 0
    assert target.read_bytes()[:15] == b"SQLite format 3"


@pytest.fixture
def telegram() -> Iterator[str]:
    """A simulator in a process of its own: the commands block this one."""
    code = (
        "import asyncio\nfrom bot.simulator import Simulator\n"
        "async def main():\n async with Simulator() as sim:\n  print(sim.url, flush=True)\n"
        "  await asyncio.Event().wait()\nasyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def test_the_doctor_finds_everything_well(telegram: str, database: str) -> None:
    told = {"TELEGRAM_BOT_TOKEN": Simulator().token, "TELEGRAM_API_BASE": telegram, "DATABASE_URL": database}
    done = heliograph("doctor", PRICE_FEED="simulated", MASTER_KEYS=f"k1:{KEY}", **told)
    assert done.returncode == 0, done
    assert done.stdout.count("✅") == 6 and told["TELEGRAM_BOT_TOKEN"] not in done.stdout and KEY not in done.stdout


def test_a_token_that_telegram_refuses(telegram: str, database: str) -> None:
    told = {"TELEGRAM_BOT_TOKEN": "99:wrong", "TELEGRAM_API_BASE": telegram, "DATABASE_URL": database}
    done = heliograph("doctor", PRICE_FEED="simulated", **told)
    assert done.returncode == 1 and "❌ Telegram: Telegram refuses TELEGRAM_BOT_TOKEN" in done.stdout
    assert "refuses TELEGRAM_BOT_TOKEN" in one_sentence(
        heliograph("run", PRICE_FEED="simulated", LOG_LEVEL="ERROR", **told)
    )


def test_a_second_service_on_the_same_database_is_refused(telegram: str, database: str) -> None:
    told = {"TELEGRAM_BOT_TOKEN": Simulator().token, "TELEGRAM_API_BASE": telegram, "DATABASE_URL": database}
    environment = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ} | told | {"LOG_FORMAT": "json"}
    first = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "run"],
        env=environment | {"PRICE_FEED": "simulated"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with first:
        assert first.stderr is not None
        assert any("taking up" in line for line in first.stderr)  # it runs
        said = one_sentence(heliograph("run", PRICE_FEED="simulated", **told))
        assert "another process" in said.lower()
        first.terminate()
        first.stderr.read()
    assert first.returncode == 0
