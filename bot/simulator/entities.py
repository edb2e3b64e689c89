"""Message entities: ranges of a text counted in UTF-16 code units, and those Telegram finds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What the server marks without being asked. Earlier kinds win where two overlap.
DETECTED = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,255}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}\b")),
)
UNTOUCHED = frozenset({"code", "pre", "text_link", "text_mention"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """``offset`` and ``length`` are UTF-16 code units; ``extra`` holds url, language, user or custom_emoji_id."""

    kind: str
    offset: int
    length: int
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def end(self) -> int:
        return self.offset + self.length

    def wire(self) -> dict[str, Any]:
        return {"type": self.kind, "offset": self.offset, "length": self.length, **dict(self.extra)}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its entities, in Telegram's order: outer before inner, left before right."""

    text: str = ""
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def from_wire(raw: Iterable[Mapping[str, Any]]) -> tuple[Entity, ...]:
    """Entities as a client sends them in ``entities`` or ``caption_entities``."""
    return tuple(
        Entity(
            kind=str(item["type"]),
            offset=int(item["offset"]),
            length=int(item["length"]),
            extra=tuple((key, value) for key, value in item.items() if key not in {"type", "offset", "length"}),
        )
        for item in raw
    )


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))


def detect(formatted: Formatted) -> Formatted:
    """Add links, commands, mentions and tags, except inside code and links."""
    taken = [entity for entity in formatted.entities if entity.kind in UNTOUCHED]
    found: list[Entity] = []
    for kind, pattern in DETECTED:
        for match in pattern.finditer(formatted.text):
            entity = Entity(
                kind=kind,
                offset=utf16_length(formatted.text[: match.start()]),
                length=utf16_length(match.group()),
            )
            if not any(entity.offset < other.end and other.offset < entity.end for other in taken):
                taken.append(entity)
                found.append(entity)
    return Formatted(formatted.text, in_order((*formatted.entities, *found)))
