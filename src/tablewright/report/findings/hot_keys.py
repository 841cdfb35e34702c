"""The keys of a table that are used most, for people and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import Console
from rich.text import Text

from tablewright.documents.hot_keys import HotKeysDocument, KeyRankingDocument
from tablewright.fleet.hot_keys import HotKeys, KeyRanking
from tablewright.report.formats.columns import columns
from tablewright.report.formats.prose import width_of

_HEADINGS = ("", "count", "share", "peak/min", "key")
"""The key comes last: it may be as long as 2,048 bytes, and is needed whole."""
_RIGHT = frozenset(_HEADINGS[:-1])


def to_json(hot_keys: HotKeys) -> HotKeysDocument:
    """The document that `--output json` prints."""
    return {
        "table": hot_keys.table,
        "region": hot_keys.region,
        "start": hot_keys.start.isoformat(),
        "end": hot_keys.end.isoformat(),
        "rankings": [_ranking(ranking) for ranking in hot_keys.rankings],
        "unread": dict(hot_keys.unread),
    }


def _ranking(ranking: KeyRanking) -> KeyRankingDocument:
    return {
        "index": ranking.index,
        "counts": "throttledRequests" if ranking.throttled else "capacityUnits",
        "attributes": list(ranking.attributes),
        "total": ranking.total,
        "differentKeys": ranking.different,
        "keys": [
            {
                "key": list(key.values),
                "count": key.count,
                "share": round(ranking.share(key), 6),
                "peakPerMinute": key.peak,
            }
            for key in ranking.keys
        ],
    }


def render(hot_keys: HotKeys, console: Console) -> None:
    """Print a table for each ranking; those without a key in a line."""
    window = f"{hot_keys.start:%Y-%m-%d %H:%M} to {hot_keys.end:%H:%M} UTC"
    console.print(Text(f"{hot_keys.table} ({hot_keys.region}), {window}", style="bold"))
    for ranking in hot_keys.rankings:
        if ranking.keys:
            console.print(Text(_title(ranking), style="bold"))
            lines = columns(_HEADINGS, partial(_rows, ranking), _RIGHT, width_of(console))
            for number, line in enumerate(lines):
                console.print(Text(line, style="" if number else "dim"), soft_wrap=True)
        else:
            console.print(Text(f"{_title(ranking)}: none", style="dim"))
    for what, reason in hot_keys.unread.items():
        console.print(Text(f"unread: {what}: {reason}", style="yellow"))


def _title(ranking: KeyRanking) -> str:
    where = f"index {ranking.index}" if ranking.index else "table"
    what = "throttled requests" if ranking.throttled else "capacity units"
    return f"{where}: {what} by {' + '.join(ranking.attributes)}"


def _rows(ranking: KeyRanking) -> Iterator[Sequence[str]]:
    for rank, key in enumerate(ranking.keys, 1):
        share = f"{100 * ranking.share(key):.1f} %"
        shown = " + ".join(key.values)
        yield f"{rank}", f"{key.count:,g}", share, f"{key.peak:,g}", shown
    yield "", f"{ranking.total:,g}", "", "", f"all {ranking.different:,} keys"
