"""From the parts of a manifest around a table to their values: scaling, replicas, origin."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.dynamodb_values import InsightsMode
from tablewright.manifest.models import (
    AutoScaling,
    ContributorInsights,
    ImportFromS3,
    ScalingPolicy,
    ScalingSchedule,
    Stack,
    SuspendedState,
    TableSpec,
)
from tablewright.manifest.models import GlobalTable as GlobalTableModel
from tablewright.manifest.models import Replica as ReplicaModel
from tablewright.manifest.tagging import effective_tags
from tablewright.plan.facets.recovery import declared_recovery
from tablewright.plan.origin import Csv, Origin, Restore, S3Import
from tablewright.plan.replica import GlobalTable, Replica, ReplicaIndex
from tablewright.plan.scaling import Direction, Scaling, Schedule, Suspension


def insights_mode(model: ContributorInsights | None) -> InsightsMode | None:
    """What Contributor Insights look at; None is off."""
    return model.mode if model and model.enabled else None


def scaling(spec: TableSpec) -> Iterator[Scaling]:
    """All sides that scale: the table's, then those of its indexes; reads before writes."""
    holders: list[tuple[str | None, AutoScaling | None]] = [(None, spec.auto_scaling)]
    holders += [(index.name, index.auto_scaling) for index in spec.global_secondary_indexes]
    for index, model in holders:
        if model and model.read:
            yield _scaling("read", index, model.read)
        if model and model.write:
            yield _scaling("write", index, model.write)


def _scaling(direction: Direction, index: str | None, policy: ScalingPolicy) -> Scaling:
    return Scaling(
        direction=direction,
        index=index,
        minimum=policy.min_capacity,
        maximum=policy.max_capacity,
        target=policy.target_utilization if policy.target_tracking else None,
        scale_in_cooldown_seconds=policy.scale_in_cooldown,
        scale_out_cooldown_seconds=policy.scale_out_cooldown,
        disable_scale_in=policy.disable_scale_in,
        policy_name=policy.policy_name,
        schedules=tuple(_schedule(schedule) for schedule in policy.schedules),
        suspended=_suspension(policy.suspended_state),
    )


def _suspension(model: SuspendedState) -> Suspension:
    return Suspension(
        scale_in=model.dynamic_scaling_in_suspended,
        scale_out=model.dynamic_scaling_out_suspended,
        scheduled=model.scheduled_scaling_suspended,
    )


def _schedule(model: ScalingSchedule) -> Schedule:
    return Schedule(
        name=model.name,
        schedule=model.schedule,
        timezone=model.timezone,
        start=model.start_time,
        end=model.end_time,
        minimum=model.min_capacity,
        maximum=model.max_capacity,
    )


def global_table(
    stack: Stack, spec: TableSpec, model: GlobalTableModel | None
) -> GlobalTable | None:
    """The table's replicas, each with all tags it is to have."""
    if model is None or not model.replicas:
        return None
    return GlobalTable(
        replicas=tuple(_replica(stack, spec, replica) for replica in model.replicas),
        consistency=model.consistency,
        witness_region=model.witness_region,
    )


def _replica(stack: Stack, spec: TableSpec, model: ReplicaModel) -> Replica:
    of_the_table = (spec.tags, spec.table_tags) if model.propagate_tags else ()
    return Replica(
        region=model.region,
        kms_key=model.kms_key_arn,
        table_class=model.table_class,
        deletion_protection=model.deletion_protection,
        recovery=declared_recovery(model.recovery),
        insights=insights_mode(model.contributor_insights),
        read_capacity=model.read_capacity_units,
        read_ceiling=model.max_read_request_units,
        indexes=tuple(
            ReplicaIndex(
                name=index.name,
                read_capacity=index.read_capacity_units,
                read_ceiling=index.max_read_request_units,
                insights=insights_mode(index.contributor_insights),
            )
            for index in model.global_secondary_indexes
        ),
        propagate_tags=model.propagate_tags,
        tags=effective_tags(stack, *of_the_table, model.tags),
    )


def origin(spec: TableSpec) -> Origin | None:
    """Where the items of a new table come from."""
    if spec.import_from_s3:
        return _import(spec.import_from_s3)
    model = spec.restore
    if model is None:
        return None
    return Restore(
        backup_arn=model.backup_arn,
        source_table_arn=model.source_table_arn,
        source_table_name=model.source_table_name,
        latest=model.latest,
        moment=model.date_time,
    )


def _import(model: ImportFromS3) -> S3Import:
    return S3Import(
        bucket=model.bucket,
        format=model.format,
        bucket_owner=model.bucket_owner,
        key_prefix=model.key_prefix,
        compression=model.compression,
        csv=Csv(model.csv.delimiter, model.csv.headers) if model.csv else None,
    )
