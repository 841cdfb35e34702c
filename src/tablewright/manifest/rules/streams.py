"""Streams, Kinesis and resource policies: what needs a stream, and what a policy must be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tablewright.manifest.node import Path
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import STACK_REGION, Finding, Subject, at

LARGEST_POLICY_BYTES = 20 * 1024


def stream_is_there(subject: Subject) -> Iterator[Finding]:
    """What is about the stream has no meaning without one."""
    spec = subject.spec
    if spec.stream and spec.stream.enabled:
        return
    fix = "add `stream: {viewType: NEW_AND_OLD_IMAGES}`, or remove this"
    reads = (at("stream"),)
    if spec.stream_resource_policy is not None:
        path = at("streamResourcePolicy")
        yield Finding(path, "a policy for a stream that is off", fix, reads)
    if spec.alarms.stream_iterator_age and spec.alarms.stream_iterator_age.enabled:
        path = at("alarms", "streamIteratorAge")
        yield Finding(path, "an alarm on the readers of a stream that is off", fix, reads)
    for number, role in enumerate(spec.access):
        if "stream" in role.grants:
            path = at("access", number)
            message = f"role `{role.name}` may read a stream that is off"
            yield Finding(path, message, fix, reads)


def kinesis_is_a_stream(subject: Subject) -> Iterator[Finding]:
    """The destination is a data stream of the same region."""
    destination = subject.spec.kinesis_destination
    if destination is None:
        return
    path = at("kinesisDestination", "streamArn")
    arn = parse_arn(destination.stream_arn)
    region = subject.stack.spec.region
    if arn is None or arn.service != "kinesis" or not arn.resource.startswith("stream/"):
        yield Finding(
            path,
            "is not the ARN of a Kinesis data stream",
            "write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME",
        )
    elif arn.region != region:
        message = f"is a stream of {arn.region}, but the table is in {region}"
        yield Finding(path, message, "use a stream of the table's region", (STACK_REGION,))


def policies_are_policies(subject: Subject) -> Iterator[Finding]:
    """A resource policy has statements, names principals, and fits into 20 KB."""
    spec = subject.spec
    for name, policy in (
        ("resourcePolicy", spec.resource_policy),
        ("streamResourcePolicy", spec.stream_resource_policy),
    ):
        if policy is not None:
            yield from _policy(at(name), policy)


def _policy(path: Path, policy: dict[str, Any]) -> Iterator[Finding]:
    statements = policy.get("Statement")
    if not isinstance(statements, list) or not statements:
        yield Finding(path, "a policy needs `Statement`, a list", "write `Statement: [...]`")
        return
    if policy.get("Version", "2012-10-17") != "2012-10-17":
        fix = "write `Version: 2012-10-17`"
        yield Finding((*path, "Version"), "is not the current policy language", fix)
    for number, statement in enumerate(statements):
        yield from _statement((*path, "Statement", number), statement)
    size = len(json.dumps(policy, default=str).encode())
    if size > LARGEST_POLICY_BYTES:
        message = f"the policy has {size:,} bytes, more than {LARGEST_POLICY_BYTES:,}"
        yield Finding(path, message, "shorten it")


def _statement(path: Path, statement: Any) -> Iterator[Finding]:
    if not isinstance(statement, dict):
        yield Finding(path, "a statement is a mapping", "write Effect, Principal and Action")
        return
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield Finding(path, "a statement needs `Effect`", "write `Effect: Allow` or `Deny`")
    for names in (("Principal", "NotPrincipal"), ("Action", "NotAction")):
        if not any(name in statement for name in names):
            yield Finding(path, f"a statement needs `{names[0]}`", f"add `{names[0]}`")
    anyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    if anyone and statement.get("Effect") == "Allow" and "Condition" not in statement:
        yield Finding(
            (*path, "Principal"),
            "allows everybody in the world; DynamoDB refuses such a policy",
            "name the principals, or add a Condition",
        )


RULES = (stream_is_there, kinesis_is_a_stream, policies_are_policies)
