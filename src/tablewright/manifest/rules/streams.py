"""Streams and Kinesis: what needs a stream, and what a destination must be."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import STACK_REGION, Finding, Subject, at


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


RULES = (stream_is_there, kinesis_is_a_stream)
