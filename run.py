"""Heliograph's command line and composition root: the one place where every room is known.

run      the service: receives posts and commands, trades, tells
demo     a whole small world on this machine: Telegram's stand-in, the bot, a paper market, one page
parse    messages in, readings out, one JSON line each
doctor   checks what the service needs, and says how to mend it
migrate  brings the database to this version
keys     master keys: make one, seal everything anew
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from bot.house import Feed
    from bot.nursery import Loop
    from bot.settings import Settings
    from engine.ports import Clock
    from storage.database import Database
    from storage.safe import Safe
    from storage.vault import KeyRing

T = TypeVar("T")

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Channel posts become protected positions.",
)  # fmt: skip
keys = typer.Typer(no_args_is_help=True, help="Master keys that seal the credentials of connections.")
app.add_typer(keys, name="keys")


@app.command()
def run() -> None:
    """Run the service until it is told to stop."""
    from bot.doctor import signals_port, webhook_port
    from bot.logs import configure

    settings = _settings()
    token = _or_exit(lambda: settings.token)
    _or_exit(lambda: _keys_are_sound(settings))
    configure(settings)
    _or_exit(lambda: _migrate(settings))
    _or_exit(lambda: asyncio.run(webhook_port(settings)))
    _or_exit(lambda: asyncio.run(signals_port(settings)))
    _go(_serve(settings, token))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play a recorded day, print the chat, and end.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page on 127.0.0.1.")] = 8787,
) -> None:
    """Try everything here and now: no token, no key, no network."""
    from bot.logs import configure
    from bot.settings import load

    quiet = load(telegram_bot_token=None, log_level="ERROR", master_keys_file=None, _env_file=None)
    configure(quiet)
    with tempfile.TemporaryDirectory(prefix="heliograph-demo-") as folder:
        url = f"sqlite:///{folder}/demo.sqlite3"
        _go(_play_once(url) if once else _play(url, port))


@app.command()
def parse() -> None:
    """Read JSON lines {"id", "text"} from standard input; write one JSON reading a line."""
    from engine.signals.label import parse_line

    def reading(number: int, line: bytes) -> str:
        with _mistakes(f"Line {number} cannot be read"):
            return parse_line(line.decode())

    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            print(_or_exit(partial(reading, number, line)), flush=True)


@app.command()
def doctor() -> None:
    """Check configuration, database, keys, clock, Telegram and prices; say what to mend."""
    from bot.doctor import Finding, examine
    from bot.settings import SettingsFault, load

    try:
        findings = asyncio.run(examine(load(), _database_check, _keys_are_sound))
    except SettingsFault as fault:
        findings = [Finding(name="Configuration", well=False, said=said) for said in str(fault).splitlines()]
    for finding in findings:
        print(finding)
    raise typer.Exit(code=0 if all(finding.well for finding in findings) else 1)


@app.command()
def migrate() -> None:
    """Bring the database to the version this program speaks."""
    from storage.migrate import head

    settings = _settings()
    _or_exit(lambda: _migrate(settings))
    print(f"The database is at version {head()}.")


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="File to write the copy to.")]) -> None:
    """Copy the SQLite database, whole and consistent, while the service runs."""
    settings = _settings()
    _go(_copy(settings, target))
    print(f"Copied to {target}.")


@keys.command("new")
def keys_new(key_id: Annotated[str, typer.Argument(help="Name of the key, such as k1.")] = "k1") -> None:
    """Print a new master key, as MASTER_KEYS or the file of MASTER_KEYS_FILE wants it."""
    from storage.vault import KeyRing, new_key

    def made() -> str:
        key = new_key(key_id)
        with _mistakes("No such key can be made"):
            KeyRing.parse(key)
        return key

    print(_or_exit(made))


@keys.command("rotate")
def keys_rotate() -> None:
    """Seal all credentials with the first key. Stop it anywhere and run it again: nothing is lost."""
    settings = _settings()
    _go(_rotate(settings))


# --- the service -----------------------------------------------------------------------------------


async def _serve(settings: Settings, token: str) -> None:
    from bot.clock import SystemClock
    from bot.house import build
    from bot.i18n import Catalogue
    from bot.intake import check_token, open_bot
    from bot.interpreter import settle
    from bot.mouth import Mouth
    from handlers import menu, routes
    from storage.database import Database

    clock = SystemClock()
    store = Database(settings.database_url.get_secret_value(), clock)
    await store.open()
    try:
        await store.lease("service")
        async with _feed(settings, clock) as (feed, loop):
            bot, mouth, catalogue = (
                open_bot(token, settings.telegram_api_base),
                Mouth(token, settings.telegram_api_base, clock),
                Catalogue.load(),
            )
            house = build(
                settings=settings, store=store, clock=clock, feed=feed, feed_loop=loop, bot=bot, mouth=mouth,
                catalogue=catalogue, routers=[routes()], once=lambda: menu.publish(bot, catalogue),
                safe=_safe(settings, store, clock),
            )  # fmt: skip
            try:
                await check_token(bot)
                settle()
                await _first(house.run(), store.guard())
            finally:
                await mouth.close()
                await bot.session.close()
    finally:
        await store.close()


async def _first(work: Coroutine[Any, Any, None], guard: Coroutine[Any, Any, None]) -> None:
    """Work until it is done, or until the guard raises what it must end for."""
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(guard)
        await work
        watching.cancel()


@asynccontextmanager
async def _feed(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Feed, Loop]]:
    """Prices for paper accounts, closed at the end: those of a real exchange, or simulated ones."""
    if settings.price_feed == "simulated":
        from engine.market.simulated import SimulatedPrices

        simulated = SimulatedPrices(clock)
        yield simulated, lambda: simulated.run(1.0)
        return
    from engine.adapters.ccxt_feed import CcxtPrices

    base_url = settings.exchange_url_overrides.get(settings.price_feed)
    with _mistakes("PRICE_FEED cannot be used"):
        live = await CcxtPrices.open(settings.price_feed, clock, base_url=base_url)
    try:
        yield live, live.run
    finally:
        await live.close()


# --- the demo --------------------------------------------------------------------------------------


async def _play(url: str, port: int) -> None:
    from bot.clock import SystemClock
    from bot.demo.page import play
    from handlers import menu, routes

    async with _OpenStore(url, clock := SystemClock()) as store:
        await play(store=store, clock=clock, routers=[routes()], publish=menu.publish, port=port, say=print)


async def _play_once(url: str) -> None:
    from bot.demo.clock import StoryClock
    from bot.demo.story import tell
    from handlers import menu, routes

    async with _OpenStore(url, clock := StoryClock()) as store:
        await tell(store=store, clock=clock, routers=[routes()], publish=menu.publish, say=print)


class _OpenStore:
    """A fresh database for the length of a demo."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._clock = url, clock

    async def __aenter__(self) -> Database:
        from storage.database import Database
        from storage.migrate import upgrade

        await asyncio.to_thread(upgrade, self._url)
        self._store = Database(self._url, self._clock)
        await self._store.open()
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()


