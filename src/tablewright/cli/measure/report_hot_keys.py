"""Hot keys of a report: how much the most used keys of a table take, never which they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from tablewright.aws.session import Session
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.discovery import by_account
from tablewright.fleet.hot_keys import HotKeys, KeyRanking, KeyWindow, read_hot_keys
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread, try_read
from tablewright.report.page.content import HotKey, Place

from .report_request import ReportParts

HOURS = 3
_MOST_TABLES, _MOST_KEYS = 50, 5


def hot_keys(
    parts: ReportParts, everywhere: Sequence[Session], tables: Sequence[LiveTable]
) -> dict[Place, list[HotKey]]:
    """The shares of the most used keys, of the first tables whose insights are on."""
    counted = [table for table in tables if table.reading.insights]
    if not counted:
        parts.without("hotKeys", "contributor insights are on for none of these tables")
        return {}
    end = parts.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    answered = parts.ask(
        "hotKeys",
        f"contributor insights over {HOURS} hours",
        lambda: _read(everywhere, counted[:_MOST_TABLES], end),
        lambda answers: _gaps(answers, counted),
    )
    return {
        place: [key for ranking in answer.rankings for key in _keys(ranking)]
        for place, answer in (answered or {}).items()
        if isinstance(answer, HotKeys)
    }


def _read(
    everywhere: Sequence[Session], tables: Sequence[LiveTable], end: datetime
) -> Mapping[Place, HotKeys | Unread | None]:
    reached = by_account(everywhere)
    window = KeyWindow(end - timedelta(hours=HOURS), end, _MOST_KEYS)

    def read(place: Place) -> HotKeys | Unread | None:
        account, region, name = place
        return try_read(lambda: read_hot_keys(reached[account], region, name, window))

    places = [(table.account_id, table.region, table.name) for table in tables]
    return map_concurrently(places, read, threads=8)


def _gaps(
    answers: Mapping[Place, HotKeys | Unread | None], counted: Sequence[LiveTable]
) -> Iterator[str]:
    for (_, _, name), answer in answers.items():
        if isinstance(answer, Unread):
            yield f"{name}: {answer.reason}"
        elif answer is not None:
            yield from (f"{name}, {what}: {reason}" for what, reason in answer.unread.items())
    if len(counted) > len(answers):
        yield f"of {len(counted)} tables with contributor insights, {len(answers)} were asked"


def _keys(ranking: KeyRanking) -> Iterator[HotKey]:
    of = f"index {ranking.index}, " if ranking.index else ""
    what = "throttled requests" if ranking.throttled else "consumed units"
    for rank, key in enumerate(ranking.keys, 1):
        label = f"{of}{what} by {' and '.join(ranking.attributes)}"
        yield HotKey(label, rank, round(ranking.share(key), 4), key.count)
