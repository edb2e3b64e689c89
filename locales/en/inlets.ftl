# Sources beside Telegram: posts over HTTP, and feeds.

inlets-title = ➕ <b>Another source</b>
inlets-http = <b>HTTP</b>: I give you a secret address. Whatever is sent there by POST is a post, from TradingView or from your own program.
inlets-feed = <b>Feed</b>: I look at an RSS or Atom feed once a minute. Each new entry is a post.
inlet-ask-http = What shall I call this source? Write a name.
inlet-ask-feed = Send me the address of the feed. It begins with <code>https://</code> and is open to everybody: no password and no key in it.
inlet-made-http = ✅ <b>{ $name }</b> is ready. I ask you before every trade.
inlet-made-feed = { $count ->
    [0] ✅ I look at <b>{ $name }</b> from now on. Nothing stands there yet.
    [one] ✅ I look at <b>{ $name }</b> from now on. The entry that stands there is old, and is not traded.
   *[other] ✅ I look at <b>{ $name }</b> from now on. The { $count } entries that stand there are old, and are not traded.
}
inlet-address = Send posts to:
    <code>{ $address }</code>
inlet-once = ⚠️ You see this only once. Whoever has it can post here: keep it safe, and delete this message.
inlet-http = Posts come over HTTP.
inlet-feed = Feed: <code>{ $address }</code>
inlet-signed = 🔏 Every post must be signed.
inlet-unsigned = Posts need no signature: whoever knows the address can post. A program of your own can sign; TradingView cannot.
inlet-address-hidden = I keep the address as a hash, so I cannot show it again. I can make a new one.
inlet-looked = Last read: { $when }
inlet-stopped = ⏸ I no longer look at it.
inlet-address-ask = Make a new address? The one in use stops working at once.
inlet-address-yes = Yes, a new address
inlet-new-address = 🔗 This is the new address. The one before works no longer.
inlet-secret = 🔏 The secret that signs:
    <code>{ $secret }</code>
inlet-how-to-sign =
    From now on I take signed posts only. With each one send two headers:
    <code>X-Timestamp</code>: the time now, in Unix seconds
    <code>X-Signature</code>: <code>sha256=</code> and the hex HMAC-SHA256 of time, a dot, and the body
inlet-unsigned-ask = Take posts without a signature? Then whoever knows the address can post.
inlet-unsigned-yes = Yes, without a signature

notice-feed_lost = ⏸ <b>{ $source }</b>: I could not read this feed { $count } times in a row, so I no longer look at it.

button-inlets = ➕ Other source
button-inlet = 🔗 Way in
button-inlet-http = HTTP
button-inlet-feed = Feed
button-inlet-address = 🔗 New address
button-inlet-sign = 🔏 Want signatures
button-inlet-new-secret = 🔏 New secret
button-inlet-unsign = No signatures
button-inlet-saved = I have it ✓
button-inlet-source = ⚙️ Mode and rules
button-feed-again = 🔄 Look again

refusal-bad_signature = The signature does not fit.
mend-bad_signature = Sign the time, a dot and the body with the secret of this source: /sources
refusal-too_large = That is too large.
mend-too_large = A post may have 64 KiB.
refusal-unavailable = I cannot keep that right now.
mend-unavailable = Try again in a minute.
refusal-too_many_sources = You have as many other sources as one person can have.
mend-too_many_sources = Remove one first: /sources
refusal-no_master_key = This bot has no master key, so it can keep no secret.
mend-no_master_key = The admin has to set MASTER_KEYS. Until then posts come without a signature.
refusal-not_signed = Posts of this source need no signature, so whoever knows its address could post to everybody. I do not share it.
mend-not_signed = Set a secret first: Way in, then Want signatures. TradingView cannot sign, so its posts stay yours alone.
refusal-is_shared = This source is shared with everyone: without a signature, whoever knows its address could post to all of them.
mend-is_shared = Share it no longer first, then take posts without a signature.
refusal-feed_address = I cannot read that address.
mend-feed_address = It has to begin with https://, without a user or password, and be on the open internet.
refusal-feed_silent = The feed does not answer as it should.
mend-feed_silent = Open the address in a browser. If it leads on to another one, give me that.
refusal-feed_unreadable = That is no feed I can read.
mend-feed_unreadable = Give me the address of the RSS or Atom feed itself, of 1 MiB at most.
