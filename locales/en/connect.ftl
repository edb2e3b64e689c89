# Connecting an exchange: the choice, the key, its test, real money.

connect-choose =
    <b>A new account</b>

    📝 On paper: live prices, money that is not real. Tap its balance.
    🔑 At an exchange: tap its name, or write <code>/connect okx</code>.
connect-choose-paper =
    📝 <b>A new paper account</b>

    It trades at live prices with money that is not real. With how much shall it start?
connect-no-vault = 🔒 Exchanges cannot be connected yet: this bot has no master key to seal your keys with. Its operator has to set one first.
connect-no-vault-admin =
    🔒 Exchanges cannot be connected yet: there is no master key to seal keys with. <code>run.py keys new k1</code> prints a line <code>k1:…</code>. Put it into <code>.env</code> as <code>MASTER_KEYS=k1:…</code> and restart.
connect-unknown = I know no exchange called <b>{ $name }</b>. Choose one:
connect-all = <b>{ $count } exchanges</b>
connect-market = <b>{ $exchange }</b>: which market shall I trade?
connect-where = <b>{ $exchange }</b>: with real money, or at its testnet first?
market-spot = Spot
market-swap = Futures
where-testnet = 🧪 Testnet
where-real = 💵 Real money
button-more = All exchanges ›
button-cancel = Cancel

key-title = 🔑 <b>{ $exchange }</b> · { $market } · { $sign }
key-title-old = 🔑 A new key for <b>{ $name }</b> · { $exchange } · { $market } · { $sign }
key-ask = Send me the <b>{ $field }</b> ({ $number } of { $count }). I delete your message at once and keep it sealed.
key-rights =
    Make a key that may read and trade, and that may <b>not</b> withdraw. If the exchange can bind it to an address, do that.
key-testnet-any = 🧪 Make the key at the exchange's testnet. A key of the exchange itself does not work there.
key-testnet-binance-spot = 🧪 Binance's spot testnet: make the key at testnet.binance.vision. A key of binance.com does not work there.
key-testnet-binance-swap = 🧪 For futures this is Binance's demo trading: make the key at demo.binance.com, under API Management. A key of binance.com or of the old futures testnet does not work there.
key-testnet-binanceusdm = { key-testnet-binance-swap }
key-testnet-okx = 🧪 At OKX this is demo trading: switch to Demo trading on okx.com and make the key there. A key for real trading does not work in it.
field-apiKey = API key
field-secret = API secret
field-password = passphrase
field-uid = user ID
field-login = login
field-token = token
field-accountId = account ID
field-walletAddress = wallet address
field-privateKey = private key
field-twofa = two-factor secret
key-not-deleted = ⚠️ <b>I could not delete your message.</b> Delete it yourself now, and make a new key at the exchange once this is done: "Replace key" on the card of the account.
key-not-one = That does not look like a key: it is one word without spaces. Send each value in a message of its own.
key-not-text = I take a key only as text of your own: no picture, no file, nothing forwarded.
key-edited = You changed a message. Please send the value as a new one.
key-lost = I was started anew while you sent that, and I write no key down in clear. Please send it once more.
key-expired = ⌛ That took too long, or was cancelled. I kept nothing of it. Begin again: /connect · /connections
question-left = ✖️ Cancelled. Nothing has changed.
question-over = Nothing is being asked any more. Your accounts: /connections · all commands: /help
key-left = ✖️ I no longer ask for that key, and kept nothing of it. Send no part of it now; /connect begins again.
key-left-old = ✖️ I no longer ask for a new key, and kept nothing of it. The account keeps the key it has. Send no part of the new one now; Replace key in /connections begins again.
key-again = Nothing new is connected.
key-again-old = The account keeps the key it had.
key-mend = Mend it at the exchange and test again, or send the first value of another key.
key-none-here = <b>{ $name }</b> · { $sign } has no key that I could replace.
button-test-again = ↻ Test again
key-done = ✅ <b>{ $name }</b> · { $sign } is connected.
key-done-old = ✅ <b>{ $name }</b> · { $sign } has its new key.
key-latency = The exchange answered in { $latency } ms. The key reads and trades.
key-latency-reads = The exchange answered in { $latency } ms. The key reads.
key-money = Equity: <b>{ $equity }</b>
key-ip = 💡 Bind the key to the address of this bot at the exchange, if it offers that: a stolen key is then worth nothing.
key-rights-unknown = ⚠️ I could not check the rights of this key: the exchange does not say them. Please look there: it has to be able to trade, and it must not be able to withdraw.
key-withdraw-unknown = ⚠️ The exchange does not say whether this key may withdraw. Please look there: it must not.
key-withdraw-risk = ⚠️ This key may withdraw. The operator allows that; it is safer without.
key-testnet = Signals of your channels trade on it from now on, with test money. /sources shows the channels.
key-watching = 👀 It only watches for now. No order is sent with real money until you switch that on.

connection-tested = Tested { $ago } ago · { $latency } ms
connection-silent = ⚠️ Does not answer; last tested { $ago } ago.
connection-well = ✅ It answers, and the key is fine.
state-watching = 👀 watching: sends no orders
button-test = Test
button-rename = Rename
button-rekey = Replace key
button-live = 💵 Trade real money
button-watch = 👀 Only watch
button-known = I know

live-phrase = TRADE REAL MONEY
live-ask =
    💵 <b>{ $name }</b> · { $sign }

    Signals will open trades with real money there. If you want that, type exactly this within two minutes:

    <code>{ $phrase }</code>
live-wrong = That was not the sentence. Nothing is switched on.
live-late = ⌛ The two minutes are over. Nothing is switched on.
live-on = 💵 <b>Real money.</b> New signals open trades on this account.
live-off = 👀 <b>Only watching.</b> No new trades here; open ones stay managed.
live-not-real = <b>{ $name }</b> · { $sign } has no real money.
live-not-here = 🔒 The operator of this bot does not let your account trade real money.

rename-ask = How shall <b>{ $name }</b> · { $sign } be called? Send me the new name.
rename-late = ⌛ That took too long. Tap Rename again: /connections
rename-done = ✅ Renamed.
known-done = Noted. I will not repeat this alarm. The trades there stay without me until the key is replaced.
