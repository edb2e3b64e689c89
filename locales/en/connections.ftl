# The accounts.

connections-empty = You have no account yet. /connect makes a paper account in one tap.
connection-title = <b>{ $name }</b> · { $sign }
connection-venue = { $venue } · { $state }
connection-money =
    Balance: <b>{ $balance }</b>
    Equity: <b>{ $equity }</b>
connection-open = { $count ->
    [0] No open trades
    [one] { $count } open trade
   *[other] { $count } open trades
}
state-active = ✅ trading
state-paused = ⏸ paused
state-testing = being tested
state-error = ⚠️ error

button-connection-pause = ⏸ Pause
button-connection-resume = ▶️ Resume
button-connect = + Paper account

connection-remove-ask = Remove <b>{ $name }</b> · { $sign }? Its history goes with it.
connection-remove-yes = Yes, remove it
connection-removed = <b>{ $name }</b> is removed.
connection-remove-busy = <b>{ $name }</b> still has open trades or waiting orders. Close them first: /positions

connect-choose =
    📝 <b>A new paper account</b>

    It trades at live prices with money that is not real. With how much shall it start?
connect-name = Paper { $balance }
connect-full = You already have { $count } accounts, which is the most I keep. Remove one first: /connections
connect-done =
    ✅ <b>{ $name }</b> · { $sign } is ready with { $balance }.

    Signals of your channels trade on it from now on. /sources shows the channels.
