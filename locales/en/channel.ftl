# The rules of a channel, what it is taught, and the receipts of its posts.

sources-title = <b>Your channels</b>
source-line = { $number }. 📡 { $name } · { $mode }
source-line-shared = { $number }. 🌐 { $name } · { $mode }
source-number = { $number }
source-shared-by = 🌐 Shared with you by the admin. Here is your own switch.

channel-title = ⚙️ <b>{ $name }</b> · rules
channel-none = none
channel-any = any
channel-quote = Usual quote: { $quote }
channel-allowed = Only these symbols: { $symbols }
channel-names = Names: { $names }
channel-age = Trade posts up to { $seconds } s old
channel-sure = Trade by myself from { $percent } of 100 sure; below that I ask
channel-ignore = Leave out posts with: { $words }
channel-taught = { $count ->
    [0] Taught: nothing yet
    [one] Taught: { $count } price
   *[other] Taught: { $count } prices
}
channel-same = Same signal in two channels: { $policy }
channel-same-first = the first only
channel-same-both = take both
channel-never-more = <i>A rule can only make me do less. Your risk limits stay as they are.</i>

channel-about-quote = A coin written without its quote, such as BTC, is read in this one.
channel-about-age = A post that is older when I see it is not traded. I offer it to you instead.
channel-about-sure = How complete a signal must be for me to trade it without asking. 90 means symbol, side, entry, stop and targets; 75 means that one of them may be missing.
channel-about-same = What I do when two of your channels give the same signal within an hour. This counts for all of your channels.
channel-about-allowed = Write the symbols that may be traded from this channel, with commas: <code>BTC, ETH/USDT, gold</code>
channel-about-names = Write what a name of this channel means on your account: <code>gold = XAUUSD.m</code>
channel-about-ignore = Write words, with commas. A post with one of them is no signal: <code>results, vip</code>
channel-type-none = A single <code>-</code> means none.
channel-too-late = That question is closed. Open the rules again: /sources
channel-choice-quote = { $value }
channel-choice-age = { $value } s
channel-choice-sure = { $value }

button-rules = ⚙️ Rules
button-channel-quote = Usual quote
button-channel-age = Age
button-channel-sure = How sure
button-channel-same = Same signal
button-channel-allowed = Symbols
button-channel-names = Names
button-channel-ignore = Words to leave out
button-channel-forget = Forget what I taught

teach-title = 🎓 <b>{ $name }</b>
teach-which-stop = Which number is the <b>stop</b>?
teach-which-entry = Which number is the <b>entry</b>?
teach-which-target = Which number is a <b>target</b>?
teach-number = { $number }
teach-part-stop = Show the stop
teach-part-entry = Show an entry
teach-part-target = Show a target
teach-no-prices = I find no price in that post that I could know again by its words or its place.
teach-no-words = I find nothing around this number to know it by the next time. Choose another, or leave the post as it is.
teach-rule = New rule: { $rule }
teach-rule-words = after “{ $words }” comes { $part }
teach-rule-after = before “{ $words }” comes { $part }
teach-rule-line = line { $line } of the bare prices is { $part }
teach-named-stop = the stop
teach-named-entry = the entry
teach-named-target = a target
teach-changes = { $changed ->
    [0] I read the last { $count } posts again with it. Nothing would change.
    [one] I read the last { $count } posts again with it. One would be read differently:
   *[other] I read the last { $count } posts again with it. { $changed } would be read differently:
}
teach-post = <i>{ $text }</i>
teach-before = was: { $reading }
teach-after = now: <b>{ $reading }</b>
teach-saved = 🎓 Learnt for <b>{ $name }</b>. Its next posts are read this way.
teach-again = I ask you about this post once more, as I read it now.
button-fix = 🔧 Show me how to read it
button-teach-save = ✅ Keep this rule
button-teach-more = Show another price

reading-entry = entry { $prices }
reading-stop = stop { $price }
reading-targets = targets { $prices }
reading-several = { $count } signals
reading-nothing = no signal

notice-edited-withdrawn = Nobody took it, and it can no longer be taken. The post now says:
notice-outage-take = Nothing was traded. Tap one to take it now: I look at the price and at your rules again. Ten minutes.
button-take-late = ✅ { $side } { $symbol }
