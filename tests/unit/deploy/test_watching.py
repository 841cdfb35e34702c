"""From one look for drift to the next: only what is new is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
import pytest

from tablewright.cli.deploy.drift_command import address, interval
from tablewright.deploy.drift.drifted import Drifted, DriftKind, DriftReport
from tablewright.deploy.drift.watching import Happening, Watched
from tablewright.report.findings import drift_watch as shown

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
CHANGED = Drifted("TW109", "table", "orders", "recovery window", DriftKind.CHANGED, "7", "7", "1")
REFUSED = replace(CHANGED, kind=DriftKind.UNREAD, live=None, reason="it is refused")


def report(*fields: Drifted) -> DriftReport:
    return DriftReport("shop/dev", "eu-west-1", "1", fields, 15)


def told(*looks: DriftReport | str) -> list[tuple[str, ...]]:
    """What each look tells."""
    watched, all_events = Watched(), []
    for look in looks:
        if isinstance(look, str):
            watched, events = watched.could_not_look(look, NOW, 1.0)
        else:
            watched, events = watched.looked(look, NOW, 1.0)
        all_events.append(tuple(event.happening.value for event in events))
    return all_events


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([report(), report()], [(), ()]),
        ([report(CHANGED), report(CHANGED)], [("drifted",), ()]),
        ([report(), report(CHANGED), report()], [(), ("drifted",), ("ended",)]),
        ([report(CHANGED), report(replace(CHANGED, live="2"))], [("drifted",), ("drifted",)]),
        ([report(CHANGED), report(REFUSED), report()], [("drifted",), ("unread",), ("ended",)]),
        (["no network", "no network", report()], [("unread",), (), ("read",)]),
        ([report(CHANGED), "no network", report(CHANGED)], [("drifted",), ("unread",), ("read",)]),
    ],
)
def test_only_what_is_new_is_told(looks, expected):
    assert told(*looks) == expected


def test_a_look_that_failed_is_no_drift_and_forgets_none():
    watched, _ = Watched().looked(report(CHANGED), NOW, 1.0)
    watched, events = watched.could_not_look("no network", NOW + timedelta(minutes=5), 1.0)
    assert [event.happening for event in events] == [Happening.UNREAD]
    text = shown.metrics(watched, "shop/dev")
    assert 'tablewright_drift_fields{stack="shop/dev",kind="changed-outside"} 1' in text
    assert 'tablewright_drift_unread{stack="shop/dev"} 1' in text
    assert 'tablewright_drift_looks_total{stack="shop/dev",result="failed"} 1' in text
    assert shown.health(watched, stalled=False)["status"] == "unread"
    assert shown.health(watched, stalled=True)["status"] == "stalled"
    assert shown.health(Watched(), stalled=False)["status"] == "starting"


def test_labels_are_escaped_as_prometheus_reads_them():
    odd = replace(CHANGED, subject='a"b\\c')
    text = shown.metrics(Watched().looked(report(odd), NOW, 1.0)[0], "shop/dev")
    assert 'subject="a\\"b\\\\c"' in text


def test_an_event_is_a_line():
    _, [event] = Watched().looked(report(CHANGED), NOW, 1.0)
    assert shown.line(event, "shop/dev") == (
        "2026-11-29T10:00:00Z shop/dev changed outside: table orders: recovery window: "
        "declared 7, recorded 7, live 1"
    )
    _, [unread] = Watched().could_not_look("no network", NOW, 1.0)
    assert shown.line(unread, "shop/dev").endswith("unread: no network")


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600), ("2d", 172800)]
)
def test_an_interval(text, seconds):
    assert interval(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "0s", "m", "-1s", "1.5h", "9999999s"])
def test_no_interval(text):
    with pytest.raises(click.BadParameter, match="is no interval"):
        interval(text)


def test_an_address():
    assert address("127.0.0.1:0") == ("127.0.0.1", 0)
    assert address("[::1]:9464") == ("::1", 9464)
    for wrong in ("9464", ":9464", "host:", "host:99999"):
        with pytest.raises(click.BadParameter, match="is no address"):
            address(wrong)
