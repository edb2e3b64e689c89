# What happened, told in the order it happened.

notice-number = <i>#{ $number }</i>
notice-late = 🕓 <i>{ $delay } late: this happened { $at }</i>

notice-signal_proposed = 📡 <b>{ $source }</b> says: <b>{ $side } { $symbol }</b>
notice-proposed-entry = Entry: { $entries }
notice-proposed-market = Entry: at the market
notice-proposed-ask = Shall I take it?

notice-signal_unclear = { $code ->
    [reply_unknown] ❓ <b>{ $source }</b> wrote an instruction that I could not place. I did nothing with it.
   *[other] ❓ <b>{ $source }</b> posted what may be a signal. I did nothing with it.
}
notice-quote = <blockquote>{ $text }</blockquote>

notice-signal_refused = 🚫 <b>{ $side } { $symbol }</b> · not traded
notice-order_rested = ⏳ <b>{ $side } { $symbol }</b> · order waits for its price
notice-order-line = Size: { $quantity } · { $type } order at <b>{ $price }</b>
notice-order-until = Until { $until }
notice-entry_cancelled = ✖️ <b>{ $side } { $symbol }</b> · waiting order is gone
notice-entry-filled = Filled before that: { $quantity }

notice-execution = ✅ <b>{ $side } { $symbol }</b> · opened
moved-sl = a new stop was asked for
notice-latency-by-hand = ⚡ { $seconds } s from your tap to fill
notice-latency = ⚡ { $seconds } s from post to fill
notice-open = ➕ <b>{ $side } { $symbol }</b> · grew by { $added }
notice-grown = Size: <b>{ $quantity }</b> · average entry { $price }
notice-tp_hit = 🎯 <b>{ $side } { $symbol }</b> · TP{ $level } hit
notice-fill = Closed { $quantity } at <b>{ $price }</b>
notice-stop_moved = 🛡 <b>{ $side } { $symbol }</b> · stop moved
notice-stop-from = Stop: { $old } → <b>{ $new }</b> · { $holder }
notice-why = Why: { $reason }
notice-part_closed = ✂️ <b>{ $side } { $symbol }</b> · part closed
notice-close = 🏁 <b>{ $side } { $symbol }</b> · closed
notice-close-pnl = Result: <b>{ $pnl }</b> ({ $percent })
notice-close-prices = Entry { $entry } · last exit { $exit } · size { $quantity }
notice-close-fees = Fees: { $fees } · held { $duration }
notice-result_corrected = ✏️ <b>{ $side } { $symbol }</b> · result corrected
notice-corrected-now = Result: { $before } → <b>{ $now }</b> ({ $percent })
notice-corrected-why = The exchange showed this funding only after I had told you the result. It counts on the day it was paid.

notice-daily_report = 📊 <b>{ $day }</b>
notice-day-empty = No trade was closed.
notice-day-trades = { $count ->
    [one] { $count } trade
   *[other] { $count } trades
} · { $won } won, { $lost } lost ({ $rate })
notice-day-pnl = Result: <b>{ $pnl }</b>
notice-day-factor = Profit factor: { $factor }
notice-day-perfect = Profit factor: no losses
notice-day-drawdown = Largest drawdown: { $drawdown }
notice-days_corrected = ✏️ <b>Daily result corrected</b>
notice-day-corrected = { $day }: { $before } → <b>{ $now }</b>
notice-day-money =
    Balance: { $balance }
    Equity: { $equity }

notice-error = ⛔ <b>An account is switched off</b>
notice-error-positions = { $count ->
    [one] ⚠️ <b>One open trade there is not managed by me now.</b> Look after it at the exchange.
   *[other] ⚠️ <b>{ $count } open trades there are not managed by me now.</b> Look after them at the exchange.
}
notice-silence = 🔌 <b>The exchange has not answered for { $minutes } minutes</b>
notice-silence-open = { $count ->
    [one] One trade is open there.
   *[other] { $count } trades are open there.
} Stops that rest at the exchange stay in force; those that I keep act once it answers. I ask every minute, and open nothing new.
notice-silence-back = ✅ <b>The exchange answers again, after { $minutes } minutes</b>
notice-silence-compared = { $count ->
    [one] The open trade there is compared with what the exchange holds.
   *[other] The { $count } open trades there are compared with what the exchange holds.
} What happened meanwhile is told.
notice-start_found = 🔄 I have started. This had happened meanwhile, or is not clear yet:
notice-start-settled = • { $count ->
    [one] one order whose outcome was not known is clear now
   *[other] { $count } orders whose outcome was not known are clear now
}
notice-start-unsettled = • { $count ->
    [one] one order is not clear yet: I go on asking
   *[other] { $count } orders are not clear yet: I go on asking
}
notice-start-ended = • { $count ->
    [one] one trade had ended meanwhile
   *[other] { $count } trades had ended meanwhile
}
notice-start-silent = • { $count ->
    [one] one account has not shown how it stands: it opens nothing until then
   *[other] { $count } accounts have not shown how they stand: they open nothing until then
}
notice-trouble = ⚠️ <b>{ $symbol }</b> needs your eyes
notice-back_from_outage = 🔌 I was away. <b>{ $source }</b> posted { $count ->
    [one] { $count } signal that is
   *[other] { $count } signals that are
} too old to trade now:
notice-outage-symbols = { $symbols }

notice-post_skipped = 🚫 <b>{ $side } { $symbol }</b> · not traded

notice-signal_edited = ✏️ <b>{ $side } { $symbol }</b> · the channel changed its post
notice-edited-followed = The new stop and targets go to the open trade. A stop with more room asks you first.
notice-instruction_edited = ✏️ <b>{ $source }</b> changed a post about your open trade
notice-not-again =
    🚫 Not done: I carry out an instruction as it was first posted, never because of an edit.
    👉 If you want it, do it yourself: /positions
notice-edited-kept = Your trade stays as it is. The post now says:
notice-instruction_refused = 🚫 <b>{ $side } { $symbol }</b> · instruction not followed
notice-asked = The channel asked: { $instruction }
notice-targets_changed = 🎯 <b>{ $side } { $symbol }</b> · new targets from the channel

instruction-close = close the trade
instruction-close_partial = close a part
instruction-move_sl = move the stop
instruction-move_sl_to_entry = move the stop to the entry
instruction-move_sl_to_tp = move the stop to a target
instruction-set_tp = set new targets
instruction-modify_entry = change the entry
instruction-reenter = enter again
instruction-cancel = cancel the waiting order

note-reduced_to_max_risk = ℹ️ Made smaller: the risk stays within your limit
note-reduced_to_max_lot = ℹ️ Made smaller: your largest size for a trade
note-reduced_to_free_margin = ℹ️ Made smaller: all the free margin there is
note-reduced_to_max_qty = ℹ️ Made smaller: the largest order the exchange takes
note-reduced_to_signal_amount = ℹ️ Made smaller: the channel asks for a smaller amount
note-reduced_to_signal_risk = ℹ️ Made smaller: the channel asks for less risk
note-entries_merged = ℹ️ Fewer entry orders: smaller ones would be under the minimum
note-last_target_closes_rest = ℹ️ The last target closes all that is left
note-targets_merged = ℹ️ Fewer targets: smaller parts would be under the minimum

cancelled-expired = nobody met its price in time
cancelled-cancelled = it was cancelled
cancelled-too_old = its time ran out
cancelled-target_passed = the price reached the target without us
cancelled-signal = the channel cancelled it
cancelled-signal_closed = the channel closed the trade
cancelled-manual = you cancelled it
