"""Puts off what aiogram does at import: it then builds the validators of all its six hundred types, for three seconds
and in a hundred megabytes. Most are never used by a bot. Put off, each is built at its first use, and is the same.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def put_off() -> None:
    """Once, before aiogram is imported; afterwards it has no effect.

    aiogram asks pydantic to rebuild each of its types and names all the others, for they refer to each other. We keep
    the names and return. Pydantic itself asks again, without names, for a type that is used and not built yet.
    """
    if "aiogram" in sys.modules:
        return
    build, names = BaseModel.model_rebuild.__func__, {}  # type: ignore[attr-defined,var-annotated]

    def model_rebuild(
        cls: type[BaseModel], *, force: bool = False, raise_errors: bool = True, _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:  # fmt: skip
        if cls.__module__.startswith("aiogram."):
            if _types_namespace is not None:
                names.update(_types_namespace)
                return None
            _types_namespace = names
        built: bool | None = build(
            cls, force=force, raise_errors=raise_errors, _parent_namespace_depth=_parent_namespace_depth + 1,
            _types_namespace=_types_namespace,
        )  # fmt: skip
        return built

    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
