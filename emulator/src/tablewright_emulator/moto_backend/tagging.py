"""Lends resources of ours to moto's tagging service, which would see its own copies only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, NamedTuple, Protocol

from tablewright_emulator.moto_backend import fence, moment

SERVICE = "resourcegroupstaggingapi"
OPERATIONS = ("GetResources", "GetTagKeys", "GetTagValues", "TagResources", "UntagResources")
_TYPES = {"cloudwatch": "cloudwatch:alarm", "dynamodb": "dynamodb:table"}
_BACKENDS = {
    "cloudwatch": ("moto.cloudwatch.models", "CloudWatchBackend", "cloudwatch_backends"),
    "dynamodb": ("moto.dynamodb.models", "DynamoDBBackend", "dynamodb_backends"),
}


class Tagged(NamedTuple):
    """A resource with its tags."""

    arn: str
    tags: Mapping[str, str]


class Taggable(Protocol):
    """The resources of one service, by account and region."""

    def tagged(self, account: str, region: str) -> Iterable[Tagged]:
        """All of them, with their tags."""

    def tag(self, account: str, region: str, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to one of them, if it is there."""

    def untag(self, account: str, region: str, arn: str, keys: Sequence[str]) -> None:
        """Remove tags from one of them, if it is there."""


def lend(
    service: Literal["cloudwatch", "dynamodb"],
    resources: Taggable,
    places: Iterable[tuple[str, str]],
) -> None:
    """Let the tagging service see resources, in the accounts and regions in which there are any."""
    moment.install()
    from moto.core.resource_tagging import TaggedResource

    module, class_name, backends_name = _BACKENDS[service]
    models = import_module(module)
    backend_class, backends = getattr(models, class_name), getattr(models, backends_name)

    def tagged(backend: Any) -> Iterator[Any]:
        for arn, tags in resources.tagged(backend.account_id, backend.region_name):
            yield TaggedResource(arn=arn, tags=dict(tags), resource_type=_TYPES[service])

    def tag(backend: Any, arn: str, tags: dict[str, str]) -> None:
        resources.tag(backend.account_id, backend.region_name, arn, tags)

    def untag(backend: Any, arn: str, tag_keys: list[str]) -> None:
        resources.untag(backend.account_id, backend.region_name, arn, tag_keys)

    backend_class.iter_tagged_resources = tagged
    backend_class.tag_resource = tag
    backend_class.untag_resource = untag
    with fence.asking(SERVICE):
        for account, region in places:
            backends[account][region]  # only backends that were used are asked
