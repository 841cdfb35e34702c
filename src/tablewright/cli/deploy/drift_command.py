"""`tablewright drift`: where what is declared, recorded and live differ."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_INTERVAL = re.compile(r"(\d{1,6})([smhd])")
_LAST_PORT = 65535


def interval(value: str | timedelta) -> timedelta:
    """A whole number of seconds, minutes, hours or days: `30s`, `5m`; a second at least."""
    if isinstance(value, timedelta):
        return value
    matched = _INTERVAL.fullmatch(value)
    if not matched or not int(matched[1]):
        raise click.BadParameter(f"{value} is no interval: write 30s, 5m, 1h or 1d")
    return timedelta(**{_UNITS[matched[2]]: int(matched[1])})


def address(value: str | tuple[str, int]) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; an address of IPv6 stands in brackets."""
    if isinstance(value, tuple):
        return value
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _LAST_PORT:
        raise click.BadParameter(f"{value} is no address: write HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


@click.command(
    epilog="""\b
Examples:
  tablewright drift tables/ --target aws
  tablewright drift tables/ --output markdown >> "$GITHUB_STEP_SUMMARY"
  tablewright drift tables/ --fix       sets it back, as `up` does
  tablewright drift tables/ --accept    writes what is live into the manifests
  tablewright drift tables/ --accept --field orders.recovery --yes
  tablewright drift tables/ --watch --every 5m --target aws
Exit status: 0 no drift, 3 something differs, 4 nothing was seen to differ
  and something could not be read.
"""
)
@options.deployments
@options.output("text", "json", "markdown", "github")
@click.option("--fix", is_flag=True, help="Bring it back through `up`: preview, guard, question.")
@click.option(
    "--accept",
    "accept_live",
    is_flag=True,
    help="Write what is live into the manifests, comments kept; shows the difference and asks.",
)
@click.option(
    "--field",
    "fields",
    metavar="NAME",
    multiple=True,
    help="With --accept, only this: deletionProtection, orders.deletionProtection.",
)
@click.option("--watch", is_flag=True, help="Look again and again, and tell what is new.")
@click.option(
    "--every",
    type=interval,
    metavar="INTERVAL",
    default="5m",
    show_default=True,
    help="With --watch, how long to wait between two looks: 30s, 5m, 1h.",
)
@click.option(
    "--listen",
    type=address,
    default="127.0.0.1:9464",
    show_default=True,
    metavar="HOST:PORT",
    help="With --watch, where /healthz and /metrics are served; port 0 is any free one.",
)
@options.permissions
@options.yes
@body("deploy.drift")
def command() -> None:
    """Compare what is declared, recorded and live of the stacks at PATH, field by field.

    Shows what was changed, deleted or recreated outside, by whom where CloudTrail knows, and what
    is declared and not applied yet. Only reads. Capacity that scaling has set, tags of AWS's own
    services and AWS's defaults are no drift.
    """
