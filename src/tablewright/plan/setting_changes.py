"""Settings of a live table, each in calls of its own (Developer Guide, Constraints)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import requests
from .owner import OWNER_TAG
from .step import Risk, Step, Wait
from .table import Encryption, Stream, Table

_NEW_STREAM = "the stream gets a new ARN: consumers must be pointed to it"
_OFF_STREAM = "its last records can be read for 24 hours more"
_TTL = "AWS allows one change of time to live an hour; the next may have to wait that long"
_KEYS = "AWS allows four changes of the key in 24 hours; all items are encrypted anew, unnoticed"
_CLASS = "AWS allows two changes of the class in 30 days"
_PROTECTION_OFF = "from now on the table can be deleted"


def protection_on(live: Table, declared: Table) -> Iterator[Step]:
    """Deletion protection switched on."""
    if live.deletion_protection is False and declared.deletion_protection is True:
        yield _protection(live, enabled=True)


def protection_off(live: Table, declared: Table) -> Iterator[Step]:
    """Deletion protection switched off."""
    if live.deletion_protection is True and declared.deletion_protection is False:
        yield _protection(live, enabled=False)


def _protection(live: Table, *, enabled: bool) -> Step:
    return _update(
        live,
        f"Switch deletion protection {'on' if enabled else 'off'}",
        {"DeletionProtectionEnabled": enabled},
        "deletionProtection",
        note="" if enabled else _PROTECTION_OFF,
    )


def recovery_longer(live: Table, declared: Table) -> Iterator[Step]:
    """Point-in-time recovery switched on, or its window made longer."""
    if live.recovery is None or declared.recovery is None:
        return
    if declared.recovery.days > live.recovery.days:
        verb = "Keep" if live.recovery.days else "Switch on recovery and keep"
        title = f"{verb} {declared.recovery.days} days to go back to"
        yield _recovery(declared, title, "the window fills from now on, day by day")


def recovery_shorter(live: Table, declared: Table) -> Iterator[Step]:
    """Point-in-time recovery switched off, or its window made shorter."""
    if live.recovery is None or declared.recovery is None:
        return
    if declared.recovery.days < live.recovery.days:
        days = declared.recovery.days
        title = f"Keep only {days} days to go back to" if days else "Switch recovery off"
        yield _recovery(declared, title, "the older history is dropped at once, for good")


def _recovery(declared: Table, title: str, note: str) -> Step:
    days = declared.recovery
    return Step(
        title=title,
        operation="UpdateContinuousBackups",
        request={
            "TableName": declared.name,
            "PointInTimeRecoverySpecification": requests.recovery(days) if days else {},
        },
        risk=Risk.IN_PLACE,
        properties=("recovery",),
        wait=Wait.RECOVERY_SETTLED,
        note=note,
    )


def tag_steps(live: Table, declared: Table) -> Iterator[Step]:
    """Tags set, then tags removed. The executor adds `ResourceArn`, which a plan does not know."""
    if live.tags is None or declared.tags is None:
        return
    old = live.tags
    put = {key: value for key, value in declared.tags.items() if old.get(key) != value}
    gone = sorted(key for key in old if key not in declared.tags)
    if put:
        yield Step(
            title=_tagging(put),
            operation="TagResource",
            request={"Tags": requests.tags(put)},
            risk=Risk.IN_PLACE,
            properties=tuple(f"tags.{key}" for key in sorted(put)),
            wait=Wait.NONE,
        )
    if gone:
        yield Step(
            title=f"Remove tags {', '.join(gone)}",
            operation="UntagResource",
            request={"TagKeys": gone},
            risk=Risk.IN_PLACE,
            properties=tuple(f"tags.{key}" for key in gone),
            wait=Wait.NONE,
        )


def _tagging(put: Mapping[str, str]) -> str:
    owning = f"ag as owned by {put[OWNER_TAG]}" if OWNER_TAG in put else ""
    others = sorted(key for key in put if key != OWNER_TAG)
    if not others:
        return f"T{owning}"
    return f"Set tags {', '.join(others)}{f', and t{owning}' if owning else ''}"


def encryption_steps(live: Table, declared: Table) -> Iterator[Step]:
    """Another key for the items at rest."""
    if live.encryption is None or declared.encryption in (None, live.encryption):
        return
    wanted = declared.encryption or Encryption("AWS_OWNED")
    words = {
        "AWS_OWNED": "the key that AWS owns",
        "AWS_MANAGED": "the AWS managed key",
        "CUSTOMER": f"the customer key {wanted.kms_key}",
    }
    yield _update(
        live,
        f"Encrypt with {words[wanted.type]}",
        {"SSESpecification": requests.encryption(wanted)},
        "encryption",
        risk=Risk.LIMITED,
        wait=Wait.ENCRYPTION_SETTLED,
        note=_KEYS,
    )


def class_steps(live: Table, declared: Table) -> Iterator[Step]:
    """The other storage class."""
    if live.table_class is None or declared.table_class in (None, live.table_class):
        return
    title = f"Change the table class to {declared.table_class}"
    request = {"TableClass": declared.table_class}
    yield _update(live, title, request, "tableClass", risk=Risk.LIMITED, note=_CLASS)


def stream_steps(live: Table, declared: Table) -> Iterator[Step]:
    """The stream off, on, or off and on with another view."""
    if live.stream is None or declared.stream is None or live.stream == declared.stream:
        return
    if live.stream.view_type is not None:
        changing = declared.stream.view_type is not None
        yield _update(
            live,
            "Switch the stream off" + (" to change its view" if changing else ""),
            {"StreamSpecification": requests.stream(Stream(None))},
            "stream",
            wait=Wait.STREAM_SETTLED,
            note=_OFF_STREAM,
        )
    if declared.stream.view_type is not None:
        yield _update(
            live,
            f"Switch the stream on with {declared.stream.view_type}",
            {"StreamSpecification": requests.stream(declared.stream)},
            "stream",
            wait=Wait.STREAM_SETTLED,
            note=_NEW_STREAM,
        )


def expiry_off(live: Table, declared: Table) -> Iterator[Step]:
    """Time to live switched off, also as the first half of a change of its attribute."""
    if live.time_to_live is None or declared.time_to_live is None:
        return
    old, new = live.time_to_live.attribute, declared.time_to_live.attribute
    if old is not None and old != new:
        suffix = f" to move to {new}" if new else ""
        yield _expiry(live, old, f"Stop expiry by {old}{suffix}", enabled=False)


def expiry_on(live: Table, declared: Table) -> Iterator[Step]:
    """Time to live switched on."""
    if live.time_to_live is None or declared.time_to_live is None:
        return
    old, new = live.time_to_live.attribute, declared.time_to_live.attribute
    if new is not None and old != new:
        yield _expiry(live, new, f"Let items expire by {new}", enabled=True)


def _expiry(live: Table, attribute: str, title: str, *, enabled: bool) -> Step:
    loss = "items whose time is past are deleted within days; " if enabled else ""
    return Step(
        title=title,
        operation="UpdateTimeToLive",
        request={
            "TableName": live.name,
            "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute},
        },
        risk=Risk.LIMITED,
        properties=("timeToLive",),
        wait=Wait.TIME_TO_LIVE_SETTLED,
        note=loss + _TTL,
    )


def _update(
    live: Table,
    title: str,
    members: dict[str, Any],
    property_: str,
    *,
    risk: Risk = Risk.IN_PLACE,
    wait: Wait = Wait.TABLE_ACTIVE,
    note: str = "",
) -> Step:
    """One UpdateTable."""
    return Step(
        title=title,
        operation="UpdateTable",
        request={"TableName": live.name, **members},
        risk=risk,
        properties=(property_,),
        wait=wait,
        note=note,
    )
