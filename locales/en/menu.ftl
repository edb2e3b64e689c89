# One text a command: the menu of Telegram and /help are built from these.

command-start = Welcome and set-up
command-positions = Open trades and what they earn
command-today = The result of today
command-preview = What I would read in a text, and do
command-sources = Channels I read for you
command-connections = Your accounts
command-connect = Connect an account
command-pause = Stop opening new trades
command-resume = Open new trades again
command-halt = Halt: no entry at all, at once
command-panic = Close everything and stay out
command-language = Choose the language
command-cancel = Leave a question of mine
command-help = All commands
command-users = People of this bot
command-health = Is everything running

group-trades = Trades
group-setup = Channels and accounts
group-control = Control
group-more = More
group-admin = For admins

help-title = <b>What I can do</b>
help-group = <b>{ $title }</b>
help-command = /{ $name } · { $about }
help-footer = Forward me a post of a channel to follow it.

bot-description =
    I read the trading channels you choose and open their signals on your account: sized to your risk, with a stop from the first fill. I ask before every trade until you say otherwise, and tell you everything I do and do not do.

    You begin with paper money: live prices, nothing to lose. Press Start.
bot-short-description = Turns the posts of trading channels into protected trades. Paper money first; asks before every trade.
