### /preview: what a text would do.

preview-title = 🔎 <b>Preview</b> · nothing is traded
preview-how = Send /preview with the text behind it, or answer a message with /preview. I show what I read in it and what it would do on your accounts.
preview-signal = <b>{ $side } { $symbol }</b>
preview-account = <b>{ $name }</b> · { $sign }
preview-plan = ✅ { $quantity } { $base } with the stop at { $stop }
preview-no-account = You have no account yet: /connect makes one.
preview-instruction = An instruction for open trades of the channel it comes from.
preview-unclear = It looks like a signal, but I would not trade it:
preview-nothing = I read no signal and no instruction here. I would do nothing.
