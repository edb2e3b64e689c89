"""The simulator's own side: the page, its live news, and what a person or a test may do over HTTP under /_sim/.

Deeds are POST /_sim/<deed> with a JSON object; a mistake in it answers 400 ``{"error"}``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from bot.simulator import view
from bot.simulator.changes import Change
from bot.simulator.deeds import DEEDS, chat_of, person_of
from bot.simulator.errors import ApiError
from bot.simulator.images import mime_of
from bot.simulator.model import Person
from bot.simulator.stage import Stage
from bot.simulator.view import JSON, Samples

PAGE = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
HEARTBEAT = 15.0  # seconds between signs of life on a quiet stream

# Changes that concern everyone: "state" asks for the whole view again, "quiet" only keeps the stream open.
NOTICED = {"chat": "state", "commands": "state", "quiet": "quiet"}

T = TypeVar("T")


class Control:
    """Serves the page and carries out what it asks of the stage."""

    def __init__(self, stage: Stage, samples: Samples, note: str) -> None:
        self.stage = stage
        self.world = stage.world
        self.samples = samples
        self.note = note
        self.opened_at = self.world.clock.now().isoformat()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.page),
            web.get("/page/{name}", self.page),
            web.get("/_sim/scene", self.scene),
            web.get("/_sim/state", self.state),
            web.get("/_sim/news", self.news),
            web.get("/_sim/file/{file_id}", self.file),
            web.get("/_sim/stats", self.stats),
            web.get("/_sim/transcript", self.transcript),
            web.post("/_sim/{deed}", self.do),
        ]

    # --- reading -----------------------------------------------------------------------------------

    async def page(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / Path(request.match_info.get("name", "index.html")).name
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=HEADERS)

    async def scene(self, _request: web.Request) -> web.Response:
        """Who one can be. ``opened`` changes with every start, so that the page forgets what it had read."""
        people = [view.account(person) for person in self.world.accounts.values() if not person.is_bot]
        return web.json_response(
            {"people": people, "bot": view.account(self.world.bot), "note": self.note, "opened": self.opened_at}
        )

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response(view.state(self.world, self._viewer(request), self.samples))

    async def news(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events for one person. A client that was away asks for the state again."""
        person = self._viewer(request)
        stream = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        with self.world.changes.listen() as changes:
            await stream.prepare(request)
            while (change := await _next(changes)).kind != "closed":
                if event := self._event(change, person):
                    await stream.write(f"data: {json.dumps(event)}\n\n".encode())
        return stream

    async def file(self, request: web.Request) -> web.Response:
        media = self.world.files.get(request.match_info["file_id"])
        if media is None:
            raise web.HTTPNotFound
        mime = mime_of(media.data)
        headers = HEADERS if mime.startswith("image/") else HEADERS | {"Content-Disposition": "attachment"}
        return web.Response(body=media.data, content_type=mime, headers=headers)

    async def stats(self, _request: web.Request) -> web.Response:
        flood = self.world.flood.violations
        pending = len(self.world.updates.pending)
        return web.json_response(
            {"calls": dict(self.world.counts), "violations": flood.total(), "pending_updates": pending}
        )

    async def transcript(self, request: web.Request) -> web.Response:
        chat = _found(chat_of, self.stage, request)
        return web.json_response([str(line) for line in self.stage.transcript(chat)])

    # --- doing -------------------------------------------------------------------------------------

    async def do(self, request: web.Request) -> web.Response:
        """Only JSON is taken: a form on some other web site cannot send it unasked."""
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            asked = await request.json()
            if not isinstance(asked, dict):
                raise ValueError("expected an object")
            return web.json_response(deed(self.stage, asked))
        except (LookupError, ValueError, TypeError, ApiError) as mistake:
            return web.json_response({"error": str(mistake)}, status=400)

    # --- inside ------------------------------------------------------------------------------------

    def _viewer(self, request: web.Request) -> Person:
        return _found(person_of, self.stage, request)

    def _event(self, change: Change, person: Person) -> JSON:
        """The change as this person notices it; empty when they do not."""
        subject, seen = change.subject, view.sees(self.world, person)
        if change.kind in {"message", "gone"} and subject.chat in seen:
            return {"kind": change.kind, "message": view.message(subject, person)}
        if change.kind == "answer" and subject.person is person:
            return {"kind": "answer", **view.answer(subject)}
        if change.kind == "typing" and subject in seen:
            return {"kind": "typing", "chat": subject.id}
        return {"kind": NOTICED[change.kind]} if change.kind in NOTICED else {}


async def _next(changes: asyncio.Queue[Change]) -> Change:
    """The next change, or a sign of life when it stays quiet for a while."""
    try:
        return await asyncio.wait_for(changes.get(), HEARTBEAT)
    except TimeoutError:
        return Change(kind="quiet")


def _found(find: Callable[[Stage, Mapping[str, Any]], T], stage: Stage, request: web.Request) -> T:
    """What the query names, or 404."""
    try:
        return find(stage, request.query)
    except (LookupError, ValueError) as unknown:
        raise web.HTTPNotFound(text=str(unknown)) from None
