"""Arguments of `aws.dynamodb.Table` that say where a new table's items come from."""

from __future__ import annotations

from typing import Any

from tablewright.components.rendering.resource_spec import given
from tablewright.plan.origin import Origin, Restore, S3Import


def origin_args(origin: Origin | None) -> dict[str, Any]:
    """Nothing for a table that begins empty."""
    match origin:
        case None:
            return {}
        case Restore():
            return _restore(origin)
        case S3Import():
            return {"import_table": _import(origin)}


def _restore(origin: Restore) -> dict[str, Any]:
    return given(
        restore_backup_arn=origin.backup_arn,
        restore_source_table_arn=origin.source_table_arn,
        restore_source_name=origin.source_table_name,
        restore_to_latest_time=origin.latest or None,
        restore_date_time=origin.moment,
    )


def _import(origin: S3Import) -> dict[str, Any]:
    return {
        "input_format": origin.format,
        "input_compression_type": origin.compression,
        "s3_bucket_source": {
            "bucket": origin.bucket,
            **given(bucket_owner=origin.bucket_owner, key_prefix=origin.key_prefix or None),
        },
        **({} if origin.csv is None else {"input_format_options": {"csv": _csv(origin)}}),
    }


def _csv(origin: S3Import) -> dict[str, Any]:
    if origin.csv is None:
        return {}
    headers = {"header_lists": list(origin.csv.headers)} if origin.csv.headers else {}
    return {"delimiter": origin.csv.delimiter, **headers}
