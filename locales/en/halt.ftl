# Stopping everything: for oneself, and for everybody.

halt-done = 🛑 <b>Halted.</b> From now on I send no entry, for no signal.
halt-entries = { $count ->
    [0] No order of yours waits to enter.
    [one] The order that waits to enter is taken back. I tell you when that is confirmed.
   *[other] The { $count } orders that wait to enter are taken back. I tell you when that is confirmed.
}
halt-end = /resume ends the halt.
button-panic = 🛑 Close everything

panic-ask = { $count ->
    [0] 🛑 You have no open trades. Take back every waiting order and stay out?
    [one] 🛑 Close your open trade at the market, take back every waiting order, and stay out?
   *[other] 🛑 Close all { $count } open trades at the market, take back every waiting order, and stay out?
}
panic-yes = Yes, close everything
panic-begun = { $count ->
    [0] 🛑 <b>Halted.</b> Waiting orders are being taken back.
    [one] 🛑 <b>Halted.</b> I am closing your trade. I tell you what the exchange confirms, and go on until it is closed.
   *[other] 🛑 <b>Halted.</b> I am closing { $count } trades. I tell you what each exchange confirms, and go on until all are closed.
}

notice-flat = 🛑 <b>Confirmed closed: { $closed } of { $count }</b>
notice-flat-done = { $count ->
    [0] 🛑 <b>You are out.</b> There was nothing to close.
   *[other] 🛑 <b>You are out.</b> Every trade is closed, and the exchange has confirmed it.
}
notice-flat-trade = { $side } <b>{ $symbol }</b>
notice-flat-said = It says: { $reason }
notice-flat-again = I go on until all are closed. To be quicker, close what is open at the exchange.
notice-flat-end = No new trades until /resume.
flat-closed = ✅ closed, confirmed
flat-sent = ⏳ the closing order is on its way, not confirmed yet
flat-refused = ❌ not closed, I try again
flat-waiting = ⏳ not closed yet

button-house-halted = 🛑 Halt everybody
button-house-active = ▶️ End it for everybody
house-ask-halted = 🛑 Halt trading for <b>everybody</b>? No entry is sent, waiting orders are taken back. Open trades stay protected.
house-ask-active = ▶️ End the halt for <b>everybody</b>? Personal halts and pauses stay.
house-yes-halted = Yes, halt everybody
house-yes-active = Yes, let all trade again
house-done-halted = 🛑 <b>Trading is halted for everybody.</b> They are told.
house-done-active = ▶️ <b>Everybody may trade again.</b> They are told.
notice-house-halted = 🛑 <b>The operator has halted trading for everybody.</b> No new trades; yours stay protected and can be closed.
notice-house-active = ▶️ <b>The operator has ended the halt.</b> New signals open trades again, unless you have paused them.
resumed-but-house = Your own switch is on, but the operator has halted trading for everybody. I tell you when that ends.
