# Words that several screens share.

language-name = English

sign-paper = 📝 PAPER
sign-live = 💵 LIVE
sign-testnet = 🧪 TESTNET
symbol-perpetual = { $pair } perpetual
side-buy = 🟢 LONG
side-sell = 🔴 SHORT
order-market = market
order-limit = limit
order-stop = stop
order-stop_limit = stop limit
holder-exchange = held by the exchange
holder-engine = watched by me
holder-placing = watched by me until the exchange holds it
mode-off = Off
mode-ask = Ask me
mode-auto = Auto
mode-paper = Paper

reason-tp = take profit
reason-sl = stop loss
reason-trailing_sl = trailing stop
reason-breakeven = stop at entry
reason-manual = by your hand
reason-signal = told by the channel
reason-external = outside of this bot
reason-emergency_stop = emergency stop
reason-liquidation = liquidated by the exchange
reason-other = see your open trades

line-account = { $name } · { $sign }
line-source = Channel: { $source }
line-size = Size: <b>{ $quantity } { $base }</b>
line-entry = Entry: <b>{ $price }</b>
line-stop = Stop: <b>{ $price }</b> · { $holder }
line-stop-price = Stop: { $price }
line-target = TP{ $level }: { $price } · { $share }
line-target-price = TP{ $level }: { $price }
line-risk = Risk at the stop: { $risk }
line-leverage = Leverage: { $leverage }×
line-pnl = Result: <b>{ $pnl }</b>
line-funding = Funding: { $funding }
line-left = Left: { $quantity }

duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
duration-hours = { $hours } h { $minutes } min
duration-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
} { $hours } h

button-back = ‹ Back
button-refresh = ↻ Refresh
button-close = Close
button-half = Close half
button-loosen = Set it anyway
button-stop-to-entry = Stop to entry
button-take = ✅ Take
button-skip = Skip
button-resume = ▶️ Resume trading
button-positions = Open positions
button-connections = My accounts
button-sources = My channels
button-remove = Remove
