"""Lets the tagging service, which the engine underneath answers, see our alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tablewright_emulator import moto_fence
from tablewright_emulator.cloudwatch.alarm import Alarm
from tablewright_emulator.cloudwatch.alarm_store import AlarmStore
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Handler, Reply, Request

SERVICE = "resourcegroupstaggingapi"
OPERATIONS = ("GetResources", "GetTagKeys", "GetTagValues", "TagResources", "UntagResources")


def show_alarms(gateway: Gateway, alarms: AlarmStore) -> None:
    """Put alarms in front of whoever answers the tagging service at present."""
    for operation in OPERATIONS:
        present = gateway.operations.get((SERVICE, operation), gateway.underneath)
        gateway.register(SERVICE, {operation: _in_front(present, alarms)})


def _in_front(present: Handler, alarms: AlarmStore) -> Handler:
    def answer(request: Request) -> dict[str, Any] | Reply | None:
        _lend(alarms, request)
        return present(request)

    return answer


def _lend(alarms: AlarmStore, request: Request) -> None:
    from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends  # noqa: PLC0415
    from moto.core.resource_tagging import TaggedResource  # noqa: PLC0415 - loaded when needed

    def named(backend: Any, arn: str) -> Alarm | None:
        name = arn.partition(":alarm:")[2]
        return alarms.get(backend.account_id, backend.region_name, name)

    def tagged(backend: Any) -> Iterator[Any]:
        for alarm in alarms.of(backend.account_id, backend.region_name):
            tags = dict(alarm.tags)
            yield TaggedResource(arn=alarm.arn, tags=tags, resource_type="cloudwatch:alarm")

    def tag(backend: Any, arn: str, tags: dict[str, str]) -> None:
        alarm = named(backend, arn)
        if alarm is not None:
            alarm.tags = alarm.tags | tags

    def untag(backend: Any, arn: str, tag_keys: list[str]) -> None:
        alarm = named(backend, arn)
        if alarm is not None:
            alarm.tags = {key: value for key, value in alarm.tags.items() if key not in tag_keys}

    CloudWatchBackend.iter_tagged_resources = tagged
    CloudWatchBackend.tag_resource = tag
    CloudWatchBackend.untag_resource = untag
    with moto_fence.asking(SERVICE):
        cloudwatch_backends[request.account][request.region]  # only backends in use are asked
