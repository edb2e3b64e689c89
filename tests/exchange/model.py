"""The rows of the emulated exchange: instruments, accounts, orders, trades, positions. Exact numbers, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from zlib import crc32

from tests.exchange.words import (
    DuplicatePolicy,
    FeeMode,
    Force,
    Kind,
    Market,
    PositionSide,
    Reason,
    Refusal,
    Side,
    Status,
    Trigger,
    What,
)

ZERO = Decimal(0)
LIVE = [status for status in Status if status.live]

__all__ = [
    "LIVE",
    "ZERO",
    "Account",
    "Balance",
    "DuplicatePolicy",
    "FeeMode",
    "Force",
    "Happening",
    "Income",
    "Instrument",
    "Kind",
    "Market",
    "Order",
    "Position",
    "PositionSide",
    "Reason",
    "Refusal",
    "Request",
    "Side",
    "Status",
    "Terms",
    "Trade",
    "Trigger",
    "What",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """``symbol`` is the venue's spelling (BTCUSDT). Prices and steps in quote and base units.

    ``band`` is how many times above (or below) the last price a limit price may be; 0 means no band.
    ``contract_size`` is base units a contract, for venues that count in contracts.
    """

    market: Market
    symbol: str
    base: str
    quote: str = "USDT"
    tick: Decimal
    step: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    min_notional: Decimal
    contract_size: Decimal = Decimal(1)
    max_leverage: int = 1
    band: Decimal = Decimal(0)
    trading: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One customer. ``key`` and ``secret`` sign requests; fees are shares of the notional value.

    ``third_rate`` is how much quote currency one ``fee_asset`` is worth. ``uid`` is the account's number: the name's.
    """

    name: str
    key: str
    secret: str
    hedge: bool = False
    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    fee_mode: FeeMode = FeeMode.RECEIVED
    fee_asset: str = "BNB"
    third_rate: Decimal = Decimal(600)
    leverage: int = 20
    can_trade: bool = True
    can_withdraw: bool = False
    enabled: bool = True
    passphrase: str = ""

    @property
    def uid(self) -> int:
        return 1 + crc32(self.name.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """``free`` and ``locked`` of one asset in one wallet. A derivatives wallet keeps its balance in ``free``."""

    account: str
    wallet: str
    asset: str
    free: Decimal = ZERO
    locked: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. Milliseconds of the exchange's own clock; ``spent`` is quote currency of all fills.

    ``quote_quantity`` is a spot market order's budget. ``algo`` orders become a new order (``child``) when they fire,
    other conditional orders turn active in place (``fired``). ``visible`` is when queries begin to show it.
    ``unlocked`` ones lock no coins while they wait.
    """

    id: int
    account: str
    market: Market
    symbol: str
    client_id: str
    side: Side
    kind: Kind
    quantity: Decimal
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger: Trigger | None = None
    trigger_price: Decimal | None = None
    trigger_mark: bool = False
    fired: bool = False
    rising: bool = False
    force: Force = Force.GTC
    reduce_only: bool = False
    close_position: bool = False
    position_side: PositionSide = PositionSide.BOTH
    algo: bool = False
    unlocked: bool = False
    child: int = 0
    parent: int = 0
    status: Status = Status.NEW
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    reserved: Decimal = ZERO
    created: int
    updated: int
    visible: int
    liquidation: bool = False
    why: str = ""

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def average(self) -> Decimal:
        return self.spent / self.filled if self.filled else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One fill. ``fee`` in ``fee_asset``; ``profit`` is what it realised on a derivatives position."""

    id: int
    order: int
    account: str
    market: Market
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    profit: Decimal = ZERO
    position_side: PositionSide = PositionSide.BOTH
    at: int
    visible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A derivatives holding; ``quantity`` is below zero when short, LONG/SHORT legs included."""

    account: str
    symbol: str
    side: PositionSide
    quantity: Decimal = ZERO
    entry: Decimal = ZERO
    updated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an account set for one derivatives symbol."""

    account: str
    symbol: str
    leverage: int
    isolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """Money that moved without an order: funding (below zero is paid)."""

    id: int
    account: str
    symbol: str
    asset: str
    amount: Decimal
    what: str
    at: int
    size: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a dialect asks the core to place; the fields of ``Order`` with the same names.

    ``rising`` says which way a trigger is reached; None follows from ``trigger`` and ``side``. ``expire_taker``: a
    post-only order that would trade at once is accepted and expires, instead of being refused.
    """

    market: Market
    symbol: str
    side: Side
    kind: Kind
    quantity: Decimal = ZERO
    quote_quantity: Decimal | None = None
    client_id: str = ""
    price: Decimal | None = None
    trigger: Trigger | None = None
    trigger_price: Decimal | None = None
    trigger_mark: bool = False
    rising: bool | None = None
    force: Force = Force.GTC
    reduce_only: bool = False
    close_position: bool = False
    position_side: PositionSide = PositionSide.BOTH
    algo: bool = False
    unlocked: bool = False
    expire_taker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Told to listeners after it was committed. The rows are those that belong to ``what``."""

    what: What
    at: int
    account: str = ""
    market: Market
    symbol: str = ""
    order: Order | None = None
    trade: Trade | None = None
    balance: Balance | None = None
    position: Position | None = None
    income: Income | None = None
