"""What a channel said, and what was read in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.types.words import ActionKind, Direction, LevelKind, MarginMode, OrderType


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as a channel posted it; identity is the numeric chat and message id.

    ``edited_at`` is when this version of the text was written, if it is not the first.
    """

    chat_id: int
    message_id: int
    text: str
    at: datetime
    edited: bool = False
    reply_to: int | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPost:
    """A post as it is kept: ``post`` is its newest version."""

    row_id: int
    source_id: int
    post: Post
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A price, or a distance from the entry in pips (points) or percent.

    ``nearest`` is set when the text gave a range of distances ("5-10 %"); ``value`` is then the far end.
    """

    kind: LevelKind
    value: Decimal
    nearest: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """One entry: a price (``low == high``) or a zone."""

    low: Decimal
    high: Decimal

    @property
    def is_zone(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A take profit with the percentage of the ORIGINAL quantity to close there, if the text gave one."""

    level: Level
    share: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One management step. ``value`` is a price, a percentage (close_partial) or a target number (move_sl_to_tp)."""

    action: ActionKind
    value: Decimal | None = None
    values: tuple[Decimal, ...] = ()
    symbol_base: str | None = None
    symbol_quote: str | None = None
    direction: Direction | None = None
    target_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A new trade as a careful reader read it. No entry points means: at the market."""

    symbol_base: str
    symbol_quote: str | None = None
    direction: Direction
    direction_inferred: bool = False
    order_type: OrderType | None = None
    entries: tuple[EntryPoint, ...] = ()
    stop_loss: Level | None = None
    stop_on_close: bool = False
    take_profits: tuple[Target, ...] = ()
    leverage: int | None = None
    leverage_max: int | None = None
    margin_mode: MarginMode | None = None
    amount_percent: Decimal | None = None
    risk_percent: Decimal | None = None
    time_frame: str | None = None
    confidence: int = 0
    format: str = ""
    actions: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendments:
    """A message that manages open or pending trades, every step in the order written."""

    steps: tuple[Amendment, ...]
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Nothing to do: greeting, report, brag, ad, analysis. ``why`` names the rule that said so."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It may be a signal, but a careful human would hesitate. ``code`` names why; ``found`` says what was read."""

    code: str
    found: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Several trades in one message."""

    signals: tuple[Entry, ...]


Reading = Entry | Entries | Amendments | Noise | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A published signal row. ``entry`` is the whole reading, as of the newest ``version`` of the post.

    ``withdrawn``: the channel took it back before it was taken, so nobody can take it any more.
    """

    id: int
    source_id: int | None
    chat_id: int | None
    message_id: int | None
    entry: Entry
    published_at: datetime
    version: int = 1
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Answer to "is this post new?": ``new`` may be traded, everything else may not.

    ``edited`` means the post is known and its text changed; ``duplicate`` the same content came before. ``version``
    counts the texts that the post has had.
    """

    row_id: int
    status: str  # new | seen | edited | duplicate
    signal_id: int | None = None
    version: int = 1
