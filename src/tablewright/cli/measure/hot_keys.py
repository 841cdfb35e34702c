"""`tablewright hot-keys`: which keys of a table are used most."""

from __future__ import annotations

from datetime import timedelta

from tablewright.cli import console
from tablewright.cli.inputs.accounts import sessions, time_of_aws
from tablewright.cli.styled import styled
from tablewright.fleet.hot_keys import KeyWindow, read_hot_keys
from tablewright.report.findings import hot_keys

EXIT_UNREAD = 4


def run(
    table: str,
    target: str,
    profile: str | None,
    sandbox: str,
    region: str | None,
    minutes: int,
    top: int,
    output_format: str,
) -> int:
    """Show the keys of TABLE that are used most."""
    (session,) = sessions(target, profile, sandbox, ())
    # The minute that is not over yet counts too.
    end = time_of_aws(target, sandbox).replace(second=0, microsecond=0) + timedelta(minutes=1)
    start = end - timedelta(minutes=minutes)
    keys = read_hot_keys(session, region or session.region, table, KeyWindow(start, end, top))
    if output_format == "json":
        console.data_json(hot_keys.to_json(keys))
    else:
        hot_keys.render(keys, styled())
    return EXIT_UNREAD if keys.unread else 0
