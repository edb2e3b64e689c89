"""How fast a bot may write (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).

About one message a second to a person, twenty a minute to a group, thirty a second over all. Telegram lets
"short bursts" through to a person; how many is ``Limits.burst``. The two others are counted in a sliding window.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field

from bot.simulator.errors import too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Messages: ``private`` a second to one person, ``burst`` at once; ``group`` a minute; ``overall`` a second."""

    private: float = 1.0
    burst: int = 3
    group: int = 20
    overall: int = 30


class Bucket:
    """``burst`` tokens, refilled at ``rate`` a second; a message costs one."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self.tokens = float(burst)
        self.at = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a message is allowed; 0 when it is allowed now."""
        if now > self.at:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
        # A hair below one token is floating point, not a fast sender.
        return max(0.0, (1 - 1e-6 - self.tokens) / self.rate)

    def spend(self, now: float) -> None:
        self.wait(now)
        self.tokens -= 1


class Window:
    """At most ``limit`` messages in any ``seconds`` seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.seconds = seconds
        self.recent: deque[float] = deque(maxlen=limit)

    def wait(self, now: float) -> float:
        """Seconds until a message is allowed; 0 when it is allowed now."""
        if len(self.recent) < (self.recent.maxlen or 0):
            return 0.0
        return max(0.0, self.recent[0] + self.seconds - 1e-6 - now)

    def spend(self, now: float) -> None:
        self.recent.append(now)


@dataclass(slots=True)
class Flood:
    """Refuses what comes too fast and counts the refusals. ``limits`` None switches it off."""

    limits: Limits | None
    violations: Counter[int] = field(default_factory=Counter)
    overall: Window | None = None
    chats: dict[int, Bucket | Window] = field(default_factory=dict)

    def admit(self, chat_id: int, now: float) -> None:
        """Count one message to this chat at ``now`` (monotonic seconds); ApiError 429 when it comes too fast."""
        if self.limits is None:
            return
        if self.overall is None:
            self.overall = Window(self.limits.overall, 1.0)
        gates = (self.overall, self._gate(chat_id, self.limits))
        if wait := max(gate.wait(now) for gate in gates):
            self.violations[chat_id] += 1
            raise too_many(math.ceil(wait))
        for gate in gates:
            gate.spend(now)

    def relax(self, limits: Limits | None) -> None:
        """From now on these limits, with a clean slate."""
        self.limits, self.overall, self.chats = limits, None, {}

    def _gate(self, chat_id: int, limits: Limits) -> Bucket | Window:
        if chat_id not in self.chats:
            private = chat_id > 0
            self.chats[chat_id] = Bucket(limits.private, limits.burst) if private else Window(limits.group, 60.0)
        return self.chats[chat_id]
