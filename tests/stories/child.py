"""The service in a process that may be killed: everything is imported once, and each life is a fork of it.

Reads one JSON object of environment variables a line; answers with the number of the new process, and with its exit
code once it is over.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from functools import cache

import anyio._backends._asyncio
from aiogram.types import BotCommand, Chat, Message, Update, User

import bot.house
import engine.crashpoint
import handlers
import run
import storage.database
import storage.migrate
from bot import floodgate, i18n
from engine.market import simulated

WARM = (anyio._backends._asyncio, bot.house, handlers, storage.database, storage.migrate, simulated)


def warm_up() -> None:
    """What every life would do alike at its start, and none can notice: it is done once, before the first."""
    for model in (Update, Message, Chat, User, BotCommand):
        model.model_rebuild()
    i18n._bundle = cache(i18n._bundle)
    catalogue = i18n.Catalogue.load()
    for language in catalogue.languages():
        catalogue.texts(language)


def live(environment: dict[str, str]) -> None:
    """Run the service as the command line does, with its words in the file ``CHILD_LOG``."""
    os.environ.update(environment)
    os.chdir(os.environ["CHILD_FOLDER"])
    log = os.open(os.environ["CHILD_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    importlib.reload(engine.crashpoint)  # its places are armed from the environment, at import
    floodgate.PER_CHAT_SECONDS = 0.0  # the pace of messages is not what these stories are about
    run.run()


def main() -> None:
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            live(json.loads(line))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