# --- database and keys -----------------------------------------------------------------------------


def _migrate(settings: Settings) -> None:
    from storage.migrate import upgrade

    with _mistakes("The database cannot be used"):
        upgrade(settings.database_url.get_secret_value())


def _database_check(settings: Settings) -> str:
    """The database in one word; raises what is wrong with it."""
    from storage.engines import parse as parse_url
    from storage.engines import sqlite_path
    from storage.migrate import check, current

    url = settings.database_url.get_secret_value()
    with _mistakes("The database cannot be used"):
        parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None and not path.exists():
        return f"{path} will be made at the first start"
    found = current(url)
    if found is None:
        return f"{parsed.get_backend_name()}, empty: its tables will be made at the first start"
    check(found)
    return f"{parsed.get_backend_name()}, version {found}"


def _keys_are_sound(settings: Settings) -> str:
    """Which master key seals; raises what is wrong with them."""
    ring = _ring(settings)
    return "none, paper accounts need none" if ring is None else f"{ring.sealing_id} seals"


def _ring(settings: Settings) -> KeyRing | None:
    """The master keys, from the environment or a file that nobody else can read; None when there are none."""
    from storage.vault import KeyRing

    with _mistakes("The master keys cannot be used"):
        if settings.master_keys is not None:
            return KeyRing.parse(settings.master_keys.get_secret_value())
        return None if settings.master_keys_file is None else KeyRing.from_file(settings.master_keys_file)


def _safe(settings: Settings, store: Database, clock: Clock) -> Safe | None:
    """Where keys of exchanges are kept; None without master keys."""
    from storage.safe import Safe
    from storage.vault import Vault

    ring = _ring(settings)
    return None if ring is None else Safe(store, Vault(ring), clock)


async def _copy(settings: Settings, target: Path) -> None:
    from storage.backup import backup

    with _mistakes("No copy can be made"):
        await backup(settings.database_url.get_secret_value(), target)


async def _rotate(settings: Settings) -> None:
    from bot.clock import SystemClock
    from bot.settings import SettingsFault
    from storage.safe import Safe
    from storage.vault import Vault

    ring = _ring(settings)
    if ring is None:
        raise SettingsFault("MASTER_KEYS is not set; make a key with: python run.py keys new")
    async with _existing(settings, clock := SystemClock()) as store:
        done = await Safe(store, Vault(ring), clock).rotate()
    print(f"{done.resealed} connections sealed anew.")
    if done.unreadable:
        print(f"{len(done.unreadable)} could not be opened: their owners must enter their keys again.")
    if done.sources:
        print(f"{done.sources} secrets of sources sealed anew.")
    if done.unreadable_sources:
        print(f"{len(done.unreadable_sources)} could not be opened: their owners must make a new secret.")


def _existing(settings: Settings, clock: Clock) -> _OpenStore:
    return _OpenStore(settings.database_url.get_secret_value(), clock)


# --- one clear sentence ----------------------------------------------------------------------------


def _settings() -> Settings:
    from bot.settings import load

    return _or_exit(load)


@contextmanager
def _mistakes(what: str) -> Iterator[None]:
    """A value that a room does not accept is the caller's to mend: only here a ValueError is foreseen."""
    from engine.errors import Mistake

    try:
        yield
    except ValueError as fault:
        raise Mistake(f"{what}: {fault}") from fault


def _go(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(code=130) from None
    except Exception as fault:
        _complain(fault)


def _or_exit(call: Callable[[], T]) -> T:
    try:
        return call()
    except Exception as fault:
        _complain(fault)


def _complain(fault: BaseException) -> NoReturn:
    """Say in one sentence what is wrong and end; what is not foreseen keeps its traceback."""
    from bot.doctor import sentence

    said = sentence(fault)
    if said is None:
        raise fault
    print(f"❌ {said}", file=sys.stderr)
    raise typer.Exit(code=1)


if __name__ == "__main__":
    app()
