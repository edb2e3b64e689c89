# Posts forwarded by hand, and the answer to a proposed signal.

forward-taken = 📨 Read as a post of <b>{ $channel }</b>. If it is a signal, you hear of it at once.
forward-off = <b>{ $channel }</b> is off, so this post does nothing. Switch the channel on first:
forward-empty = That post has no text, so there is nothing to read.
signal-taken = ✅ <b>{ $side } { $symbol }</b>: taken. The confirmation follows.
signal-skipped = <b>{ $side } { $symbol }</b>: skipped.
