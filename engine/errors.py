"""Faults say what to do next; refusals are values with a public code.

    EngineFault
    ├── VenueBusy      nothing happened, wait and try again (throttled, in maintenance, could not connect)
    ├── VenueSilent    the outcome is UNKNOWN: find the order before doing anything else
    ├── VenueRefused   final and definite, nothing was done: tell the user
    ├── VenueLocked    the key is gone or not allowed: disable the connection, tell the user
    └── Mistake        the user can mend it: answer with the code

Anything else that escapes an adapter is treated as VenueSilent on a write.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every reason for a "no". Each has a text and a way to mend it in locales/*/refusals.ftl."""

    # signals
    DUPLICATE = "duplicate"
    TOO_OLD = "too_old"
    NO_STOP = "no_stop"
    INCONSISTENT = "inconsistent"
    PRICE_BAND = "price_band"
    UNCLEAR = "unclear"
    TOO_MANY = "too_many"
    LOW_CONFIDENCE = "low_confidence"
    MADE_BY_EDIT = "made_by_edit"
    READ_ANEW = "read_anew"
    SIGNAL_CHANGED = "signal_changed"
    SIGNAL_WITHDRAWN = "signal_withdrawn"
    REPLY_UNKNOWN = "reply_unknown"
    SAME_SIGNAL = "same_signal"
    SYMBOL_NOT_ALLOWED = "symbol_not_allowed"
    SUSPICIOUS_TEXT = "suspicious_text"
    # eligibility
    NO_CONNECTION = "no_connection"
    NO_PAPER = "no_paper"
    NOT_ACTIVE = "not_active"
    PAUSED = "paused"
    HALTED = "halted"
    SOURCE_OFF = "source_off"
    RECOVERING = "recovering"
    CLOCK_OFF = "clock_off"
    # risk
    MAX_POSITIONS = "max_positions"
    MAX_POSITIONS_PER_SYMBOL = "max_positions_per_symbol"
    OPPOSITE_OPEN = "opposite_open"
    DAILY_LOSS = "daily_loss"
    NO_BALANCE = "no_balance"
    MIN_QTY = "min_qty"
    MIN_NOTIONAL = "min_notional"
    MAX_QTY = "max_qty"
    NO_MARGIN = "no_margin"
    STOP_PASSED = "stop_passed"
    STOP_LOOSER = "stop_looser"
    STOP_CANCELLED = "stop_cancelled"
    STOP_ENDED = "stop_ended"
    STOP_LATE = "stop_late"
    STOP_LEFT_OUT = "stop_left_out"
    TARGET_PASSED = "target_passed"
    # venue
    SYMBOL_UNKNOWN = "symbol_unknown"
    SYMBOL_AMBIGUOUS = "symbol_ambiguous"
    SYMBOL_HALTED = "symbol_halted"
    NO_PRICE = "no_price"
    PRICES_STAND = "prices_stand"
    SHORT_NOT_POSSIBLE = "short_not_possible"
    TIME_IN_FORCE = "time_in_force"
    POST_ONLY = "post_only"
    LEVERAGE = "leverage"
    MARGIN_MODE = "margin_mode"
    OTHER_TERMS = "other_terms"
    VENUE_REFUSED = "venue_refused"
    VENUE_UNREACHABLE = "venue_unreachable"
    KEY_LOST = "key_lost"
    KEY_WRONG = "key_wrong"  # typed just now and not taken; KEY_LOST worked before
    KEY_IN_USE = "key_in_use"
    KEY_OTHER_ACCOUNT = "key_other_account"
    KEY_CAN_WITHDRAW = "key_can_withdraw"
    KEY_CANNOT_TRADE = "key_cannot_trade"
    KEY_CANNOT_READ = "key_cannot_read"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    REDUCE_ONLY = "reduce_only"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_NOT_KNOWN = "order_not_known"  # the other way round: it is there, and not in our books
    ORDER_ALIVE = "order_alive"
    OTHER_SIDE = "other_side"
    CLOSE_AGAIN = "close_again"
    CLOSE_LATE = "close_late"
    CLOSE_WAITS = "close_waits"
    # commands
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    STALE_BUTTON = "stale_button"
    BAD_INPUT = "bad_input"
    ALREADY_CLOSED = "already_closed"
    NOT_CHANNEL_ADMIN = "not_channel_admin"
    HIDDEN_FORWARD = "hidden_forward"
    # sources beside Telegram
    BAD_SIGNATURE = "bad_signature"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    TOO_MANY_SOURCES = "too_many_sources"
    NO_MASTER_KEY = "no_master_key"
    NOT_SIGNED = "not_signed"
    IS_SHARED = "is_shared"
    FEED_ADDRESS = "feed_address"
    FEED_SILENT = "feed_silent"
    FEED_UNREADABLE = "feed_unreadable"


class EngineFault(Exception):
    """Root of the faults that the engine knows how to meet."""

    def __init__(self, reason: str = "", *, code: Code | None = None, **details: str) -> None:
        super().__init__(reason or (code or ""))
        self.reason = reason
        self.code = code
        self.details = details


class VenueBusy(EngineFault):
    """Nothing was done; try again after ``retry_after`` seconds."""

    def __init__(self, reason: str = "", *, retry_after: float = 1.0) -> None:
        super().__init__(reason, code=Code.VENUE_UNREACHABLE)
        self.retry_after = retry_after


class VenueSilent(EngineFault):
    """The answer did not come or cannot be trusted: the order may or may not exist."""


class VenueRefused(EngineFault):
    """The venue said no, definitely; ``code`` says why in our words, ``reason`` in the venue's."""


class VenueLocked(EngineFault):
    """The credentials are refused: nothing more can be done with this connection until they are replaced."""


class Mistake(EngineFault):
    """Something the user asked for that cannot be; ``code`` and ``details`` make the answer."""


class StaleVersion(EngineFault):
    """Somebody else changed the row first: read again and decide again."""
