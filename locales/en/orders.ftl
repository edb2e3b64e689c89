# An order that the exchange could not answer for.

button-order-check = 🔄 Look again
button-order-gone = It is not there
order-found = ✅ The order in <b>{ $symbol }</b> was found at the exchange. It is in my books again.
order-gone = The order in <b>{ $symbol }</b> is over: it is not at the exchange.
order-still-unknown = The exchange still does not say whether the order in <b>{ $symbol }</b> arrived. Please look there yourself.
order-gone-ask = Did you look at the exchange, at open orders and at trades, and the order in <b>{ $symbol }</b> is <b>not there</b>?
order-gone-yes = Yes, it is not there
button-side-keep = It stays: trade beside it
side-keep-ask = Is what this account holds in <b>{ $symbol }</b> yours, and does it <b>stay</b>? Where an account has one position a symbol, a trade of mine in the other direction closes a part of it.
side-keep-yes = Yes, it stays
side-kept = ✅ I open new trades in <b>{ $symbol }</b> on this account again.
