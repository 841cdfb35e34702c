"""From a manifest to the plain value of the stack it declares.

Every facet of a declared table is said: what a manifest leaves out is its documented default, so
that removing a line has the effect its reader expects. The one exception is warm throughput, which
AWS reports for every table and never lowers: left out, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tablewright.dynamodb_values import AttributeType
from tablewright.manifest.models import (
    GlobalSecondaryIndex,
    KeyAttribute,
    LocalSecondaryIndex,
    Stack,
    TableSpec,
)
from tablewright.manifest.models import Output as OutputModel
from tablewright.manifest.models import Projection as ProjectionModel
from tablewright.manifest.models import ProvisionedThroughput as ProvisionedModel
from tablewright.manifest.models import Table as TableModel
from tablewright.manifest.naming import dashboard_name, table_name
from tablewright.manifest.stacks import StackManifest
from tablewright.manifest.tagging import effective_tags
from tablewright.plan.facets import FACETS, ON_DEMAND_MAXIMUM, WARM_THROUGHPUT
from tablewright.plan.table import GlobalIndex, Key, LocalIndex, Projection, Table, Throughput

from .access import declared_roles
from .alarms import declared_stack_alarms, declared_table_alarms
from .dashboard import dashboard_body
from .declared import Dashboard, DeclaredStack, DeclaredTable, Insights, KinesisDestination, Output
from .manifest_parts import global_table, insights_mode, origin, scaling
from .moved import moved


def declare(manifest: StackManifest) -> DeclaredStack:
    """The stack a manifest declares; pure, and the same value for the same manifest."""
    stack = manifest.stack
    tables = tuple(declared_table(stack, table) for table in manifest.tables)
    return DeclaredStack(
        name=stack.metadata.name,
        environment=stack.spec.environment,
        region=stack.spec.region,
        tables=tables,
        alarms=tuple(declared_stack_alarms(stack)),
        tags=effective_tags(stack),
        outputs=tuple(_output(output) for output in stack.spec.outputs),
        dashboard=_dashboard(stack, tables),
        moved=tuple(moved(stack)),
        owner_tag=stack.spec.ownership.tag,
        account=stack.spec.account,
    )


def declared_table(stack: Stack, table: TableModel) -> DeclaredTable:
    """One table with all that belongs to it; the stack's defaults are already merged under it."""
    return DeclaredTable(
        table=_table(stack, table),
        key=table.metadata.name,
        adopt=table.spec.adopt,
        protect=table.spec.protect,
        insights=tuple(_insights(table.spec)),
        alarms=tuple(declared_table_alarms(stack, table)),
        roles=tuple(declared_roles(stack, table)),
        scaling=tuple(scaling(table.spec)),
        kinesis=_kinesis(table.spec),
        resource_policy=table.spec.resource_policy,
        stream_policy=table.spec.stream_resource_policy,
        global_table=global_table(stack, table.spec, table.spec.global_table),
        origin=origin(table.spec),
        tags=effective_tags(stack, table.spec.tags),
    )


def _table(stack: Stack, table: TableModel) -> Table:
    spec = table.spec
    partition = (spec.partition_key,)
    return Table(
        name=table_name(stack, table),
        key=_key(partition, (spec.sort_key,) if spec.sort_key else ()),
        attributes=attribute_types(spec),
        billing_mode=spec.billing_mode,
        throughput=_throughput(spec),
        global_indexes=tuple(_global_index(i) for i in spec.global_secondary_indexes),
        local_indexes=tuple(_local_index(partition, i) for i in spec.local_secondary_indexes),
        **{facet.name: facet.declare(spec) for facet in FACETS},
        tags=effective_tags(stack, spec.tags, spec.table_tags),
    )


def attribute_types(spec: TableSpec) -> dict[str, AttributeType]:
    """Type of each key attribute of the table and its indexes, in order of first use."""
    keys = [spec.partition_key, *([spec.sort_key] if spec.sort_key else [])]
    keys.extend(local.sort_key for local in spec.local_secondary_indexes)
    for index in spec.global_secondary_indexes:
        keys.extend((*index.partition_key, *index.sort_key))
    return {key.name: key.type for key in keys}


def _key(partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]) -> Key:
    return Key(tuple(key.name for key in partition), tuple(key.name for key in sort))


def _global_index(index: GlobalSecondaryIndex) -> GlobalIndex:
    return GlobalIndex(
        name=index.name,
        key=_key(index.partition_key, index.sort_key),
        projection=_projection(index.projection),
        throughput=_throughput(index),
        on_demand_maximum=ON_DEMAND_MAXIMUM.declare(index),
        warm_throughput=WARM_THROUGHPUT.declare(index),
    )


def _local_index(partition: Sequence[KeyAttribute], index: LocalSecondaryIndex) -> LocalIndex:
    return LocalIndex(
        name=index.name,
        key=_key(partition, (index.sort_key,)),
        projection=_projection(index.projection),
    )


def _projection(projection: ProjectionModel) -> Projection:
    return Projection(projection.type, frozenset(projection.non_key_attributes))


def _throughput(spec: TableSpec | GlobalSecondaryIndex) -> Throughput | None:
    """Fixed capacity; where only scaling is declared a side begins at its lower bound."""
    fixed: ProvisionedModel | None = spec.provisioned_throughput
    scaling = spec.auto_scaling
    if fixed:
        return Throughput(fixed.read_capacity_units, fixed.write_capacity_units)
    if scaling and scaling.read and scaling.write:
        return Throughput(scaling.read.min_capacity, scaling.write.min_capacity)
    return None


def _insights(spec: TableSpec) -> Iterator[Insights]:
    mode = insights_mode(spec.contributor_insights)
    if mode:
        yield Insights(mode=mode)
    for index in spec.global_secondary_indexes:
        mode = insights_mode(index.contributor_insights)
        if mode:
            yield Insights(index=index.name, mode=mode)


def _kinesis(spec: TableSpec) -> KinesisDestination | None:
    model = spec.kinesis_destination
    return KinesisDestination(model.stream_arn, model.precision) if model else None


def _dashboard(stack: Stack, tables: Sequence[DeclaredTable]) -> Dashboard | None:
    model = stack.spec.dashboard
    if model is None or not model.enabled:
        return None
    title = f"{stack.metadata.name}, {stack.spec.environment}"
    body = dashboard_body(title, stack.spec.region, tables, model.period)
    return Dashboard(dashboard_name(stack), body, model.adopt)


def _output(output: OutputModel) -> Output:
    role = f"{output.table}-{output.role}" if output.role else None
    alarm = f"{output.table}-{output.alarm}" if output.alarm else None
    return Output(output.name, output.value, output.table, role, alarm)
