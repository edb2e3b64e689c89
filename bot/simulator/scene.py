"""A demonstration as data: who is there, which channel, what it says. The caller brings it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.simulator.html import parse_html
from bot.simulator.model import Body, Person
from bot.simulator.stage import Stage

NOTE = "Local simulator: nothing here is sent to Telegram."


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePost:
    """A post the page offers as one tap above a channel's composer."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePerson:
    """Someone the viewer can be. ``started``: has already pressed Start."""

    name: str
    username: str | None = None
    language: str = "en"
    started: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneChannel:
    """``admins`` and ``members`` are names of people; the first admin is the creator.

    ``introduction`` (Telegram's HTML) stands in the channel from before the bot came, so the bot never hears of it.
    """

    title: str
    admins: tuple[str, ...]
    members: tuple[str, ...] = ()
    username: str | None = None
    introduction: str = ""
    samples: tuple[SamplePost, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoScene:
    """The whole stage. The first person is the one the page opens as."""

    bot_name: str
    bot_username: str
    people: tuple[ScenePerson, ...]
    channels: tuple[SceneChannel, ...] = ()
    note: str = NOTE


def play(scene: DemoScene, stage: Stage) -> dict[int, tuple[SamplePost, ...]]:
    """Set the stage; returns the sample posts by channel id. LookupError when a channel names an unknown person."""
    stage.bot.name, stage.bot.username = scene.bot_name, scene.bot_username
    people = {
        about.name: stage.add_person(
            about.name, username=about.username, language=about.language, started=about.started
        )
        for about in scene.people
    }
    return dict(_raise(about, people, stage) for about in scene.channels)


def _raise(about: SceneChannel, people: dict[str, Person], stage: Stage) -> tuple[int, tuple[SamplePost, ...]]:
    channel = stage.add_channel(
        about.title,
        username=about.username,
        admins=[people[name] for name in about.admins],
        members=[people[name] for name in about.members],
    )
    if about.introduction:
        body = Body(words=stage.world.words(parse_html(about.introduction)))
        stage.world.add_message(channel, None, body)
    return channel.id, about.samples
