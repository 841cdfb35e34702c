"""Tables come and go: CreateTable, DeleteTable, DescribeTable, ListTables, and the limits of all.

Source: API reference of these operations.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tablewright_emulator.dynamodb.catalog import MAX_CONCURRENT, MAX_TABLES, Catalog
from tablewright_emulator.dynamodb.control_plane.backup_store import keep_system_backup
from tablewright_emulator.dynamodb.control_plane.description import describe
from tablewright_emulator.dynamodb.control_plane.encryption import key_arn
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.rules import capacity, indexes, keys, settings
from tablewright_emulator.dynamodb.rules.naming import check_name
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    refuse_unless_created,
    require_active,
)
from tablewright_emulator.dynamodb.streams.stream import Stream
from tablewright_emulator.dynamodb.table import (
    ON_DEMAND_WARM,
    GlobalIndex,
    LocalIndex,
    Metered,
    Table,
    Throughput,
)
from tablewright_emulator.request import AwsFault, Request

Params = dict[str, Any]


def create_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """CreateTable."""
    params = request.params
    check_definition(params)
    name = _free_name(world, request, params.get("TableName"))
    settings.check_stream(params.get("StreamSpecification"))
    settings.check_encryption(params.get("SSESpecification"))
    tags = settings.check_tags(params.get("Tags") or [])
    if params.get("ResourcePolicy") is not None:
        settings.check_policy(params["ResourcePolicy"])
    refuse_unsupported(params, ("GlobalTableSourceArn", "VectorIndexes"))
    table = build(world, request, name, params)
    table.tags = tags
    table.kms_key = key_arn(world, table, params.get("SSESpecification"))
    table.table_class = params.get("TableClass")
    table.protected = bool(params.get("DeletionProtectionEnabled"))
    stream = params.get("StreamSpecification") or {}
    if stream.get("StreamEnabled"):
        start_stream(world, table, stream["StreamViewType"])
    if params.get("ResourcePolicy") is not None:
        table.policies[table.arn] = (params["ResourcePolicy"], str(int(world.now().timestamp())))
    world.of(request).tables[name] = table
    world.begin(table, world.durations.create, created)
    return {"TableDescription": describe(world, table)}


def check_definition(params: Params) -> None:
    """Check keys, indexes and capacity of a request that makes a table, in AWS's order."""
    schema = params["KeySchema"]
    capacity.check_units(params)
    keys.check_size(schema, "keySchema")
    types = keys.check_definitions(params["AttributeDefinitions"])
    keys.check_enough(types, schema)
    keys.check_defined(types, schema)
    keys.check_schema(schema)
    of_indexes = [*(params.get("LocalSecondaryIndexes") or [])]
    of_indexes += params.get("GlobalSecondaryIndexes") or []
    if params.keys().isdisjoint(("LocalSecondaryIndexes", "GlobalSecondaryIndexes")):
        keys.check_used(types, schema, [])
    indexes.check_all(types, schema, params)
    keys.check_used(types, schema, [index["KeySchema"] for index in of_indexes])
    capacity.check_billing(params)


def _free_name(world: DynamoDb, request: Request, name: Any) -> str:
    is_arn = isinstance(name, str) and name.startswith("arn:")
    free = check_name(name.rsplit("/", 1)[-1] if is_arn else name)
    catalog = world.of(request)
    if catalog.get(free, world.now()) is not None:
        raise AwsFault("ResourceInUseException", f"Table already exists: {free}")
    check_room(world, catalog)
    return free


def check_room(world: DynamoDb, catalog: Catalog) -> None:
    """Refuse a table more than an account may have, or more changes than may run at once.

    Source: Developer Guide, page ServiceQuotas.
    """
    if len(catalog.tables) >= MAX_TABLES and len(catalog.all(world.now())) >= MAX_TABLES:
        raise AwsFault(
            "LimitExceededException",
            f"Subscriber limit exceeded: There is a limit of {MAX_TABLES} tables per subscriber",
        )
    if catalog.under_way(world.now()) >= MAX_CONCURRENT:
        raise AwsFault(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted "
            "simultaneously",
        )


def refuse_unsupported(params: Params, members: tuple[str, ...]) -> None:
    """Say honestly what is not carried here, instead of dropping it."""
    for member in members:
        if params.get(member):
            raise AwsFault("ValidationException", f"{member} is not supported by this emulator")


