"""A small demonstration scene, and what a browser asks of it."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.simulator import DemoScene, SamplePost, SceneChannel, ScenePerson, Simulator

SCENE = DemoScene(
    bot_name="Mirror",
    bot_username="mirror_bot",
    people=(ScenePerson(name="You", username="you"), ScenePerson(name="Admin", language="de", started=True)),
    channels=(
        SceneChannel(
            title="Signals",
            admins=("Admin",),
            members=("You",),
            introduction="<b>Welcome</b>",
            samples=(SamplePost(label="Long", text="BTC long"),),
        ),
    ),
    note="Only a stage.",
)


class Visitor:
    """What a browser asks, as one person."""

    def __init__(self, sim: Simulator, session: aiohttp.ClientSession) -> None:
        self.sim, self.session = sim, session
        self.you, self.admin = (person for person in sim.world.accounts.values() if not person.is_bot)
        self.channel = next(chat for chat in sim.world.chats.values() if chat.title == "Signals")

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(self.sim.url + path, params=query) as response:
            response.raise_for_status()
            return await response.json()

    async def do(self, deed: str, **what: Any) -> Any:
        async with self.session.post(f"{self.sim.url}/_sim/{deed}", json=what) as response:
            assert response.status in {200, 400}
            return await response.json()
