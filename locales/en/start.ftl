# The welcome, the language, and answers to what is not understood.

start-hello =
    👋 <b>Welcome to Heliograph</b> · 1 of 3

    I read the trading channels you choose. When one posts a signal, I open the trade on your account: sized to your risk, with a stop from the first fill. I tell you everything I do, and everything I do not do.

    You begin with paper money: real prices, nothing to lose.
start-account =
    <b>Your language and your account</b> · 2 of 3

    One tap makes a paper account with { $balance }. It trades at live prices; no real order is sent.
start-channel =
    <b>Add your first channel</b> · 3 of 3

    ✅ Your paper account is ready: { $name } · { $sign }

    Now forward me any post of a channel you trust, or make me an admin of your own channel. I ask before every trade until you set the channel to Auto.
start-shared = { $count ->
    [one] 🌐 A channel is shared with you already: its next signal comes with a Take button.
   *[other] 🌐 { $count } channels are shared with you already: their signals come with a Take button.
}
start-back =
    👋 <b>Welcome back</b>

    { $accounts ->
        [one] { $accounts } account
       *[other] { $accounts } accounts
    } · { $channels ->
        [one] { $channels } channel
       *[other] { $channels } channels
    } · { $positions ->
        [one] { $positions } open trade
       *[other] { $positions } open trades
    }
start-add-channel = Forward me a post of a channel to follow it.
start-paused = ⏸ New trades are paused. /resume opens them again.
start-halted = 🛑 Trading is halted. /resume starts it again.
start-house-halted = 🛑 The operator has halted trading for everybody. I tell you when that ends.
start-help = /help shows all I can do.

button-next = Next ›
button-make-paper = 📝 Make my paper account

language-choose = Which language shall I speak?
language-set = ✅ I speak English with you now.

unknown-command = I do not know { $command }. /help shows all commands.
unknown-text = I cannot use that message. Forward me a post of a channel, or see /help.
unknown-media = I only read text. Forward me a post with its words, or see /help.
