"""How the reader does on sources it was not tuned on: ``python -m benchmarks.folds CORPUS``.

CORPUS has one JSON object a line: ``text``, ``kind``, ``source`` (a name, or an object with ``repo``) and the fields of
a label. Whole sources are put into ten folds. For each fold the words that only its own messages use are taken out of
the word lists, its messages are read, and the figures of all ten are added up. The project's golden posts count as one
more source, which is never left out; ``--alone`` leaves it out always, and then a language with one source is unknown.

It shows what the reader loses when the words of a source were never seen. It cannot show what the rules of grammar owe
to that source, because rules are written by hand and are not fitted: only messages from new sources show that.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.signals import lexicon, read
from engine.signals.label import to_label
from engine.signals.lexer import tokens
from engine.signals.lexicon import ORDER, TRADE, Lexicon, Tables
from engine.signals.message import Message
from engine.signals.normalise import plain
from tests.signals.labels import GOLDEN, flat

FOLDS = 10
Line = dict[str, Any]


def folds(lines: list[Line]) -> list[list[Line]]:
    """Whole sources in ``FOLDS`` groups of about the same size, the largest source first."""
    sources: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        source = line.get("source", "")
        sources[source.get("repo", "") if isinstance(source, dict) else str(source)].append(line)
    groups: list[list[Line]] = [[] for _ in range(FOLDS)]
    for _, own in sorted(sources.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        min(groups, key=len).extend(own)
    return [group for group in groups if group]


def words_of(lines: list[Line]) -> set[str]:
    """Phrases of the word lists that the messages use."""
    posts = [Message(line["text"]) for line in lines]
    return {item.text for post in posts for item in (*TRADE.items(post.tokens), *ORDER.items(post.tokens))}


@contextmanager
def without(words: set[str]) -> Iterator[int]:
    """Both lexicons without these phrases; gives how many were taken out."""
    kept = dict(vars(TRADE)), dict(vars(ORDER))
    trade, missing = _thinned(lexicon.trade_tables(), words)
    order, _ = _thinned(lexicon.order_tables(), words)
    vars(TRADE).update(vars(Lexicon(trade)))
    vars(ORDER).update(vars(Lexicon(order)))
    lexicon.forget()
    try:
        yield missing
    finally:
        vars(TRADE).update(kept[0])
        vars(ORDER).update(kept[1])
        lexicon.forget()


def _thinned(tables: Tables, words: set[str]) -> tuple[Tables, int]:
    thinned: list[Mapping[str, str]] = []
    missing = 0
    for table in tables:
        rows = {concept: phrases.split("|") for concept, phrases in table.items()}
        left = {concept: [phrase for phrase in row if _spoken(phrase) not in words] for concept, row in rows.items()}
        missing += sum(map(len, rows.values())) - sum(map(len, left.values()))
        thinned.append({concept: "|".join(row) for concept, row in left.items() if row})
    return thinned, missing


def _spoken(phrase: str) -> str:
    return " ".join(token.text for token in tokens(plain(phrase).text.lower()))


def judge(line: Line) -> Iterator[str]:
    """What became of one message, as the names of the counters."""
    found = to_label(read(line["text"]))
    yield line["kind"] if line["kind"] in ("entry", "noise") else "managed"
    if line["kind"] == "noise":
        yield from ["false trade"] if found["kind"] == "entry" else []
    elif line["kind"] == "entry":
        if found["kind"] == "entry":
            yield "taken"
            yield from [] if is_core_right(line, found) else ["core wrong"]
    else:
        yield from ["managed as a trade"] if found["kind"] == "entry" else []
        yield from ["step right"] if _steps(line) == _steps(found) else []


def is_core_right(line: Line, found: Line) -> bool:
    """Symbol, side, entries, stop and targets of every signal are those of the label."""
    wanted, got = line.get("signals") or [line], found.get("signals") or [found]
    return len(wanted) == len(got) and all(_core(one) == _core(other) for one, other in zip(wanted, got, strict=True))


def _core(label: Line) -> list[object]:
    base = re.sub(r"[^A-Z0-9]", "", str(label.get("symbol_base")).upper())
    return [base, label.get("direction"), *(flat(label.get(name)) for name in ("entries", "stop_loss", "take_profits"))]


def _steps(label: Line) -> list[tuple[str, object]]:
    return sorted((step["action"], str(flat(step.get("value")))) for step in label.get("actions", []))


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f} %)" if whole else "none"


def report(name: str, seen: Counter[str]) -> str:
    return (
        f"{name:<34} recall {share(seen['taken'], seen['entry']):<18} "
        f"core wrong {share(seen['core wrong'], seen['taken']):<16} "
        f"false trades {share(seen['false trade'], seen['noise']):<15} "
        f"steps {share(seen['step right'], seen['managed'])}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path, nargs="?")
    options.add_argument("--alone", action="store_true")
    asked = options.parse_args()
    if asked.corpus is None:
        print("needs labelled posts: python -m benchmarks.folds CORPUS")
        return
    lines = [json.loads(line) for line in asked.corpus.read_text(encoding="utf8").splitlines() if line]
    groups, golden = folds(lines), set() if asked.alone else words_of(GOLDEN)
    used = [words_of(group) for group in groups]
    total: Counter[str] = Counter()
    for at, group in enumerate(groups):
        others = golden.union(*(words for place, words in enumerate(used) if place != at))
        with without(used[at] - others) as missing:
            seen = Counter(name for line in group for name in judge(line))
        print(report(f"fold {at + 1}: {len(group)} posts, -{missing} words", seen))
        total += seen
    print(report("left out, all folds", total))
    print(report("with every word", Counter(name for line in lines for name in judge(line))))


if __name__ == "__main__":
    main()
