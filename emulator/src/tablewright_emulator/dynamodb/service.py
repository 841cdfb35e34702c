"""DynamoDB: the state of all its tables, and the way from a request to a handler."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.catalog import Catalog
from tablewright_emulator.dynamodb.durations import PRESETS, Durations, Preset
from tablewright_emulator.dynamodb.effects import Effect
from tablewright_emulator.dynamodb.rules import model
from tablewright_emulator.dynamodb.table import Pending, Table
from tablewright_emulator.dynamodb.value_faults import nested_too_deep
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Request

Operation: TypeAlias = "Callable[[DynamoDb, Request], dict[str, Any]]"
_ARN = re.compile(r"arn:[\w-]+:dynamodb:([\w-]+):(\d{12}):table/([^/]+)")


class DynamoDb:
    """The service.

    Args:
        gateway: where its operations are registered.
        durations: how long changes take; a preset's name or values of one's own.
        throttling: whether provisioned capacity binds.
        limits: whether limits over time bind (switches a day, decreases, TTL once an hour, …).
    """

    name = "dynamodb"

    def __init__(
        self,
        gateway: Gateway,
        *,
        durations: Preset | Durations = "short",
        throttling: bool = True,
        limits: bool = True,
    ) -> None:
        self.gateway = gateway
        self.durations = durations if isinstance(durations, Durations) else PRESETS[durations]
        self.throttling = throttling
        self.limits = limits
        self.catalogs: dict[tuple[str, str], Catalog] = {}
        self.watch_ttl: Callable[[Table], None] = lambda _: None
        self.resume_transfers: Callable[[Catalog], None] = lambda _: None
        self.before_delete: list[Callable[[Table], None]] = []

    def register(self, operations: dict[str, Operation]) -> None:
        """Put operations on the gateway, behind the check against the API's model."""
        for name, operation in operations.items():
            self.gateway.register("dynamodb", {name: self._handler(name, operation)})

    def _handler(self, name: str, operation: Operation) -> Callable[[Request], dict[str, Any]]:
        def handle(request: Request) -> dict[str, Any]:
            try:
                request.params = model.check(name, request.params)
            except RecursionError as error:
                raise nested_too_deep() from error
            try:
                return operation(self, request)
            except RecursionError as error:
                text = "The expression contains too many operators"
                raise AwsFault("ValidationException", text) from error

        return handle

    def now(self) -> datetime:
        """The clock's time."""
        return self.gateway.clock.now()

    def after(self, seconds: float) -> datetime:
        """The moment `seconds` from now."""
        return self.now() + timedelta(seconds=seconds)

    def catalog(self, account: str, region: str) -> Catalog:
        """What an account has in a region."""
        catalog = self.catalogs.get((account, region))
        if catalog is None:
            catalog = self.catalogs[account, region] = Catalog(account, region)
        return catalog

    def of(self, request: Request) -> Catalog:
        """The catalog a request speaks of."""
        return self.catalog(request.account, request.region)

    def find(self, request: Request, name: str) -> Table | None:
        """The table of a name or an ARN; None when there is none (any more).

        Raises:
            AwsFault: ValidationException for no name of a table here, AccessDeniedException for
                a table of another account that has no policy.
        """
        if not name.startswith("arn:"):
            catalog = self.of(request)
            table = catalog.tables.get(name)
            if table is None or not (table.pending or table.deleted):
                return table
            return catalog.get(name, self.now())
        match = _ARN.fullmatch(name)
        if match is None or match[1] != request.region:
            what = "resource type" if match is None else "AWS region"
            text = f"1 validation error detected: Invalid {what} in '{name}'"
            raise AwsFault("ValidationException", text)
        table = self.catalog(match[2], match[1]).get(match[3], self.now())
        if table is not None and match[2] != request.account and name not in table.policies:
            raise AwsFault(
                "AccessDeniedException",
                f"Account {request.account} is not authorized to perform: "
                f"dynamodb:{request.operation} on resource: {name} because no resource-based "
                f"policy allows the dynamodb:{request.operation} action",
            )
        return table

    def resource(self, request: Request, arn: str) -> Table | None:
        """The table of an ARN of itself or of one of its streams.

        Raises:
            AwsFault: ValidationException for any other ARN.
        """
        if not arn.startswith("arn:"):
            raise invalid(f"ARNs must start with 'arn:': {arn}")
        if ":dynamodb:" not in arn:
            raise invalid(f"Provided Arn is not a DynamoDB resource arn: {arn}")
        if "/index/" in arn:
            raise invalid(
                "Invalid resource arn provided, only table or stream is accepted. Provided "
                f"resource arn: {arn}"
            )
        return self.find(request, arn.partition("/stream/")[0])

    def table(self, request: Request, name: Any = None, text: str | None = None) -> Table:
        """The table a control-plane request names.

        Raises:
            AwsFault: ResourceNotFoundException.
        """
        name = request.params.get("TableName") if name is None else name
        table = self.find(request, name)
        if table is None:
            raise not_found(text or f"Requested resource not found: Table: {name} not found")
        return table

    def open_table(self, request: Request, name: Any) -> Table:
        """The table a data-plane request names; one being created or deleted is not there.

        Raises:
            AwsFault: ResourceNotFoundException.
        """
        table = self.find(request, name)
        if table is None or table.creating or table.deleting:
            raise not_found("Requested resource not found")
        return table

    def begin(self, table: Table, seconds: float, effect: Effect, **params: Any) -> None:
        """Start something that takes time and blocks the table until then."""
        table.pending.append(Pending.of(self.after(seconds), effect, **params))

    def reset(self) -> None:
        """Forget every table."""
        self.catalogs.clear()

    def dump(self) -> Any:
        """All of the state."""
        return self.catalogs

    def load(self, state: Any) -> None:
        """Take over a state."""
        self.catalogs = dict(state)

    def resume(self) -> None:
        """Look again for expired items, where there is a time to live, and go on with transfers."""
        for catalog in self.catalogs.values():
            self.resume_transfers(catalog)
            for table in catalog.tables.values():
                if table.ttl.status in {"ENABLED", "ENABLING"}:
                    self.watch_ttl(table)

    def configure(self, **durations: float) -> None:
        """Change single durations."""
        self.durations = replace(self.durations, **durations)


def not_found(text: str) -> AwsFault:
    """ResourceNotFoundException."""
    return AwsFault("ResourceNotFoundException", text)


def require_active(table: Table) -> None:
    """Refuse a change of a table that is being created, updated or deleted."""
    doing = {"CREATING": "created", "UPDATING": "updated", "DELETING": "deleted"}.get(table.status)
    if doing is not None:
        raise AwsFault(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: "
            f"Table is being {doing}: {table.name}",
        )


def refuse_unless_created(table: Table) -> None:
    """Refuse a change of a table that is being created or deleted; updates do not matter."""
    if table.creating or table.deleting:
        require_active(table)
