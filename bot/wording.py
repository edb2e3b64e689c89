"""Words that notices and screens share: signs, figures, lines of a trade, a refusal with the button that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from bot.replies import Button, Reply, Rows, Texts
from engine.errors import Code
from engine.mail import Dialogue
from engine.types import Connection, TradingState, User

SIGN = {True: "sign-paper", False: "sign-live"}
TESTNET = "sign-testnet"

MENDING: dict[str, tuple[str, str]] = {
    Code.PAUSED: ("button-resume", "resume"),
    Code.HALTED: ("button-resume", "resume"),
    Code.SOURCE_OFF: ("button-sources", "show_sources"),
    Code.NOT_ACTIVE: ("button-connections", "show_connections"),
    Code.NO_CONNECTION: ("button-connect", "connect"),
    Code.NO_PAPER: ("button-connect", "connect"),
    Code.KEY_LOST: ("button-connections", "show_connections"),
    Code.KEY_CAN_WITHDRAW: ("button-connections", "show_connections"),
    Code.KEY_CANNOT_TRADE: ("button-connections", "show_connections"),
    Code.KEY_CANNOT_READ: ("button-connections", "show_connections"),
    Code.NO_BALANCE: ("button-connections", "show_connections"),
    Code.VENUE_UNREACHABLE: ("button-connections", "show_connections"),
    Code.MAX_POSITIONS: ("button-positions", "show_positions"),
    Code.MAX_POSITIONS_PER_SYMBOL: ("button-positions", "show_positions"),
    Code.OPPOSITE_OPEN: ("button-positions", "show_positions"),
    Code.NO_MARGIN: ("button-positions", "show_positions"),
    Code.INSUFFICIENT_FUNDS: ("button-positions", "show_positions"),
    Code.VENUE_REFUSED: ("button-positions", "show_positions"),
}
"""Refusal code → (label, action) of the button under it. A code that no button can mend has none."""

_FIGURE_SPAN = 30  # powers of ten: beyond it a figure is shown as it was written, not spelt out
_QUOTE_LENGTH = 300


def stack(*lines: str | None) -> str:
    """One line under the other. None is left out; an empty string is a blank line, never at an end, never doubled."""
    kept: list[str] = []
    for line in lines:
        if line or (line is not None and kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def shortened(text: str, length: int = _QUOTE_LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def figure(value: object, t: Texts) -> str:
    """A number with the language's marks; anything else as it was written."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return shortened(str(value))
    if not number.is_finite() or abs(number.adjusted()) > _FIGURE_SPAN:
        return shortened(str(value))
    return t.number(number)


def account(name: str, paper: bool, t: Texts, *, testnet: bool = False) -> str:
    """Which account, and whether its money is real."""
    return t("line-account", name=name, sign=t(TESTNET if testnet else SIGN[paper]))


def sign_of(connection: Connection, t: Texts) -> str:
    """Whether the money of this connection is real: the first thing that everybody has to know of it."""
    return t(TESTNET if connection.is_testnet else SIGN[connection.is_paper])


def account_of(connection: Connection, t: Texts) -> str:
    """The line that names an account wherever it is spoken of."""
    return t("line-account", name=connection.name, sign=sign_of(connection, t))


def held_back(user: User, house: TradingState, t: Texts) -> str | None:
    """Why no new trade is opened at all, whatever the accounts say; None when nothing holds it back."""
    if house is not TradingState.ACTIVE:
        return t("start-house-halted")
    if user.trading_state is TradingState.ACTIVE:
        return None
    return t("start-halted" if user.trading_state is TradingState.HALTED else "start-paused")


def side(direction: str, t: Texts) -> str:
    return t(f"side-{direction}")


def market(symbol: str, t: Texts) -> str:
    """A market in people's words: ccxt calls the perpetual of BTC/USDT "BTC/USDT:USDT"."""
    pair, _, settled = symbol.partition(":")
    return t("symbol-perpetual", pair=pair) if settled else symbol


