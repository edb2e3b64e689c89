"""``python -m tools.abilities``: measure every exchange of the installed ccxt and write the table."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.abilities.measure import measure

TABLE = Path(__file__).parents[2] / "engine/adapters/data/ccxt_abilities.json"


async def table(names: Iterable[str] = ()) -> dict[str, Any]:
    """The document: the ccxt version and one row per exchange and market that could be built."""
    library = importlib.import_module("ccxt.async_support")
    rows = []
    for exchange in names or library.exchanges:
        has = getattr(library, exchange)().has
        for market in ("spot", "swap"):
            row = await measure(library, exchange, market) if has.get(market) else None
            if row is not None:
                rows.append(row)
    return {"ccxt": library.__version__, "rows": rows}


def written(document: dict[str, Any]) -> str:
    """The file, one row a line."""
    rows = ",\n".join(json.dumps(row, sort_keys=False) for row in document["rows"])
    return f'{{"ccxt": {json.dumps(document["ccxt"])}, "rows": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    document = asyncio.run(table(sys.argv[1:]))
    if sys.argv[1:]:
        sys.stdout.write(written(document))
    else:
        TABLE.write_text(written(document), encoding="utf-8")
        sys.stdout.write(f"{len(document['rows'])} rows for ccxt {document['ccxt']}\n")
