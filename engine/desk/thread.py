"""What a post answers: replies are followed up to the signal they go back to."""

from __future__ import annotations

from engine.ports import Tx
from engine.types import Post, Signal, Source

LONGEST = 20  # replies to replies


def replied(tx: Tx, source: Source, post: Post) -> tuple[Signal, ...]:
    """The signals answered: by a reply to their post, or to a reply to it ("TP1 hit"), and so on."""
    message_id = post.reply_to
    for _ in range(LONGEST):
        if message_id is None:
            break
        if signals := tx.signals.of_message(source.id, message_id):
            return signals
        message_id = tx.messages.answered(source.id, message_id)
    return ()
