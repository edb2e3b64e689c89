"""The environment of the bot, read once at start. A wrong value is one sentence: which variable, and how to mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_TOKEN = re.compile(r"\d+:[\w-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")


class SettingsFault(Exception):
    """The environment is not usable as it is; the text says what to change."""


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("does not look like a bot token; copy it from @BotFather, it reads 123456:ABC-...")
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("is not an address; write it as https://host or http://host:port")
    return value.rstrip("/")


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("must be 32 to 256 of A-Z a-z 0-9 _ -; make one with: openssl rand -hex 32")
    return value


def _numbers(value: Any) -> Any:
    """Numbers separated by commas."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(int(part) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be Telegram user numbers separated by commas, such as 1234567,7654321") from None


def _addresses(value: Any) -> Any:
    """A JSON object of exchange id → base URL."""
    if not isinstance(value, str):
        return value
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not (isinstance(found, dict) and all(isinstance(url, str) for url in found.values())):
        raise ValueError('must be a JSON object such as {"binance": "http://127.0.0.1:8001"}')
    return {exchange: _http_url(url) for exchange, url in found.items()}


Address = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """Every variable, by its name in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api_base: Address = "https://api.telegram.org"
    telegram_admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_numbers)] = ()
    enrolment: Literal["open", "closed"] = "open"

    database_url: SecretStr = SecretStr("sqlite:///data/heliograph.sqlite3")
    master_keys: SecretStr | None = None
    master_keys_file: Path | None = None

    allow_withdrawal_keys: bool = False
    live_trading: Literal["everyone", "admins", "off"] = "everyone"

    exchange_url_overrides: Annotated[Mapping[str, str], NoDecode, BeforeValidator(_addresses)] = {}
    price_feed: str = Field(default="binance", pattern=r"^[a-z0-9]+$")

    webhook_url: Address | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8080, ge=1, le=65535)

    signals_host: str = "127.0.0.1"
    signals_port: int | None = Field(default=None, ge=1, le=65535)
    signals_url: Address | None = None
    signals_feeds: bool = False

    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)
    ] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Settings:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_SECRET is not set but WEBHOOK_URL is; make one with: openssl rand -hex 32")
        if self.webhook_url and not self.webhook_url.startswith("https://"):
            raise ValueError("WEBHOOK_URL must start with https://, Telegram calls no other")
        return self

    @model_validator(mode="after")
    def _signals_have_a_door(self) -> Settings:
        if self.signals_url and not self.signals_port:
            raise ValueError("SIGNALS_PORT is not set but SIGNALS_URL is; set the port your proxy passes posts on to")
        if self.signals_url and not self.signals_url.startswith("https://"):
            raise ValueError("SIGNALS_URL must start with https://, its addresses are secrets")
        if self.signals_port and self.webhook_url and self.signals_port == self.webhook_port:
            raise ValueError("SIGNALS_PORT and WEBHOOK_PORT are the same; choose another one for SIGNALS_PORT")
        return self

    @property
    def token(self) -> str:
        """The bot token. Raises SettingsFault when there is none."""
        if self.telegram_bot_token is None:
            raise SettingsFault("TELEGRAM_BOT_TOKEN is not set; ask @BotFather for a bot and put its token there.")
        return self.telegram_bot_token.get_secret_value()

    @property
    def key_ring(self) -> str | None:
        """The ``id:base64`` pairs, comma separated, from MASTER_KEYS or the file that MASTER_KEYS_FILE names."""
        if self.master_keys is not None:
            return self.master_keys.get_secret_value()
        if self.master_keys_file is None:
            return None
        try:
            return ",".join(self.master_keys_file.read_text(encoding="utf-8").split())
        except OSError as fault:
            raise SettingsFault(
                f"MASTER_KEYS_FILE cannot be read ({fault.strerror}); check its path and rights."
            ) from None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every configured value that must never be printed."""
        found = [secret.get_secret_value() for secret in (self.telegram_bot_token, self.webhook_secret) if secret]
        found += [pair.partition(":")[2] for pair in (self.key_ring or "").split(",")]
        found.append(urlsplit(self.database_url.get_secret_value()).password or "")
        return tuple(value for value in found if value)


def load(**overrides: Any) -> Settings:
    """The settings of this process. Raises SettingsFault with one sentence for every wrong variable."""
    _check_private(overrides.get("_env_file", Settings.model_config["env_file"]))
    try:
        return Settings(**overrides)
    except ValidationError as fault:
        raise SettingsFault("\n".join(_sentence(error) for error in fault.errors(include_input=False))) from None


def _check_private(path: str | None) -> None:
    """A file of settings holds the token: nobody else on the machine may open it."""
    if path is not None and Path(path).is_file() and Path(path).stat().st_mode & 0o007:
        raise SettingsFault(f"{path} holds secrets and every user of this machine can open it; run: chmod 600 {path}")


def _sentence(error: Mapping[str, Any]) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    return f"{name} {said[:1].lower() + said[1:] if name else said}.".strip()
