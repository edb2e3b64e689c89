"""A day is the owner's day: exact over every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.metrics import day_bounds

case = pytest.param


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        case("2026-03-02", "UTC", "2026-03-02T00:00", 24, id="UTC"),
        case("2026-03-28", "Europe/Berlin", "2026-03-27T23:00", 24, id="the day before spring"),
        case("2026-03-29", "Europe/Berlin", "2026-03-28T23:00", 23, id="spring forward"),
        case("2026-10-25", "Europe/Berlin", "2026-10-24T22:00", 25, id="fall back"),
        case("2026-03-08", "America/New_York", "2026-03-08T05:00", 23, id="another continent's spring"),
        case("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", 23, id="midnight itself was skipped"),
        case("2025-11-02", "America/Havana", "2025-11-02T04:00", 25, id="midnight came twice: the first"),
        case("2026-03-02", "Asia/Kathmandu", "2026-03-01T18:15", 24, id="a quarter of an hour"),
        case("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", 0, id="a day that never was"),
        case("2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00", 24.5, id="half an hour"),
    ],
)
def test_bounds(day: str, zone: str, start: str, hours: float) -> None:
    first, end = day_bounds(date.fromisoformat(day), zone)
    assert first == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert end - first == timedelta(hours=hours)
    assert first.tzinfo is end.tzinfo is UTC


@given(
    day=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tehran", "Africa/Cairo"]),
)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    assert day_bounds(day, zone)[1] == day_bounds(day + timedelta(days=1), zone)[0]


def test_a_zone_that_does_not_exist() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        day_bounds(date(2026, 3, 2), "Mars/Olympus")
