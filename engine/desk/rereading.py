"""A post that was not read, or not rightly, is read again by what its channel's owner has taught since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.desk.edits import ask_about, ask_again, entries_of, same_one
from engine.errors import Code
from engine.ports import Tx
from engine.signals.house_rules import is_allowed
from engine.types import ChannelRules, Claim, Reading, SourceMode


def reread(
    tx: Tx, row_id: int, user_id: int, reading_of: Callable[[str, ChannelRules], Reading], now: datetime
) -> bool:  # fmt: skip
    """Ask the owner about the signal that is read now, if it is young enough to be taken; never trade it by itself.

    A signal of this post that nobody has taken takes the new reading; one that is being traded stays what it is.
    """
    seen = tx.messages.get(row_id)
    source = tx.sources.get(seen.source_id) if seen is not None else None
    if seen is None or source is None or source.user_id != user_id or source.mode is SourceMode.OFF:
        return False
    entries = entries_of(reading_of(seen.post.text, source.rules))
    claim = Claim(row_id=row_id, status="edited", version=seen.version)
    signals = tx.signals.of_message(source.id, seen.post.message_id)
    if not signals:
        return ask_about(tx, source, seen.post, entries, claim, now, why=Code.READ_ANEW)
    if len(signals) != 1 or len(entries) != 1 or tx.signals.executed([signals[0].id]):
        return False
    if same_one(signals[0], entries) is None or not is_allowed(entries[0], source.rules):
        return False
    return ask_again(tx, source, tx.signals.revise(signals[0].id, entries[0], now), claim, now)
