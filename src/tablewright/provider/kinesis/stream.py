"""`aws.kinesis.Stream`: a data stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import AwsError, NotFoundError, TablewrightError
from tablewright.provider.creation_id import with_creation_id
from tablewright.provider.operation_context import OperationContext, refused_with
from tablewright.provider.protocol.unknown import has_unknown
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType, Timeouts
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    flag,
    mapping,
    refused,
    text,
    texts,
    whole,
    without_empties,
)
from tablewright.provider.resources.tags import as_map

_KINESIS: Final = "kinesis"
_BUSY: Final = ("ResourceInUseException",)
_PROVISIONED: Final = {"streamMode": "PROVISIONED"}
_HOURS: Final = 24
_RECORD_KIB: Final = 1024
_METRICS: Final = (
    "ALL",
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)


class KinesisStream(ResourceType):
    """A stream; its identifier is its ARN, an import names it."""

    tok: ClassVar[str] = "aws:kinesis/stream:Stream"
    word: ClassVar[str] = "Kinesis stream"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=128)
    timeouts: ClassVar[Timeouts] = Timeouts(create=300, update=7200, delete=7200)
    write_only: ClassVar[tuple[str, ...]] = ("enforceConsumerDeletion",)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "maxRecordSizeInKib",
        "streamModeDetails",
        "tagsAll",
        "warmThroughputMibPs",
    )
    shape: ClassVar[Shape] = {
        "arn": refused("is an output of the stream and cannot be given; give its name"),
        "encryptionType": text("NONE", "KMS", default="NONE"),
        "enforceConsumerDeletion": flag(default=False, keeps=True),
        "kmsKeyId": text(),
        "maxRecordSizeInKib": whole(at_least=1024, at_most=10_240, keeps=True),
        "name": text(replaces=True, longest=128),
        "region": text(replaces=True),
        "retentionPeriod": whole(at_least=24, at_most=8760, default=_HOURS),
        "shardCount": whole(at_least=0, keeps=True),
        "shardLevelMetrics": texts(choices=_METRICS),
        "streamModeDetails": block(
            {"streamMode": text("PROVISIONED", "ON_DEMAND", required=True)},
            keeps=True,
            default=_PROVISIONED,
        ),
        "tags": mapping(),
        "warmThroughputMibPs": whole(at_least=0, keeps=True),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """Shards belong to provisioned streams, a key to encrypted ones."""
        failures = super().check(inputs, old_inputs)
        shards = inputs.get("shardCount")
        if has_unknown(inputs.get("streamModeDetails")) or has_unknown(shards):
            return failures
        if _mode(inputs) == "PROVISIONED" and not shards:
            reason = "is required unless streamModeDetails.streamMode is ON_DEMAND"
            failures.append(InputFailure("shardCount", reason))
        if _mode(inputs) == "ON_DEMAND" and shards:
            failures.append(InputFailure("shardCount", "cannot be given with the mode ON_DEMAND"))
        encryption = inputs.get("encryptionType") or "NONE"
        if encryption == "KMS" and inputs.get("kmsKeyId") is None:
            failures.append(InputFailure("kmsKeyId", "is required with the encryptionType KMS"))
        if encryption == "NONE" and inputs.get("kmsKeyId"):
            failures.append(InputFailure("kmsKeyId", "needs the encryptionType KMS"))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the stream and wait, then give it what CreateStream cannot carry."""
        name, region = str(inputs["name"]), run.region_of(inputs)
        request = {
            "StreamName": name,
            "ShardCount": inputs.get("shardCount") or None,
            "StreamModeDetails": {"StreamMode": _mode(inputs)},
            "Tags": self.new_tags(run, inputs),
            "MaxRecordSizeInKiB": inputs.get("maxRecordSizeInKib"),
            "WarmThroughputMiBps": inputs.get("warmThroughputMibPs"),
        }
        run.call(_KINESIS, region, "CreateStream", **without_empties(request))
        partition = run.identity().arn.split(":")[1]
        arn = f"arn:{partition}:kinesis:{region}:{run.identity().account}:stream/{name}"
        run.record(arn)
        _until_active(run, region, name)
        given = {
            field
            for field in ("retentionPeriod", "shardLevelMetrics", "encryptionType")
            if inputs.get(field) not in (None, [], self.shape[field].default)
        }
        live = {"retentionPeriod": _HOURS, "shardLevelMetrics": [], "encryptionType": "NONE"}
        self._bring(run, region, name, given, live, inputs)
        return arn

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the stream and its tags."""
        name = identifier.rpartition("/")[2]
        region = run.region_of(recorded, {"region": region_in(identifier)})
        try:
            reply = run.call(_KINESIS, region, "DescribeStreamSummary", StreamName=name)
            stream = reply["StreamDescriptionSummary"]
            tags = run.call(_KINESIS, region, "ListTagsForStream", StreamName=name)
        except NotFoundError:
            return None
        if stream["StreamStatus"] == "DELETING":
            return None
        mode = stream.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
        monitored = [
            metric
            for metrics in stream.get("EnhancedMonitoring") or ()
            for metric in metrics.get("ShardLevelMetrics") or ()
        ]
        outputs = {
            "arn": stream["StreamARN"],
            "encryptionType": stream.get("EncryptionType") or "NONE",
            "enforceConsumerDeletion": bool(recorded.get("enforceConsumerDeletion", False)),
            "kmsKeyId": stream.get("KeyId") or "",
            "maxRecordSizeInKib": stream.get("MaxRecordSizeInKiB") or _RECORD_KIB,
            "name": name,
            "region": region,
            "retentionPeriod": stream.get("RetentionPeriodHours", _HOURS),
            "shardCount": stream.get("OpenShardCount", 0) if mode == "PROVISIONED" else 0,
            "shardLevelMetrics": monitored,
            "streamModeDetails": {"streamMode": mode},
            "warmThroughputMibPs": stream.get("WarmThroughput", {}).get("TargetMiBps") or 0,
            **self.tag_outputs(run, as_map(tags.get("Tags")), recorded),
        }
        made_at = stream["StreamCreationTimestamp"].timestamp()
        return Live(stream["StreamARN"], with_creation_id(outputs, made_at))

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """What a stream has by itself is not an input of an import."""
        inputs = super().inputs_of(outputs, old_inputs)
        if old_inputs is None:
            usual = {"maxRecordSizeInKib": _RECORD_KIB, "shardCount": 0, "warmThroughputMibPs": 0}
            inputs = {name: value for name, value in inputs.items() if usual.get(name) != value}
        return inputs

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change what differs, one change after the other."""
        news, region, name = recorded.news, live.outputs["region"], live.outputs["name"]
        self._bring(run, region, name, differing, live.outputs, news)
        self.write_tags(run, recorded, live, name)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the stream and wait until it is gone."""
        name, region = identifier.rpartition("/")[2], run.region_of(recorded)
        try:
            run.call(
                _KINESIS,
                region,
                "DeleteStream",
                StreamName=name,
                EnforceConsumerDeletion=bool(recorded.get("enforceConsumerDeletion")),
            )
        except NotFoundError:
            return
        except TablewrightError as error:
            if not refused_with(error, *_BUSY) or recorded.get("enforceConsumerDeletion"):
                raise
            message = f"{run.subject} has consumers"
            raise AwsError(message, "set enforceConsumerDeletion, run up, then delete") from error
        run.wait(lambda: _is_gone(run, region, name), "the stream is still being deleted")

    def _bring(
        self,
        run: OperationContext,
        region: str,
        name: str,
        differing: set[str],
        live: Bag,
        news: Bag,
    ) -> None:
        arn = live.get("arn")
        for operation, members in _calls(differing, live, news):
            where = {"StreamARN": arn} if operation in _BY_ARN else {"StreamName": name}
            run.call(_KINESIS, region, operation, retry=_BUSY, **{**where, **members})
            _until_active(run, region, name)


_BY_ARN: Final = ("UpdateStreamMode", "UpdateMaxRecordSize", "UpdateStreamWarmThroughput")


def _calls(differing: set[str], live: Bag, news: Bag) -> list[tuple[str, dict[str, Any]]]:
    """The calls that change what differs, in an order that AWS takes."""
    calls: list[tuple[str, dict[str, Any]]] = []
    if "streamModeDetails" in differing:
        mode = {"StreamModeDetails": {"StreamMode": _mode(news)}}
        calls.append(("UpdateStreamMode", mode))
    if "shardCount" in differing and _mode(news) == "PROVISIONED":
        shards = {"TargetShardCount": news["shardCount"], "ScalingType": "UNIFORM_SCALING"}
        calls.append(("UpdateShardCount", shards))
    if "retentionPeriod" in differing:
        hours = news.get("retentionPeriod") or _HOURS
        verb = "Increase" if hours > live["retentionPeriod"] else "Decrease"
        kept = {"RetentionPeriodHours": hours}
        calls.append((f"{verb}StreamRetentionPeriod", kept))
    calls.extend(_metric_calls(differing, live, news))
    calls.extend(_encryption_calls(differing, live, news))
    if "maxRecordSizeInKib" in differing:
        size = {"MaxRecordSizeInKiB": news["maxRecordSizeInKib"]}
        calls.append(("UpdateMaxRecordSize", size))
    if "warmThroughputMibPs" in differing:
        warm = {"WarmThroughputMiBps": news["warmThroughputMibPs"]}
        calls.append(("UpdateStreamWarmThroughput", warm))
    return calls


def _metric_calls(differing: set[str], live: Bag, news: Bag) -> list[tuple[str, dict[str, Any]]]:
    if "shardLevelMetrics" not in differing:
        return []
    wanted, there = set(news.get("shardLevelMetrics") or ()), set(live["shardLevelMetrics"])
    changes = (
        ("DisableEnhancedMonitoring", sorted(there - wanted)),
        ("EnableEnhancedMonitoring", sorted(wanted - there)),
    )
    return [(operation, {"ShardLevelMetrics": names}) for operation, names in changes if names]


def _encryption_calls(
    differing: set[str], live: Bag, news: Bag
) -> list[tuple[str, dict[str, Any]]]:
    if not differing & {"encryptionType", "kmsKeyId"}:
        return []
    key = {"EncryptionType": "KMS", "KeyId": news.get("kmsKeyId") or live.get("kmsKeyId")}
    if news.get("encryptionType") == "KMS":
        return [("StartStreamEncryption", key)]
    return [("StopStreamEncryption", key)] if live["encryptionType"] == "KMS" else []


def _mode(bag: Mapping[str, Any]) -> str:
    return str((bag.get("streamModeDetails") or _PROVISIONED)["streamMode"])


def _until_active(run: OperationContext, region: str, name: str) -> None:
    def look() -> bool | None:
        reply = run.call(
            _KINESIS,
            region,
            "DescribeStreamSummary",
            retry=("ResourceNotFoundException",),
            patience_seconds=15,
            StreamName=name,
        )
        return reply["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE" or None

    run.wait(look, "the stream is not ACTIVE yet")


def _is_gone(run: OperationContext, region: str, name: str) -> bool | None:
    try:
        run.call(_KINESIS, region, "DescribeStreamSummary", StreamName=name)
    except NotFoundError:
        return True
    return None
