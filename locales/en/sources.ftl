# The channels that are followed.

sources-empty =
    You follow no channel of your own yet.

    Forward me any post of a channel, or make me an admin of your own.
source-title = 📡 <b>{ $name }</b>
source-mode-off = <b>Off</b>: I read it and do nothing.
source-mode-ask = <b>Ask me</b>: I show each signal with a Take button.
source-mode-auto = <b>Auto</b>: I trade each signal at once, within your limits.
source-mode-paper = <b>Paper</b>: I trade each signal at once, with play money only.
source-shared = 🌐 Shared with everyone
source-offer = 📡 Follow <b>{ $name }</b>? I ask you before every trade.
source-invited = 📡 I am now an admin of <b>{ $name }</b>. Follow it? I ask you before every trade.
source-followed = ✅ You follow <b>{ $name }</b>.
source-read = I am in that channel and read its posts by myself.
source-by-hand = I am not in that channel, so I cannot see its posts: forward them to me by hand, or make me an admin there.
source-remove-ask = Stop following <b>{ $name }</b>? Open trades stay as they are.
source-remove-yes = Yes, stop following
source-removed = You no longer follow <b>{ $name }</b>.

button-follow = 📡 Follow
button-mode-on = ● { $mode }
button-share = 🌐 Share with everyone
button-unshare = Share no longer
