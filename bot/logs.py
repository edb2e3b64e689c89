"""Logs: one line a record, on a console or as JSON, and no secret in any of them.

Redaction works on the finished line, so it also covers exceptions, tracebacks and what libraries log themselves.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.settings import Settings

HIDDEN = "[redacted]"
_SHORTEST = 6  # a configured "secret" of a few letters would blank out half the log
_TALKERS = (
    "alembic",
    "httpx",
    "httpcore",
    "aiohttp",
    "aiohttp.access",
    "aiogram.event",
    "apscheduler",
    "telegram",
    "ccxt",
)

_NAMES = (
    r"x-mbx-apikey|x-telegram-bot-api-secret-token|authorization|proxy-authorization|api[-_]?key|api[-_]?secret|"
    r"secret(?:[-_]?(?:key|token))?|signature|sign|passphrase|password|passwd|listen[-_]?key|access[-_]?token|"
    r"private[-_]?key|master[-_]?keys?|[\w-]*(?:-apikey|-api-key|-passphrase|-sign|-signature)"
)
_QUOTED = r"(\\?[\"'])(?:(?!\2).)*\2"  # as in JSON, also in JSON within JSON
_BARE = r"[^\s&,;(){}\[\]\"'\\]+"  # as in a query or a header; leaves the line readable for a machine
_PATTERNS = (
    (re.compile(r"\b\d{3,}:[\w-]{30,}"), HIDDEN),
    (re.compile(r"(/(?:file/)?bot)\d+(?::|%3A)[^/\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"(\w[\w+.-]*://[^\s:/@\"']*:)[^\s/\"']+(?=@)"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?<![\w-])((?:{_NAMES})\\?[\"']\s*:\s*){_QUOTED}", re.IGNORECASE), rf"\1\2{HIDDEN}\2"),
    (re.compile(rf"(?<![\w-])((?:{_NAMES})\s*[:=]\s*){_QUOTED}", re.IGNORECASE), rf"\1\2{HIDDEN}\2"),
    (re.compile(rf"(?<![\w-])((?:{_NAMES})\s*[:=]\s*)(?:(?:Bearer|Basic)\s+)?{_BARE}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.+/=~-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
)


class Redactor:
    """Takes secrets out of a line: the configured values wherever they are, and whatever looks like a secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, line: str) -> str:
        if self._known is not None:
            line = self._known.sub(HIDDEN, line)
        for pattern, replacement in _PATTERNS:
            line = pattern.sub(replacement, line)
        return line


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Structlog's formatter, and the redactor as the last thing before the line leaves."""

    def __init__(self, redact: Redactor, processors: list[Any], chain: list[Any]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=chain)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging alike, for the whole process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        _Formatter(Redactor(settings.secrets), _ending(settings), [*shared, structlog.stdlib.ExtraAdder()])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _TALKERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    sys.excepthook = _last_word


def _ending(settings: Settings) -> list[Any]:
    """The processors that make the line; tracebacks without local variables, those hold secrets."""
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if settings.log_format == "json":
        return [drop, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [drop, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def _last_word(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """What kills the process is logged like everything else: the interpreter's own traceback is not redacted."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(__name__).critical("stopped by a fault", exc_info=(kind, fault, trace))
