"""A stored event read for one person: the fields of its payload as words and figures of their language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.ports import Notice
from bot.replies import Texts
from bot.wording import account, duration, figure, figures, first_known, market, side, stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One notice in one language. A payload holds decimals and times as text (``engine.events.Event.payload``)."""

    notice: Notice
    t: Texts

    def __getitem__(self, name: str) -> Any:
        return self.notice.payload[name]

    def get(self, name: str) -> Any:
        """The field, or None in a payload written before the field was there."""
        return self.notice.payload.get(name)

    def decimal(self, name: str) -> Decimal:
        return Decimal(self[name])

    def number(self, name: str) -> str:
        return self.t.number(self.decimal(name))

    def money(self, name: str, *, signed: bool = False) -> str:
        return self.t.money(self.decimal(name), self["currency"], signed=signed)

    def percent(self, name: str, *, signed: bool = False) -> str:
        return self.t.percent(self.decimal(name), signed=signed)

    def time(self, name: str) -> datetime:
        return datetime.fromisoformat(self[name])

    def title(self, **args: object) -> str:
        """The first line: the kind of event, with the side and symbol of its trade."""
        about = {"side": side(self["direction"], self.t), "symbol": market(self["symbol"], self.t)}
        return self.t(f"notice-{self.notice.kind}", **about, **args)

    def details(self) -> dict[str, str]:
        """The figures behind a decision, without what the first line says already."""
        return {name: value for name, value in self["details"].items() if name not in ("symbol", "instruction")}

    def account(self) -> str:
        return account(self["connection"], bool(self.get("paper")), self.t, testnet=self.notice.testnet)

    def source(self) -> tuple[str, ...]:
        """The channel, if the trade came from one."""
        return (self.t("line-source", source=self["source"]),) if self["source"] else ()

    def reason(self) -> str:
        key = first_known((f"reason-{self['reason']}",), self.t) or "reason-other"
        return self.t("notice-why", reason=self.t(key))

    def leverage(self) -> tuple[str, ...]:
        leverage = self.get("leverage")
        return (self.t("line-leverage", leverage=leverage),) if leverage else ()

    def prices_of(self, targets: Iterable[str]) -> tuple[str, ...]:
        """A ladder without shares."""
        lines = enumerate(targets, 1)
        return tuple(self.t("line-target-price", level=no, price=figure(price, self.t)) for no, price in lines)

    def rungs(self) -> tuple[str, ...]:
        """The ladder with the share that each level closes."""
        return tuple(
            self.t("line-target", level=rung["level"], price=figure(rung["price"], self.t),
                   share=self.t.percent(Decimal(rung["share"])))
            for rung in self["targets"]
        )  # fmt: skip

    def notes(self) -> tuple[str, ...]:
        """What the plan changed of the signal, and why: a note without words in the language is not shown."""
        known = [(f"note-{code}", details) for code, details in self["notes"] if self.t.has(f"note-{code}")]
        return tuple(stack(self.t(key), figures(details, self.t) or None) for key, details in known)

    def latency(self) -> tuple[str, ...]:
        """How long it took, unless it waited for its price or took no time that two decimals could show."""
        seconds = round(Decimal(self.get("latency_ms") or 0) / 1000, 2)
        key = "notice-latency-by-hand" if self.get("by_hand") else "notice-latency"
        return (self.t(key, seconds=seconds),) if seconds else ()

    def funding(self) -> tuple[str, ...]:
        """What was paid or received for holding, if anything was."""
        return (self.t("line-funding", funding=self.money("funding", signed=True)),) if self._has("funding") else ()

    def _has(self, name: str) -> bool:
        return bool(Decimal(self.get(name) or 0))

    def age(self, now: datetime) -> timedelta:
        return now - self.notice.created_at

    def lateness(self, now: datetime) -> str:
        at = self.t.when(self.notice.created_at, self.notice.timezone)
        return self.t("notice-late", delay=duration(self.age(now), self.t), at=at)