def duration(span: timedelta, t: Texts) -> str:
    """The two largest units that matter: 42 s, 7 min, 3 h 20 min, 2 days 4 h."""
    minutes, seconds = divmod(max(0, int(span.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return t("duration-days", days=days, hours=hours)
    if hours:
        return t("duration-hours", hours=hours, minutes=minutes)
    return t("duration-minutes", minutes=minutes) if minutes else t("duration-seconds", seconds=seconds)


def first_known(keys: Iterable[str], t: Texts) -> str | None:
    """The first of these keys that has words."""
    return next((key for key in keys if t.has(key)), None)


def figures(details: Mapping[str, object], t: Texts) -> str:
    """The figures behind a decision: "needed 5 · free 3". Details without a name in the language are not for people."""
    given = [(name, value) for name, value in details.items() if value not in (None, "")]
    return " · ".join(
        t(f"detail-{name}", value=_value(name, value, t)) for name, value in given if t.has(f"detail-{name}")
    )


def _value(name: str, value: object, t: Texts) -> str:
    """A figure, or the words for one of the values that this detail can have ("missing-stop-and-targets")."""
    if name == "symbol":
        return market(str(value), t)
    if name == "venue" and t.has(f"refusal-{value}"):
        return t(f"refusal-{value}")
    word = f"{name}-{value}".replace(" ", "-")
    return t(word) if t.has(word) else figure(value, t)


def refusal(code: str, details: Mapping[str, object], t: Texts) -> str:
    """Why not, with its figures, and what to do about it."""
    return stack(t(f"refusal-{code}"), figures(details, t) or None, "👉 " + t(f"mend-{code}"))


_SAME_FOR_AN_EXIT = frozenset({Code.ALREADY_CLOSED, Code.NOT_FOUND, Code.KEY_LOST, Code.ORDER_UNKNOWN})


def close_refusal(code: str, details: Mapping[str, object], t: Texts) -> str:
    """Why a trade could not be closed. Most reasons have the words of an entry: that one is not missed, this one is."""
    if code in _SAME_FOR_AN_EXIT or code.startswith("close_"):
        return refusal(code, details, t)
    return stack(close_reason(code, t), figures(details, t) or None, "👉 " + t("close-mend"))


def stop_refusal(code: str, details: Mapping[str, object], t: Texts) -> str:
    """Why a stop does not rest at the exchange. Most reasons have the words of an entry: that one is not sent, this
    one is watched here."""
    if code in _SAME_FOR_AN_EXIT or code == Code.VENUE_UNREACHABLE or code.startswith("stop_"):
        return refusal(code, details, t)
    return stack(t("stop-refused"), figures(details, t) or None, "👉 " + t("stop-mend"))


def close_reason(code: str, t: Texts) -> str:
    return t(first_known((f"close-refusal-{code}", f"refusal-{code}"), t) or "refusal-venue_refused")


def doubts(order_id: int, t: Texts) -> Rows:
    """What its owner can do about an order that the venue cannot answer for."""
    args = {"order": order_id}
    return (
        (Button(label=t("button-order-check"), action="order_check", args=args, once=False),),
        (Button(label=t("button-order-gone"), action="order_gone", args=args, once=False),),
    )


def mending(code: str, t: Texts) -> Rows:
    """The button that mends this refusal, if one can."""
    if code not in MENDING:
        return ()
    label, action = MENDING[code]
    return ((Button(label=t(label), action=action, once=False),),)


def refused(code: str, details: Mapping[str, object], t: Texts, *, about: str | None = None) -> Reply:
    """A business "no" as an answer; ``about`` is the line of the account that it concerns."""
    return Reply(text=stack(about, "🚫 " + refusal(code, details, t)), rows=mending(code, t))


def left(asked: Dialogue, t: Texts) -> str:
    """What is true of a question that its person leaves."""
    if not asked.secret:
        return t("question-left")
    return t("key-left" if asked.args.get("connection") is None else "key-left-old")


def trade_buttons(position_id: int, t: Texts, *, notice: bool = False) -> Rows:
    """What its owner can do with an open trade. Closing asks again; the stop only ever moves towards profit.

    Under a ``notice`` the answer comes as a message of its own: the notice stays as the receipt.
    """
    args = {"position": position_id, "notice": True} if notice else {"position": position_id}
    return (
        (
            Button(label=t("button-close"), action="position_close", args=args, once=False),
            Button(label=t("button-half"), action="position_half", args=args, once=False),
        ),
        (Button(label=t("button-stop-to-entry"), action="position_stop_to_entry", args=args),),
    )
