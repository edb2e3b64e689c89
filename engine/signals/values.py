"""Numbers of a draft → prices and distances: marks, thousands, shortened and broken prices are settled here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.signals.bands import Band, contains
from engine.signals.draft import Draft, Number
from engine.signals.numbers import completed, decimal_mark, rate_digit, readings
from engine.types import Level, LevelKind

PriceOf = Callable[[str, str | None], Decimal | None]
_KINDS = {"price": LevelKind.PRICE, "pips": LevelKind.PIPS, "percent": LevelKind.PERCENT}
_NEAR = Decimal(3)
_SHORTEST_GLUED = 3
WIDEST_STEP, WIDEST_ZONE = Decimal(2), Decimal("1.15")


class Ambiguous(Exception):
    """A number has two readings and nothing says which one is meant."""

    def __init__(self, raw: str) -> None:
        super().__init__(raw)
        self.raw = raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What is known of the size of the prices: the decimal mark, the usual band, the live price, a sure price."""

    mark: str | None
    band: Band | None
    live: Decimal | None
    sure: Decimal | None
    rate_digit: str

    def price(self, number: Number) -> Decimal:
        """Value of ``number``; raises Ambiguous when two readings are equally good."""
        values = readings(number.raw, self.mark)
        if len(values) == 1:
            return values[0] * number.times
        best = next((value for value in values if self._is_believed(value * number.times)), None)
        if best is None:
            if "," in number.raw and self.mark is None and self.band is None and self.sure is None:
                raise Ambiguous(number.raw)
            best = values[0]
        return best * number.times

    def is_near_sure(self, number: Number) -> bool:
        """The number is of the size of the prices that are sure."""
        return self.sure is not None and _near(readings(number.raw, self.mark)[0], self.sure)

    def _is_believed(self, value: Decimal) -> bool:
        if self.live is not None:
            return _near(value, self.live)
        if self.band is not None:
            return contains(self.band, value)
        return self.sure is not None and _near(value, self.sure)


def _near(one: Decimal, other: Decimal) -> bool:
    return one <= other * _NEAR and other <= one * _NEAR


def scale_of(draft: Draft, band: Band | None, live: Decimal | None) -> Scale:
    """Scale that the numbers of a draft agree on."""
    numbers = [
        n for group in (draft.entries, draft.head, draft.targets, draft.stops) for n in group if n.unit == "price"
    ]
    mark = decimal_mark([number.raw for number in numbers])
    sure = [
        readings(number.raw, mark)[0] * number.times
        for number in numbers
        if len(readings(number.raw, mark)) == 1 and not number.glued
    ]
    return Scale(
        mark=mark,
        band=band,
        live=live,
        sure=sure[0] if sure else None,
        rate_digit=rate_digit(number.raw for number in numbers),
    )


def prices(numbers: Sequence[Number], scale: Scale, widest: Decimal = WIDEST_STEP) -> list[Decimal]:
    """Prices of one field in the order written; shortened ones are completed from the one before."""
    found: list[Decimal] = []
    for number in rejoined(numbers, scale):
        whole = completed(found[-1], number.raw, widest) if found and number.times == 1 and _follows(number) else None
        found.append(scale.price(number) if whole is None else whole)
    return found


def _follows(number: Number) -> bool:
    return "\n" not in number.joined and any(mark in number.joined for mark in "-/,→:")


def rejoined(numbers: Sequence[Number], scale: Scale) -> list[Number]:
    """``1 21520`` beside prices like 1.2191 is one price broken at its decimal mark."""
    found: list[Number] = []
    for number in numbers:
        broken = (
            found
            and found[-1].raw == scale.rate_digit
            and number.joined == ""
            and len(number.raw) in (4, 5)
            and number.raw.isdigit()
        )
        if broken:
            found[-1] = found[-1]._replace(raw=f"{found[-1].raw}.{number.raw}")
        else:
            found.append(number)
    return found


def level(number: Number, scale: Scale) -> Level:
    """Stop or target in the unit it was written in."""
    value = scale.price(number) if number.unit == "price" else readings(number.raw, scale.mark)[0]
    return Level(kind=_KINDS[number.unit], value=value)


def unglued(raw: str, sure: Decimal | None) -> str:
    """``TP41.3100`` beside prices near 1.3 is target four at 1.3100; ``TP.1.3315`` beside 3321 is target one."""
    if sure is None or len(raw) < _SHORTEST_GLUED or "." not in raw[1:]:
        return raw
    rest = raw[1:].removeprefix(".")
    as_written, as_indexed = readings(raw, ".")[0], readings(rest, ".")[0]
    return rest if not _near(as_written, sure) and _near(as_indexed, sure) else raw
