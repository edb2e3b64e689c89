"""Who is there in the demonstration, and what the channel has ready to post."""

from __future__ import annotations

from bot.simulator.scene import DemoScene, SamplePost, SceneChannel, ScenePerson

YOU, ADMIN, CHANNEL = "You", "Marta, admin", "Alpha Signals"

LONG = """\
📈 BTC/USDT LONG

Entry: 64000
Targets:
1) 64320
2) 64800
Stop loss: 63680
Leverage: 5x"""

SHORT = """\
GOLD SELL NOW
SL 2352
TP1 2334
TP2 2322"""

LIMIT = """\
#ETH/USDT buy limit 3085
Stop 3050
Targets 3120 - 3160"""

SCENE = DemoScene(
    bot_name="Heliograph",
    bot_username="heliograph_demo_bot",
    people=(ScenePerson(name=YOU, username="you"), ScenePerson(name=ADMIN, username="marta", started=True)),
    channels=(
        SceneChannel(
            title=CHANNEL,
            admins=(ADMIN,),
            members=(YOU,),
            username="alpha_signals",
            introduction=(
                "<b>Welcome to Alpha Signals.</b>\nWhat is posted here, the bot reads. First, as yourself, press "
                "Start in your chat with Heliograph. Then, as Marta, who runs the channel, post a sample here."
            ),
            samples=(
                SamplePost(label="BTC long", text=LONG),
                SamplePost(label="Gold short", text=SHORT),
                SamplePost(label="ETH limit", text=LIMIT),
                SamplePost(label="Stop to entry", text="BTC: move SL to entry"),
                SamplePost(label="Close half", text="Close 50% of BTC"),
                SamplePost(label="Just talk", text="Good morning everyone! BTC looks strong today 🚀"),
            ),
        ),
    ),
    note="Local demo: this page plays Telegram, the market is simulated, no order leaves this machine.",
)
