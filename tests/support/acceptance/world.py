"""What scenarios need around them."""

from __future__ import annotations

from typing import Any

from .model import HOME, KEYS


def surroundings(client: Any, scenario: Any) -> dict[str, str]:
    """Make the bucket, stream and keys that a scenario names; ARNs by what stands for them."""
    named = repr(scenario)
    if "bucket-there" in named:
        s3 = client("s3", HOME)
        s3.create_bucket(
            Bucket="bucket-there", CreateBucketConfiguration={"LocationConstraint": HOME}
        )
        body = b'{"Item":{"id":{"S":"test"},"field":{"S":"test"}}}'
        s3.put_object(Bucket="bucket-there", Key="data/one.json", Body=body)
    if "stream/there" in named:
        client("kinesis", HOME).create_stream(StreamName="there", ShardCount=1)
    return {
        name: client("kms", region).create_key()["KeyMetadata"]["Arn"]
        for name, region in KEYS.items()
        if name in named
    }


def with_keys(value: Any, keys: dict[str, str]) -> Any:
    """Inputs with the ARNs of the keys they name."""
    if isinstance(value, dict):
        return {name: with_keys(item, keys) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(with_keys(item, keys) for item in value)
    return keys.get(value, value) if isinstance(value, str) else value
