# The accounts.

connections-empty = You have no account yet. /connect makes one: on paper in one tap, or at an exchange.
connection-title = <b>{ $name }</b> · { $sign }
connection-rights-unknown = ⚠️ I cannot check the rights of the key: { $venue } does not say them. Please look there: it must not be able to withdraw.
connection-venue = { $venue } · { $market }
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
button-connect = + New account

connection-remove-ask = Remove <b>{ $name }</b> · { $sign }? Its history goes with it.
connection-remove-yes = Yes, remove it
connection-removed = <b>{ $name }</b> · { $sign } is removed.
connection-remove-busy = <b>{ $name }</b> · { $sign } still has open trades or waiting orders. Close them first: /positions

connect-name = Paper { $balance }
connect-full = You already have { $count } accounts, which is the most I keep. Remove one first: /connections
connect-done =
    ✅ <b>{ $name }</b> · { $sign } is ready with { $balance }.

    Signals of your channels trade on it from now on. /sources shows the channels.