def build(world: DynamoDb, request: Request, name: str, params: Params) -> Table:
    """A table from checked parameters, not yet in the catalog."""
    now = world.now()
    table = Table(
        name=name,
        account=request.account,
        region=request.region,
        id=world.gateway.new_id(),
        created=now,
        attributes=params["AttributeDefinitions"],
        key_schema=params["KeySchema"],
        billing_mode=params.get("BillingMode") or "PROVISIONED",
    )
    if table.billing_mode == "PAY_PER_REQUEST":
        table.pay_per_request_since = now
    meter(table, params)
    for definition in params.get("GlobalSecondaryIndexes") or []:
        table.indexes[definition["IndexName"]] = new_index(table, definition)
    for definition in params.get("LocalSecondaryIndexes") or []:
        schema, projection = definition["KeySchema"], definition["Projection"]
        view = table.view(projection, schema)
        local = LocalIndex(definition["IndexName"], schema, projection, view)
        table.local_indexes[local.name] = local
    return table


def new_index(table: Table, definition: Params) -> GlobalIndex:
    """A global index from a checked definition, with an empty view."""
    schema, projection = definition["KeySchema"], definition["Projection"]
    index = GlobalIndex(name=definition["IndexName"], key_schema=schema, projection=projection)
    index.view = table.view(projection, schema)
    meter(index, definition)
    return index


def meter(metered: Metered, source: Params) -> None:
    """Set capacity of a new table or index."""
    units = source.get("ProvisionedThroughput")
    metered.warm = dict(ON_DEMAND_WARM)
    if units:
        metered.throughput = Throughput(units["ReadCapacityUnits"], units["WriteCapacityUnits"])
        metered.warm = {
            "ReadUnitsPerSecond": units["ReadCapacityUnits"],
            "WriteUnitsPerSecond": units["WriteCapacityUnits"],
        }
    metered.warm |= source.get("WarmThroughput") or {}
    metered.on_demand = limits_of(source.get("OnDemandThroughput"))


def limits_of(maxima: Params | None) -> dict[str, int]:
    """On-demand maxima as kept: -1 stands for none."""
    return {
        member: (maxima or {}).get(member, -1)
        for member in ("MaxReadRequestUnits", "MaxWriteRequestUnits")
        if maxima
    }


@effect("table.created")
def created(table: Table, at: datetime) -> None:
    """The table is ready."""
    table.creating = False
    if table.billing_mode == "PROVISIONED":
        for metered in (table, *table.indexes.values()):
            metered.save_from(at)


def start_stream(world: DynamoDb, table: Table, view_type: str) -> None:
    """Begin a new life of the table's stream."""
    table.stream = Stream(table.arn, table.region, view_type, world.now(), table.key_schema)


def delete_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DeleteTable."""
    table = world.table(request)
    refuse_unless_created(table)
    if table.protected:
        raise AwsFault(
            "ValidationException",
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.",
        )
    require_active(table)
    for index in table.indexes.values():
        if index.status != "ACTIVE":
            raise AwsFault(
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: Table has an index that is "
                f"being changed: {index.name}",
            )
    for check in world.before_delete:
        check(table)
    table.deleting = True
    if table.recovery.enabled:
        keep_system_backup(world, table)
    world.begin(table, world.durations.delete, _deleted)
    shown = describe(world, table)
    return {
        "TableDescription": {
            member: value for member, value in shown.items() if member in _SHOWN_ON_DELETE
        }
    }


_SHOWN_ON_DELETE = frozenset({
    "TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount", "TableArn",
    "TableId", "BillingModeSummary", "DeletionProtectionEnabled", "TableClassSummary",
    "KeySchema", "AttributeDefinitions", "CreationDateTime",
})  # fmt: skip


@effect("table.deleted")
def _deleted(table: Table, at: datetime) -> None:
    del at
    table.deleted = True


def describe_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeTable."""
    return {"Table": describe(world, world.table(request))}


def list_tables(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListTables."""
    limit = request.params.get("Limit", 100)
    start = request.params.get("ExclusiveStartTableName", "")
    names = [table.name for table in world.of(request).all(world.now()) if table.name > start]
    last = names[limit - 1] if len(names) > limit else None
    return {"TableNames": names[:limit], "LastEvaluatedTableName": last}


def describe_limits(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeLimits: the quotas an account starts with."""
    del world, request
    return {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


def describe_endpoints(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeEndpoints: the address the client came by."""
    del world
    address = request.headers.get("host", f"dynamodb.{request.region}.amazonaws.com")
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": 1440}]}


OPERATIONS: dict[str, Operation] = {
    "CreateTable": create_table,
    "DeleteTable": delete_table,
    "DescribeEndpoints": describe_endpoints,
    "DescribeLimits": describe_limits,
    "DescribeTable": describe_table,
    "ListTables": list_tables,
}
