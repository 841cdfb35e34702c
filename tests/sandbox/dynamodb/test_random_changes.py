"""Random sequences of control-plane calls against a small model of the rules; items live through.

The model knows one table: what it is, until when it is busy, and which limits over time are used
up. It says for every call whether it succeeds or with which code it is refused.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tablewright_emulator.clock import Clock
from tablewright_emulator.dynamodb import Durations
from tablewright_emulator.server import Emulator

from .conftest import NOON, clients_of

IN_USE, LIMIT, INVALID = "ResourceInUseException", "LimitExceededException", "ValidationException"
MISSING = "ResourceNotFoundException"
OK = None
SECONDS = 10.0
CHANGES = Durations.__dataclass_fields__.keys() - {"counts", "protection_pause", "recovery_lag"}
EVERYTHING_TAKES_TEN_SECONDS = Durations(**dict.fromkeys(CHANGES, SECONDS))
CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


class Model:
    """The rules, as short as they can be said."""

    def __init__(self) -> None:
        self.now, self.busy_until = NOON, NOON
        self.mode, self.units = "PROVISIONED", 10
        self.indexes: dict[str, Any] = {}
        self.stream, self.protected, self.table_class = False, False, "STANDARD"
        self.switches: list[Any] = []
        self.class_changes: list[Any] = []
        self.falls: list[Any] = []
        self.waiting: list[tuple[Any, Any]] = []
        self.items: dict[str, int] = {}

    @property
    def busy(self) -> bool:
        return self.now < self.busy_until

    @property
    def building(self) -> bool:
        return any(each is not None and self.now < each for each in self.indexes.values())

    def take(self, seconds: float = SECONDS, effect: Any = None) -> None:
        self.busy_until = self.now + timedelta(seconds=seconds)
        if effect is not None:
            self.waiting.append((self.busy_until, effect))

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for due, effect in [each for each in self.waiting if each[0] <= self.now]:
            self.waiting.remove((due, effect))
            effect(due)

    def billing(self, mode: str, units: int) -> str | None:
        if self.busy:
            return IN_USE
        if mode == "PAY_PER_REQUEST" == self.mode:
            return OK
        if mode == "PAY_PER_REQUEST":
            day = [each for each in self.switches if self.now - each < timedelta(days=1)]
            if len(day) >= 4:
                return LIMIT
            self.switches.append(self.now)
            self.take(effect=lambda _: setattr(self, "mode", mode))
            return OK
        if self.mode == "PAY_PER_REQUEST":
            self.take(effect=lambda _: self.__dict__.update(mode=mode, units=units))
            return OK
        return self.capacity(units)

    def capacity(self, units: int) -> str | None:
        if self.busy:
            return IN_USE
        if self.mode == "PAY_PER_REQUEST" or units == self.units:
            return INVALID
        if units < self.units:
            today = [each for each in self.falls if each.date() == self.now.date()]
            if len(today) >= 4 and self.now - today[-1] < timedelta(hours=1):
                return LIMIT
            self.take(effect=lambda due: (self.falls.append(due), setattr(self, "units", units)))
        else:
            self.take(effect=lambda _: setattr(self, "units", units))
        return OK

    def create_index(self, name: str) -> str | None:
        if self.busy:
            return IN_USE
        if name in self.indexes:
            return INVALID
        if self.building:
            return LIMIT
        self.indexes[name] = self.now + timedelta(seconds=2 * SECONDS)
        self.take()
        return OK

    def delete_index(self, name: str) -> str | None:
        if self.busy:
            return IN_USE
        if name not in self.indexes:
            return MISSING
        if any(self.now < due for other, due in self.indexes.items() if other != name):
            return LIMIT
        self.indexes[name] = self.now
        self.take(effect=lambda _: self.indexes.pop(name))
        return OK

    def set_stream(self, on: bool) -> str | None:  # noqa: FBT001
        if self.busy:
            return IN_USE
        if on == self.stream:
            return INVALID
        self.stream = on
        self.take()
        return OK

    def set_protected(self, on: bool) -> str | None:  # noqa: FBT001
        if self.busy:
            return IN_USE
        self.protected = on
        return OK

    def set_class(self, name: str) -> str | None:
        if self.busy:
            return IN_USE
        if name == self.table_class:
            return INVALID
        month = [each for each in self.class_changes if self.now - each < timedelta(days=30)]
        if len(month) >= 2:
            return LIMIT

        def changed(due: Any) -> None:
            self.table_class = name
            self.class_changes.append(due)

        self.take(effect=changed)
        return OK

    def delete(self) -> str | None:
        if self.protected:
            return INVALID
        return IN_USE


class RandomChanges(RuleBasedStateMachine):
    """Does the same to the model and to the emulator and compares after every step."""

    emulator: Emulator

    @initialize()
    def create(self) -> None:
        self.emulator.reset()
        self.emulator.clock.freeze(NOON)
        self.model = Model()
        self.dynamodb = clients_of(self.emulator)("dynamodb")
        self.dynamodb.create_table(
            TableName="orders",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
        )
        self.pass_time(SECONDS)

    def call(self, expected: str | None, **params: Any) -> None:
        try:
            self.dynamodb.update_table(TableName="orders", **params)
            code = OK
        except ClientError as error:
            code = error.response["Error"]["Code"]
        assert code == expected, (params, code, expected)

    @rule(seconds=st.sampled_from([1, 5, 9.5, 10, 60, 3600, 20_000, 90_000, 31 * 86_400]))
    def pass_time(self, seconds: float) -> None:
        self.emulator.clock.advance(seconds)
        self.model.advance(seconds)

    @rule(mode=st.sampled_from(["PROVISIONED", "PAY_PER_REQUEST"]), units=st.integers(5, 15))
    @precondition(lambda self: not self.model.indexes)
    def switch(self, mode: str, units: int) -> None:
        params: dict[str, Any] = {"BillingMode": mode}
        if mode == "PROVISIONED":
            params["ProvisionedThroughput"] = {"ReadCapacityUnits": units, "WriteCapacityUnits": 10}
        self.call(self.model.billing(mode, units), **params)

    @rule(units=st.integers(5, 15))
    def change_units(self, units: int) -> None:
        throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": 10}
        self.call(self.model.capacity(units), ProvisionedThroughput=throughput)

    @rule(name=st.sampled_from(["one", "two", "three"]))
    def create_index(self, name: str) -> None:
        create: dict[str, Any] = {
            "IndexName": name,
            "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        shown = self.dynamodb.describe_table(TableName="orders")["Table"]
        mode = shown.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        if mode == "PROVISIONED":
            create["ProvisionedThroughput"] = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        self.call(
            self.model.create_index(name),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )

    @rule(name=st.sampled_from(["one", "two", "three"]))
    def delete_index(self, name: str) -> None:
        update = [{"Delete": {"IndexName": name}}]
        self.call(self.model.delete_index(name), GlobalSecondaryIndexUpdates=update)

    @rule(on=st.booleans())
    def set_stream(self, on: bool) -> None:  # noqa: FBT001
        specification: dict[str, Any] = {"StreamEnabled": on}
        if on:
            specification["StreamViewType"] = "KEYS_ONLY"
        self.call(self.model.set_stream(on), StreamSpecification=specification)

    @rule(on=st.booleans())
    def set_protected(self, on: bool) -> None:  # noqa: FBT001
        self.call(self.model.set_protected(on), DeletionProtectionEnabled=on)

    @rule(name=st.sampled_from(CLASSES))
    def set_class(self, name: str) -> None:
        self.call(self.model.set_class(name), TableClass=name)

    @rule()
    @precondition(lambda self: self.model.protected or self.model.busy or self.model.building)
    def delete_in_vain(self) -> None:
        with pytest.raises(ClientError) as caught:
            self.dynamodb.delete_table(TableName="orders")
        assert caught.value.response["Error"]["Code"] == self.model.delete()

    @rule(key=st.sampled_from("abcdefgh"), value=st.integers(0, 9))
    def write(self, key: str, value: int) -> None:
        item = {"pk": {"S": key}, "n": {"N": str(value)}, "one": {"S": key}, "two": {"S": "x"}}
        self.dynamodb.put_item(TableName="orders", Item=item)
        self.model.items[key] = value

    @invariant()
    def looks_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model, table = self.model, self.dynamodb.describe_table(TableName="orders")["Table"]
        assert table["TableStatus"] == ("UPDATING" if model.busy else "ACTIVE")
        mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        assert mode == model.mode
        if mode == "PROVISIONED":
            assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == model.units
        indexes = {each["IndexName"]: each for each in table.get("GlobalSecondaryIndexes", [])}
        assert indexes.keys() == model.indexes.keys()
        assert ("StreamSpecification" in table) == model.stream
        assert table["DeletionProtectionEnabled"] == model.protected
        found = self.dynamodb.scan(TableName="orders")["Items"]
        assert {each["pk"]["S"]: int(each["n"]["N"]) for each in found} == model.items
        assert table["ItemCount"] == len(model.items)
        for name, index in indexes.items():
            if index["IndexStatus"] == "ACTIVE":
                in_index = self.dynamodb.scan(TableName="orders", IndexName=name)["Count"]
                assert in_index == (0 if name == "three" else len(model.items))


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    clock = Clock(frozen_at=NOON)
    durations = EVERYTHING_TAKES_TEN_SECONDS
    with Emulator(clock=clock, durations=durations, throttling=False) as running:
        yield running


def test_any_sequence_of_changes_follows_the_rules(emulator: Emulator):
    from hypothesis.stateful import run_state_machine_as_test

    RandomChanges.emulator = emulator
    run_state_machine_as_test(
        RandomChanges,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, phases=[Phase.generate]
        ),
    )
