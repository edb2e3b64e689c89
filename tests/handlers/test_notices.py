"""Every event in every language: with all its facts, with nothing it need not have, and with hostile words."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.notices import NOTICES, render
from bot.ports import Notice
from bot.replies import Reply
from bot.wording import MENDING, refused
from engine.errors import Code
from engine.events import (
    EVENTS,
    BackFromOutage,
    ConnectionLost,
    ConnectionSilent,
    DayClosed,
    DaysCorrected,
    EntryCancelled,
    Event,
    FeedLost,
    Flattened,
    HouseSwitched,
    InstructionEdited,
    InstructionRefused,
    OrderRested,
    PartClosed,
    PositionClosed,
    PositionGrew,
    PositionOpened,
    PostSkipped,
    ResultCorrected,
    SignalEdited,
    SignalProposed,
    SignalRefused,
    SignalUnclear,
    StartFound,
    StopMoved,
    TargetHit,
    TargetsChanged,
    Trouble,
)
from engine.types import ActionKind, ClosedReason
from tests.handlers.build import HOSTILE, NOW
from tests.handlers.world import CATALOGUE, fit_to_send, labels

LANGUAGES = CATALOGUE.languages()

WHERE: dict[str, Any] = {"connection": "Paper 10,000", "paper": True, "symbol": "BTC/USDT", "direction": "buy"}
TRADE: dict[str, Any] = {**WHERE, "position_id": 701}
RUNGS = [{"level": "1", "price": "65500", "share": "50"}, {"level": "2", "price": "67000", "share": "50"}]
NOTE = ["reduced_to_max_risk", {"before": "0.05", "after": "0.025"}]
EXIT: dict[str, Any] = {
    **TRADE, "price": Decimal("65500"), "quantity": Decimal("0.0125"), "left": Decimal("0.0125"),
    "pnl": Decimal("17.24"), "currency": "USDT",
}  # fmt: skip

SAMPLES: dict[type[Event], Event] = {
    type(event): event
    for event in (
        SignalProposed(
            signal_id=501, source="Alpha", symbol="BTC/USDT", direction="buy", entries=["63900–64100", "63500"],
            stop="62800", targets=["65500", "2 %"], leverage=5, max_age_seconds=600, version=2, why="low_confidence",
            details={"sure": "75", "limit": "90"}, message_row_id=601,
        ),
        SignalUnclear(source="Alpha", code="unclear", text="BTC to the moon?", found={"missing": "stop and targets"}),
        SignalRefused(
            **WHERE, source="Alpha", code="daily_loss", details={"lost": "51.2", "limit": "50", "currency": "USDT"},
        ),
        PostSkipped(
            source="Alpha", symbol="BTC/USDT", direction="sell", code="symbol_not_allowed", source_id=301,
            entries=["64000"], stop="65000", targets=["63000"],
        ),
        InstructionEdited(source="Alpha", text="close 30% of BTC", asked=["close_partial"]),
        SignalEdited(source="Alpha", symbol="BTC/USDT", direction="sell", text="SL 63000 now"),
        InstructionRefused(
            **WHERE, source="Alpha", instruction="move_sl", code="inconsistent",
            details={"stop": "61000", "current": "62800"},
        ),
        BackFromOutage(
            source="Alpha", count=2, symbols=["BTC", "ETH"],
            offers=[{"signal_id": 501, "version": 1, "symbol": "BTC/USDT", "direction": "buy"}],
        ),
        OrderRested(
            **WHERE, source="Alpha", order_type="limit", quantity=Decimal("0.025"), price=Decimal(63500),
            stop=Decimal(62800), targets=[Decimal(65500)], expires_at=NOW + timedelta(hours=4),
        ),
        EntryCancelled(**WHERE, code="too_old", filled=Decimal("0.01")),
        PositionOpened(
            **TRADE, source="Alpha", quantity=Decimal("0.025"), base="BTC", entry_price=Decimal("64120.5"),
            stop=Decimal(62800), targets=RUNGS, risk=Decimal("33.01"), currency="USDT", protection="placing",
            leverage=5, notes=[NOTE], latency_ms=412,
        ),
        PositionGrew(
            **TRADE, added=Decimal("0.01"), quantity=Decimal("0.035"), entry_price=Decimal("64100.1"),
        ),
        TargetsChanged(**TRADE, targets=RUNGS),
        TargetHit(**EXIT, level=1),
        StopMoved(
            **TRADE, old=Decimal(62800), new=Decimal("64120.5"), reason="breakeven", protection="exchange",
        ),
        PartClosed(**EXIT, reason="manual"),
        PositionClosed(
            **TRADE, reason="tp", entry_price=Decimal("64120.5"), exit_price=Decimal(67000),
            quantity=Decimal("0.025"), pnl=Decimal("53.2"), pnl_percentage=Decimal("3.32"), fees=Decimal("1.61"),
            currency="USDT", opened_at=NOW - timedelta(hours=3, minutes=20), closed_at=NOW,
        ),
        ResultCorrected(
            **TRADE, funding=Decimal("-0.6"), before=Decimal("53.2"), pnl=Decimal("52.6"),
            pnl_percentage=Decimal("3.28"), currency="USDT",
        ),
        DaysCorrected(
            connection="Main", paper=False, currency="USDT",
            days=[{"date": "2026-11-20", "before": "81.4", "now": "80.8"}],
        ),
        DayClosed(
            connection="Paper 10,000", paper=True, date=date(2026, 11, 20), total_trades=3, winning_trades=2,
            losing_trades=1, total_pnl=Decimal("81.4"), win_rate=Decimal("66.67"), profit_factor=Decimal("2.413"),
            max_drawdown=Decimal("1.2"), balance=Decimal("10081.4"), equity=Decimal("10112.9"), currency="USDT",
        ),
        ConnectionLost(connection="Main", code="key_lost", details={"venue": "invalid api key"}),
        ConnectionSilent(connection="Main", paper=False, positions=2, minutes=10),
        Flattened(
            done=False,
            trades=[
                {
                    "symbol": "BTC/USDT", "direction": "buy", "connection": "Main", "paper": False, "testnet": False,
                    "state": "refused", "reason": "market closed",
                },
                {
                    "symbol": "ETH/USDT", "direction": "sell", "connection": "Test", "paper": False, "testnet": True,
                    "state": "sent", "reason": "",
                },
            ],
        ),
        HouseSwitched(state="halted"),
        StartFound(settled=2, unsettled=1, ended=1, silent=3),
        Trouble(connection="Main", paper=False, symbol="BTC/USDT", code="order_unknown", details={"leg": "E1"}),
        FeedLost(source="Alpha feed", source_id=301, code="feed_silent", failures=10),
    )
}  # fmt: skip


def notice(event: Event, **other: Any) -> Notice:
    defaults: dict[str, Any] = {
        "id": 9, "user_id": 1, "chat_id": 1, "language": "en", "timezone": "UTC", "number": 12, "kind": event.kind,
        "urgent": event.urgent, "payload": event.payload(), "created_at": NOW,
    }  # fmt: skip
    return Notice(**{**defaults, **other})


def told(event: Event, language: str = "en", now: datetime | None = None, **other: Any) -> Reply:
    reply = render(notice(event, **other), CATALOGUE.texts(language), now)
    fit_to_send(reply)
    return reply


def of(kind: type[Event], **fields: Any) -> Event:
    """The sample of this event with some fields as the test wants them."""
    return replace(SAMPLES[kind], **fields)


def test_every_event_has_words_and_a_sample() -> None:
    kinds = {event.kind for event in Event.__subclasses__()}
    assert NOTICES.keys() == kinds == {sample.kind for sample in SAMPLES}
    assert EVENTS.keys() <= kinds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.kind)
def test_every_event_ends_with_its_number(kind: type[Event], language: str) -> None:
    assert told(SAMPLES[kind], language).text.endswith("\n\n<i>#12</i>")


@pytest.mark.parametrize("kind", [k for k in SAMPLES if "paper" in {f.name for f in fields(k)}], ids=lambda k: k.kind)
def test_every_event_of_an_account_says_whether_it_is_paper(kind: type[Event]) -> None:
    assert "📝 PAPER" in told(of(kind, paper=True)).text
    live = told(of(kind, paper=False)).text
    assert "💵 LIVE" in live and "PAPER" not in live


def hostile(event: Event) -> Event:
    """Every field that people outside can fill holds markup."""
    free = {"source", "connection", "symbol", "base", "text", "currency", "stop"}
    changes: dict[str, Any] = {
        f.name: HOSTILE for f in fields(event) if f.name in free and isinstance(getattr(event, f.name), str)
    }
    for name in ("entries", "symbols"):
        if hasattr(event, name):
            changes[name] = [HOSTILE]
    if isinstance(event, Flattened):
        words = {"symbol": HOSTILE, "connection": HOSTILE, "reason": HOSTILE}
        changes["trades"] = [{**trade, **words} for trade in event.trades]
    for name in ("details", "found"):
        if hasattr(event, name):
            changes[name] = {"venue": HOSTILE, "limit": HOSTILE, "missing": HOSTILE, HOSTILE: HOSTILE, "a.b": "1"}
    return replace(event, **changes)


WORDLESS = (HouseSwitched, StartFound)  # nothing in them comes from outside


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind not in WORDLESS], ids=lambda kind: kind.kind)
def test_words_from_outside_are_shown_as_they_are(kind: type[Event], language: str) -> None:
    reply = told(hostile(SAMPLES[kind]), language)
    assert HOSTILE not in reply.text
    assert "&lt;b&gt;&amp;&quot;" in reply.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_every_refusal_says_why_and_what_to_do(code: Code, language: str) -> None:
    t = CATALOGUE.texts(language)
    details = {"have": "5", "limit": "5", "venue": HOSTILE, "unheard of": "x", "empty": ""}
    reply = refused(code, details, t)
    fit_to_send(reply)
    why, figures, mend = reply.text.split("\n")
    assert why == "🚫 " + t(f"refusal-{code}") and mend == "👉 " + t(f"mend-{code}")
    assert "&lt;b&gt;" in figures and "unheard" not in figures
    assert bool(reply.rows) is (code in MENDING)
    assert refused(code, {"venue": "", "limit": None}, t).text.count("\n") == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_every_code_fits_every_event_that_carries_one(code: Code, language: str) -> None:
    for kind in SAMPLES:
        if "code" in {f.name for f in fields(kind)}:
            told(of(kind, code=code.value), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", ClosedReason)
def test_every_reason_has_words(reason: ClosedReason, language: str) -> None:
    t = CATALOGUE.texts(language)
    for kind in (PartClosed, PositionClosed):
        assert t(f"reason-{reason}") in told(of(kind, reason=reason.value), language).text
    moved = t("moved-sl") if reason is ClosedReason.SL else t(f"reason-{reason}")
    assert moved in told(of(StopMoved, reason=reason.value), language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ActionKind)
def test_every_instruction_has_words(action: ActionKind, language: str) -> None:
    words = CATALOGUE.texts(language)(f"instruction-{action}")
    assert words in told(of(InstructionRefused, instruction=action.value), language).text


def test_the_confirmation_tells_the_whole_trade() -> None:
    reply = told(SAMPLES[PositionOpened])
    assert reply.text == (
        "✅ <b>🟢 LONG BTC/USDT</b> · opened\n"
        "Paper 10,000 · 📝 PAPER\n"
        "Channel: Alpha\n"
        "\n"
        "Size: <b>0.025 BTC</b>\n"
        "Entry: <b>64,120.5</b>\n"
        "Stop: <b>62,800</b> · watched by me until the exchange holds it\n"
        "TP1: 65,500 · 50%\n"
        "TP2: 67,000 · 50%\n"
        "Risk at the stop: 33.01 USDT\n"
        "Leverage: 5×\n"
        "\n"
        "ℹ️ Made smaller: the risk stays within your limit\n"
        "before 0.05 · now 0.025\n"
        "⚡ 0.41 s from post to fill\n"
        "\n"
        "<i>#12</i>"
    )
    assert labels(reply) == [["Close", "Close half"], ["Stop to entry"]]
    assert all(b.args == {"position": 701, "notice": True} for row in reply.rows for b in row)


@pytest.mark.parametrize("holder", ["exchange", "engine", "placing"])
def test_who_holds_the_stop_is_always_said(holder: str) -> None:
    words = CATALOGUE.texts("en")(f"holder-{holder}")
    assert words in told(of(PositionOpened, protection=holder)).text


def test_what_is_not_known_is_left_out() -> None:
    bare = told(of(PositionOpened, source="", leverage=None, notes=[["unheard_of", {}]], latency_ms=None)).text
    assert not any(word in bare for word in ("Channel", "Leverage", "ℹ️", "⚡", "None"))
    assert bare.endswith("USDT\n\n<i>#12</i>")
    assert "→" not in told(of(StopMoved, old=None)).text
    assert "Entry: 63,900–64,100 · 63,500" in told(SAMPLES[SignalProposed]).text
    assert "Entry: at the market" in told(of(SignalProposed, entries=[])).text
    assert "Stop" not in told(of(SignalProposed, stop="")).text


def test_a_part_that_leaves_nothing_offers_no_buttons() -> None:
    assert labels(told(SAMPLES[TargetHit])) == [["Close", "Close half"], ["Stop to entry"]]
    assert told(of(TargetHit, left=Decimal(0))).rows == ()


def test_the_day_without_losses_and_the_day_without_trades() -> None:
    assert "Profit factor: 2.41\n" in told(SAMPLES[DayClosed]).text
    assert "Profit factor: no losses" in told(of(DayClosed, profit_factor=Decimal(999))).text
    quiet = told(of(DayClosed, total_trades=0)).text
    assert "No trade was closed." in quiet and "Profit factor" not in quiet and "Balance" in quiet


def test_F42_funding_is_told_where_there_was_any() -> None:
    assert "Funding" not in told(SAMPLES[PositionClosed]).text + told(SAMPLES[DayClosed]).text
    assert "Funding: -0.60 USDT" in told(of(PositionClosed, funding=Decimal("-0.6"))).text
    assert "Funding: +0.25 USDT" in told(of(DayClosed, funding=Decimal("0.25"))).text
    assert "Funding: -0.60 USDT" in told(of(DayClosed, total_trades=0, funding=Decimal("-0.6"))).text


def test_F42_a_correction_says_what_was_told_and_what_is_so_now() -> None:
    trade, days = told(SAMPLES[ResultCorrected]).text, told(SAMPLES[DaysCorrected]).text
    assert "result corrected" in trade and "Funding: -0.60 USDT" in trade
    assert "Result: +53.20 USDT → <b>+52.60 USDT</b> (+3.28%)" in trade
    assert "Nov 20, 2026: +81.40 USDT → <b>+80.80 USDT</b>" in days


def test_a_notice_from_before_funding_was_known_can_still_be_told() -> None:
    event = SAMPLES[PositionClosed]
    older = {name: value for name, value in event.payload().items() if name != "funding"}
    assert "Funding" not in render(notice(event, payload=older), CATALOGUE.texts("en")).text


def test_a_proposal_is_good_as_long_as_its_signal() -> None:
    sample = of(SignalProposed, message_row_id=None)
    reply = told(sample)
    assert labels(reply) == [["✅ Take", "Skip"]]
    assert {b.args["version"] for b in reply.rows[0]} == {2}
    assert {b.expires_in for row in reply.rows for b in row} == {timedelta(seconds=600)}
    assert all(b.once for row in reply.rows for b in row)
    later = told(sample, now=NOW + timedelta(seconds=590))
    assert {b.expires_in for row in later.rows for b in row} == {timedelta(seconds=10)}
    gone = told(sample, now=NOW + timedelta(hours=1))
    assert {b.expires_in for row in gone.rows for b in row} == {timedelta(seconds=1)}


def test_a_proposal_says_why_it_asks_and_its_owner_can_mend_the_reading() -> None:
    reply = told(SAMPLES[SignalProposed])
    assert "not sure enough" in reply.text and "sure 75 of 100 · limit 90" in reply.text
    assert "Shall I take it?" not in reply.text
    assert labels(reply) == [["✅ Take", "Skip"], ["🔧 Show me how to read it"]]
    assert "Shall I take it?" in told(of(SignalProposed, why="")).text


def test_the_receipt_of_a_skipped_signal_has_reading_rule_and_button() -> None:
    reply = told(SAMPLES[PostSkipped])
    for words in ("Entry: 64,000", "Stop: 65,000", "TP1: 63,000", "do not trade this symbol"):
        assert words in reply.text
    assert labels(reply) == [["⚙️ Rules"]]
    assert labels(told(of(PostSkipped, source_id=None))) == []


def test_the_receipt_of_a_refused_signal_shows_what_was_read() -> None:
    read = {"entries": ["64000", "63000–63500"], "stop": "62000", "targets": ["65000"]}
    text = told(of(SignalRefused, code="paused", **read)).text
    assert "Entry: 64,000 · 63,000–63,500\nStop: 62,000\nTP1: 65,000\n\nNew trades are paused." in text
    assert "Entry" not in told(of(SignalRefused, entries=[], stop="", targets=[])).text  # written by an older version


def test_a_trade_taken_by_hand_counts_from_the_tap() -> None:
    assert "0.41 s from post to fill" in told(SAMPLES[PositionOpened]).text
    assert "0.41 s from your tap to fill" in told(of(PositionOpened, by_hand=True)).text


def test_a_stop_that_was_moved_was_not_a_stop_loss() -> None:
    assert "Why: a new stop was asked for" in told(of(StopMoved, reason="sl")).text
    assert "Why: stop at entry" in told(of(StopMoved, reason="breakeven")).text


def test_a_backlog_is_offered_signal_by_signal() -> None:
    reply = told(SAMPLES[BackFromOutage])
    [[take]] = reply.rows
    assert take.label == "✅ 🟢 LONG BTC/USDT" and take.expires_in == timedelta(minutes=10) and take.once
    assert "Nothing was traded." in reply.text
    assert told(of(BackFromOutage, offers=[])).rows == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Your trade stays"),
        ({"followed": True}, "go to the open trade"),
        ({"withdrawn": True}, "no longer be taken"),
    ],
    ids=["kept", "followed", "withdrawn"],
)
def test_an_edit_says_what_it_did(fields: dict[str, bool], words: str) -> None:
    assert words in told(of(SignalEdited, **fields)).text


@pytest.mark.parametrize(
    ("delay", "said"),
    [(0, None), (60, None), (61, "1 min"), (3600 * 3 + 1200, "3 h 20 min"), (86400 + 7200, "1 day 2 h")],
    ids=["at once", "a minute", "late", "hours", "a day"],
)
def test_late_messages_carry_their_delay(delay: int, said: str | None) -> None:
    text = told(SAMPLES[TargetHit], now=NOW + timedelta(seconds=delay)).text
    assert text.startswith(f"🕓 <i>{said} late: this happened Nov 21, 2026 12:00</i>\n\n" if said else "🎯")


def test_times_are_in_the_persons_zone() -> None:
    text = told(SAMPLES[OrderRested], timezone="Asia/Tokyo").text
    assert "Until Nov 22, 2026 01:00" in text


def test_a_kind_without_words_is_a_fault() -> None:
    with pytest.raises(KeyError):
        render(notice(SAMPLES[TargetHit], kind="unheard_of"), CATALOGUE.texts("en"), datetime(2026, 1, 1, tzinfo=UTC))


def test_an_account_at_a_testnet_says_so_in_every_notice() -> None:
    for kind in (k for k in SAMPLES if "paper" in {f.name for f in fields(k)}):
        said = told(of(kind, paper=False), testnet=True).text
        assert "🧪 TESTNET" in said and "LIVE" not in said


def test_a_panic_says_of_each_trade_what_the_venue_confirmed() -> None:
    said = told(SAMPLES[Flattened]).text
    assert "Confirmed closed: 0 of 2" in said
    assert "❌ not closed, I try again\nIt says: market closed" in said
    assert "Test · 🧪 TESTNET\n⏳ the closing order is on its way, not confirmed yet" in said
    done = told(Flattened(done=True, trades=[{**SAMPLES[Flattened].trades[0], "state": "closed", "reason": ""}])).text
    assert "You are out" in done and "✅ closed, confirmed" in done and "I go on" not in done


def test_a_lost_key_with_open_trades_is_alarming_and_can_be_acknowledged() -> None:
    quiet = told(of(ConnectionLost, connection_id=7))
    assert "not managed" not in quiet.text and len(quiet.rows) == 1
    loud = told(of(ConnectionLost, connection_id=7, positions=2))
    assert "2 open trades there are not managed by me" in loud.text
    assert loud.rows[-1][0].label == "I know" and loud.rows[-1][0].args == {"connection": 7}


@pytest.mark.parametrize(("leg", "still_open"), [("C", True), ("C1f2e", True), ("T1", True), ("E1", False)])
def test_what_a_failed_close_says_is_about_the_open_trade(leg: str, still_open: bool) -> None:
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT:USDT", code="no_price", details={"leg": leg})
    said = told(event).text
    assert ("The trade is still open" in said) is still_open and ("The next signal" in said) is not still_open
    assert "BTC/USDT perpetual" in said


def test_what_a_channel_could_not_close_is_still_open() -> None:
    refused = InstructionRefused(
        connection="Main", paper=False, source="Alpha", symbol="BTC/USDT:USDT", direction="buy", instruction="close",
        code="no_price", details={}, position_id=7,
    )  # fmt: skip
    said = told(refused).text
    assert "The trade is still open" in said and "next signal" not in said and "BTC/USDT perpetual" in said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("close_waits", "cancel the stop at the exchange"),
        ("close_late", "watch the price here"),
        ("close_again", "never turn it round"),
        ("venue_unreachable", "the close did not happen"),
    ],
)
def test_a_close_that_is_late_says_what_is_so_and_what_can_be_done(code: str, words: str) -> None:
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT", code=code, details={"leg": "C"})
    assert words in told(event).text and labels(told(event))


@pytest.mark.parametrize(("code", "words"), [("stop_late", "I watch the price"), ("stop_ended", "exchange itself")])
def test_a_stop_that_is_late_or_was_ended_there_keeps_its_own_words(code: str, words: str) -> None:
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT", code=code, details={"leg": "S"})
    assert words in told(event).text and "cancelled" not in told(event).text


@pytest.mark.parametrize("code", ["price_band", "min_notional", "venue_refused"])
def test_a_stop_that_the_exchange_does_not_take_is_not_told_in_the_words_of_an_entry(code: str) -> None:
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT", code=code, details={"leg": "S", "venue": "no"})
    text = told(event).text
    assert "did not take the stop order" in text and "I watch the price" in text and "It says: no" in text
    assert "Nothing was sent" not in text and "the signal" not in text


def test_a_stop_that_somebody_took_away_keeps_its_own_words() -> None:
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT", code="stop_cancelled", details={"leg": "S"})
    assert "I put it back" in told(event).text


def test_the_other_side_is_told_with_what_is_held_and_a_button_for_who_wants_to_keep_it() -> None:
    event = Trouble(
        connection="Main", paper=False, symbol="BTC/USDT:USDT", code="other_side", position_id=7,
        details={"direction": "sell", "quantity": "0.5"},
    )  # fmt: skip
    said = told(event)
    assert "holds the other side" in said.text and "short · quantity 0.5" in said.text and "open nothing" in said.text
    assert [(button.action, button.args) for row in said.rows for button in row] == [("position_side", {"position": 7})]


def test_an_order_without_a_record_is_told_with_its_number_as_the_exchange_writes_it() -> None:
    details = {"direction": "buy", "quantity": "1500", "order": "#8389765512"}
    event = Trouble(connection="Main", paper=False, symbol="BTC/USDT", code="order_not_known", details=details)
    assert "long · quantity 1,500 · order #8389765512" in told(event).text


def test_a_start_says_only_what_it_found() -> None:
    text = told(StartFound(settled=0, unsettled=1, ended=2, silent=0)).text
    assert "one order is not clear yet" in text and "2 trades had ended" in text
    assert "account" not in text and "clear now" not in text
