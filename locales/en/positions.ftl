# Open trades, and the day.

positions-empty = No open trades. When a channel posts a signal, its trade shows up here.
positions-overview = <b>{ $count ->
    [one] { $count } open trade
   *[other] { $count } open trades
}</b> · choose one:
positions-row = { $number }. { $side } { $symbol } · { $sign } · { $pnl } ({ $percent })

card-title = <b>{ $side } { $symbol }</b>
card-pnl = <b>{ $pnl }</b> ({ $percent })
card-size = Size: { $quantity }
card-size-part = Size: { $quantity } of { $original }
card-prices = Entry { $entry } · now <b>{ $now }</b>
card-entry = Entry: { $entry }
card-no-stop = ⚠️ No stop
card-target-open = ▫️ TP{ $level } { $price } · { $share }
card-target-hit = ✅ TP{ $level } { $price } · { $share }
card-trailing = Trailing stop is on
card-at-entry = Stop moved to entry
card-detached = You changed this trade yourself: the channel no longer manages it.

close-ask = Close <b>{ $side } { $symbol }</b> at the market? { $pnl } ({ $percent }) so far.
half-ask = Close half of <b>{ $side } { $symbol }</b> at the market? { $pnl } ({ $percent }) so far.
confirm-expiry = The button works for one minute.
close-yes = Yes, close it
half-yes = Yes, close half
closed-now = 🏁 <b>{ $side } { $symbol }</b> is closed: <b>{ $pnl }</b> ({ $percent })
closing-now = ⏳ <b>{ $side } { $symbol }</b>: the closing order is on its way.
half-closed = ✅ Half is closed.
stop-loosened = The stop has the room the channel asked for.
stop-at-entry = ✅ The stop is at the entry price.

today-title = <b>Today</b> · { $day }
today-empty = Nothing closed and nothing open today. That is fine too.
today-closed = Closed: { $count } · won { $rate }
today-pnl = Result: <b>{ $pnl }</b>
today-funding = Funding in it: { $funding }
today-open-funded = Open: { $count } · <b>{ $pnl }</b> without funding
today-open = Open: { $count } · <b>{ $pnl }</b>
