"""A local Telegram Bot API server: the rig the tests run against and the stage of the demonstration."""

from bot.simulator.faults import Fault, FaultKind
from bot.simulator.flood import Limits
from bot.simulator.model import Call, Chat, ChatKind, Media, Message, Person, Press, Status
from bot.simulator.scene import DemoScene, SamplePost, SceneChannel, ScenePerson
from bot.simulator.simulator import DEFAULT_TOKEN, Simulator
from bot.simulator.transcript import Line

__all__ = [
    "DEFAULT_TOKEN",
    "Call",
    "Chat",
    "ChatKind",
    "DemoScene",
    "Fault",
    "FaultKind",
    "Limits",
    "Line",
    "Media",
    "Message",
    "Person",
    "Press",
    "SamplePost",
    "SceneChannel",
    "ScenePerson",
    "Simulator",
    "Status",
]
