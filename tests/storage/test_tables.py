"""The tables have every column that the words of the engine, and the product's specification, ask for."""

from __future__ import annotations

from dataclasses import fields

import pytest
from sqlalchemy import Numeric

from engine.types import DayReport, Order, OrderRequest, Position, Preset, Rung, Source
from storage.tables import metadata

SPECIFIED = {
    "execution_connections": (
        "id user_id admin_id name type exchange_name credentials status is_active is_admin_owned last_error "
        "last_tested_at last_used_at settings preset_id data_connection_id connection_type provider "
        "data_fetching_enabled trade_execution_enabled data_settings execution_settings last_data_fetch_at "
        "last_trade_execution_at copy_trading_enabled created_at updated_at"
    ),
    "execution_logs": (
        "id signal_id connection_id execution_type order_id symbol direction quantity entry_price sl_price tp_price "
        "status executed_at error_message response_data created_at updated_at"
    ),
    "execution_positions": (
        "id signal_id connection_id execution_log_id order_id symbol direction quantity entry_price current_price "
        "sl_price tp_price status pnl pnl_percentage closed_at closed_reason last_price_update_at predicted_slippage "
        "performance_score_at_entry srm_adjusted_lot srm_sl_buffer srm_adjustment_reason trailing_stop_enabled "
        "trailing_stop_distance trailing_stop_percentage highest_price lowest_price breakeven_enabled "
        "breakeven_trigger_price sl_moved_to_breakeven tp1_price tp2_price tp3_price tp1_close_pct tp2_close_pct "
        "tp3_close_pct tp1_closed_at tp2_closed_at tp3_closed_at tp1_closed_qty tp2_closed_qty tp3_closed_qty "
        "created_at updated_at"
    ),
    "execution_analytics": (
        "id connection_id user_id admin_id date total_trades winning_trades losing_trades total_pnl win_rate "
        "profit_factor max_drawdown balance equity additional_metrics created_at updated_at"
    ),
    "execution_notifications": (
        "id user_id admin_id connection_id signal_id position_id type title message is_read metadata created_at"
    ),
    "signals": (
        "title currency_pair time_frame market open_price sl tp structure_sl_price direction image description "
        "is_published published_date status channel_source_id auto_created message_hash last_modified_at "
        "modification_count"
    ),
    "channel_messages": (
        "raw_message message_hash parsed_data signal_id status confidence_score error_message processing_attempts"
    ),
}


@pytest.mark.parametrize("table", SPECIFIED)
def test_every_specified_column_is_there(table: str) -> None:
    assert set(SPECIFIED[table].split()) <= set(metadata.tables[table].c.keys())


@pytest.mark.parametrize(
    ("kind", "table", "elsewhere"),
    [
        pytest.param(Order, "orders", {"request"}, id="order"),
        pytest.param(OrderRequest, "orders", set(), id="request"),
        pytest.param(Position, "execution_positions", {"execution_id", "rungs"}, id="position"),
        pytest.param(Rung, "position_take_profits", set(), id="rung"),
        pytest.param(Preset, "trading_presets", set(), id="preset"),
        pytest.param(DayReport, "execution_analytics", set(), id="report"),
        pytest.param(Source, "channel_sources", set(), id="source"),
    ],
)
def test_every_field_has_a_column(kind: type, table: str, elsewhere: set[str]) -> None:
    names = {field.name for field in fields(kind)}
    assert names - elsewhere <= set(metadata.tables[table].c.keys())


def test_no_number_passes_through_a_float() -> None:
    columns = [column for table in metadata.tables.values() for column in table.c]
    assert not [column for column in columns if isinstance(column.type, Numeric)]


UNIQUE = {
    ("execution_analytics", ("connection_id", "date")),
    ("execution_logs", ("signal_id", "connection_id")),
    ("orders", ("connection_id", "client_order_id")),
    ("orders", ("execution_id", "leg", "attempt")),
    ("fills", ("connection_id", "trade_id")),
    ("funding_payments", ("connection_id", "funding_id")),
    ("inbox", ("bot_id", "update_id")),
    ("channel_messages", ("channel_source_id", "message_id")),
    ("execution_notifications", ("key",)),
    ("execution_notifications", ("user_id", "number")),
    ("execution_positions", ("execution_log_id",)),
    ("plan_subscriptions", ("user_id",)),
}


def test_unique_keys() -> None:
    found = set()
    for name, table in metadata.tables.items():
        constraints = [one for one in table.constraints if one.__visit_name__ == "unique_constraint"]
        found |= {(name, tuple(column.name for column in one.columns)) for one in constraints}  # type: ignore[attr-defined]
        found |= {(name, tuple(column.name for column in one.columns)) for one in table.indexes if one.unique}
    assert found >= UNIQUE


def test_every_foreign_key_begins_an_index() -> None:
    for table in metadata.tables.values():
        starts = {next(iter(index.columns)).name for index in table.indexes}
        starts |= {next(iter(one.columns)).name for one in table.constraints if getattr(one, "columns", None)}  # type: ignore[attr-defined]
        assert {key.parent.name for key in table.foreign_keys} <= starts, table.name
