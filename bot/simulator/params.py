"""Parameters of one request, however they came: query, form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.errors import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a multipart request."""

    name: str
    mime: str
    data: bytes


class Params:
    """Typed reading of raw values; ApiError 400 for those that do not read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {key: value for key, value in values.items() if value is not None}

    def shown(self) -> dict[str, Any]:
        """For the log: uploads by name only."""
        return {
            key: f"<{value.name}: {len(value.data)} bytes>" if isinstance(value, Upload) else value
            for key, value in self.values.items()
        }

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def number(self, name: str, default: int = 0) -> int:
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise bad_request(f'field "{name}" must be a number') from None

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1", "yes"}

    def structure(self, name: str) -> Any:
        """An object or array, as JSON text or already read; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def table(self, name: str) -> dict[str, Any] | None:
        """A JSON object; None when absent."""
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name.replace('_', ' ')}: expected an Object")
        return value

    def rows(self, name: str) -> list[dict[str, Any]] | None:
        """A JSON array of objects; None when absent."""
        value = self.structure(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
            raise bad_request(f"can't parse {name.replace('_', ' ')}: expected an Array of Objects")
        return value

    def upload(self, name: str) -> Upload | None:
        """The file itself, or the part that ``attach://part`` names."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


async def read_params(request: web.Request) -> Params:
    """Query and body together; the body wins."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await _json(request)
        return Params(values | body)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            upload = Upload(name=value.filename, mime=value.content_type, data=value.file.read())
            values[name] = upload
        else:
            values[name] = value
    return Params(values)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("expected an Object")
    return body
