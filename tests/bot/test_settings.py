"""The environment: defaults, what each variable takes, and the sentence for what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsFault, load

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
SECRET = "0123456789abcdef0123456789abcdef"
OURS = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_is_fine_and_safe() -> None:
    settings = load()
    assert settings.telegram_api_base == "https://api.telegram.org"
    assert settings.telegram_admin_ids == ()
    assert settings.enrolment == "open"
    assert settings.database_url.get_secret_value() == "sqlite:///data/heliograph.sqlite3"
    assert (settings.log_level, settings.log_format, settings.price_feed) == ("INFO", "console", "binance")
    assert settings.key_ring is None
    assert settings.webhook_url is None


def test_each_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": "http://127.0.0.1:8081/",
        "TELEGRAM_ADMIN_IDS": "11, 22,",
        "ENROLMENT": "closed",
        "ALLOW_WITHDRAWAL_KEYS": "true",
        "LIVE_TRADING": "admins",
        "DATABASE_URL": "postgresql://bot:pass-word@db/helio",
        "MASTER_KEYS": "k1:QUJD,k2:REVG",
        "EXCHANGE_URL_OVERRIDES": '{"binance": "http://127.0.0.1:9000/"}',
        "PRICE_FEED": "simulated",
        "WEBHOOK_URL": "https://bot.example.org/hook",
        "WEBHOOK_SECRET": SECRET,
        "WEBHOOK_HOST": "0.0.0.0",
        "WEBHOOK_PORT": "9443",
        "SIGNALS_HOST": "0.0.0.0",
        "SIGNALS_PORT": "9444",
        "SIGNALS_URL": "https://signals.example.org/",
        "SIGNALS_FEEDS": "true",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.token == TOKEN
    assert settings.telegram_api_base == "http://127.0.0.1:8081"
    assert settings.telegram_admin_ids == (11, 22)
    assert settings.enrolment == "closed"
    assert (settings.allow_withdrawal_keys, settings.live_trading) == (True, "admins")
    assert settings.key_ring == "k1:QUJD,k2:REVG"
    assert settings.exchange_url_overrides == {"binance": "http://127.0.0.1:9000"}
    assert (settings.webhook_url, settings.webhook_host, settings.webhook_port) == (
        "https://bot.example.org/hook", "0.0.0.0", 9443,
    )  # fmt: skip
    assert (settings.signals_host, settings.signals_port, settings.signals_url, settings.signals_feeds) == (
        "0.0.0.0", 9444, "https://signals.example.org", True,
    )  # fmt: skip
    assert (settings.log_level, settings.log_format, settings.price_feed) == ("DEBUG", "json", "simulated")
    assert set(given) | {"MASTER_KEYS_FILE"} == set(OURS)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TELEGRAM_BOT_TOKEN", "not a token", "@BotFather"),
        ("TELEGRAM_API_BASE", "127.0.0.1:8081", "https://host"),
        ("TELEGRAM_ADMIN_IDS", "11,ann", "separated by commas"),
        ("ENROLMENT", "maybe", "'open' or 'closed'"),
        ("LIVE_TRADING", "maybe", "'everyone', 'admins' or 'off'"),
        ("EXCHANGE_URL_OVERRIDES", "binance=http://x", "JSON object"),
        ("EXCHANGE_URL_OVERRIDES", '{"binance": 5}', "JSON object"),
        ("EXCHANGE_URL_OVERRIDES", '{"binance": "x"}', "https://host"),
        ("WEBHOOK_SECRET", "too-short", "openssl rand -hex 32"),
        ("WEBHOOK_SECRET", "!" * 40, "openssl rand -hex 32"),
        ("WEBHOOK_PORT", "0", "greater than or equal to 1"),
        ("LOG_LEVEL", "loud", "'DEBUG'"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
        ("PRICE_FEED", "Bin/ance", "match"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_the_name_and_the_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault) as fault:
        load()
    (sentence,) = str(fault.value).splitlines()
    assert sentence.startswith(name)
    assert says in sentence
    assert sentence.endswith(".")


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "oops-my-secret token")
    monkeypatch.setenv("WEBHOOK_SECRET", "short-canary")
    with pytest.raises(SettingsFault) as fault:
        load()
    assert len(str(fault.value).splitlines()) == 2
    assert "oops" not in str(fault.value)
    assert "canary" not in str(fault.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"webhook_url": "https://x.org"}, "WEBHOOK_SECRET is not set"),
        ({"webhook_url": "http://x.org", "webhook_secret": SECRET}, "WEBHOOK_URL must start with https://"),
    ],
    ids=["no secret", "no TLS"],
)
def test_half_a_webhook_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsFault, match=says):
        load(**given)


def test_no_token_says_where_to_get_one() -> None:
    with pytest.raises(SettingsFault, match="TELEGRAM_BOT_TOKEN is not set; ask @BotFather"):
        _ = load().token


def test_keys_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("k2:REVG\nk1:QUJD\n")
    assert load(master_keys_file=file).key_ring == "k2:REVG,k1:QUJD"
    with pytest.raises(SettingsFault, match="MASTER_KEYS_FILE cannot be read"):
        _ = load(master_keys_file=tmp_path / "nowhere").key_ring


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ENROLMENT=closed\nLOG_FORMAT=json\nUNRELATED=1\n")
    (tmp_path / ".env").chmod(0o640)
    monkeypatch.setenv("LOG_FORMAT", "console")
    monkeypatch.setenv("ENROLMENT", "")
    settings = load()
    assert (settings.enrolment, settings.log_format) == ("closed", "console")


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_dotenv_file_that_everybody_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    (tmp_path / ".env").chmod(mode)
    with pytest.raises(SettingsFault, match=r"chmod 600 \.env") as refused:
        load()
    assert TOKEN not in str(refused.value)
    assert load(_env_file=None).telegram_bot_token is None


def test_secrets_are_all_known_and_none_is_printed() -> None:
    settings = load(
        telegram_bot_token=TOKEN, webhook_secret=SECRET, master_keys="k1:QUJDREVG", database_url="postgresql://u:pw-pw@h/d"
    )  # fmt: skip
    assert set(settings.secrets) == {TOKEN, SECRET, "QUJDREVG", "pw-pw"}
    assert not any(secret in repr(settings) for secret in settings.secrets)
