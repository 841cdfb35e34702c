"""Preview, run, refresh and deletion call a resource by one name, whatever kind it is of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components import Existing
from tablewright.deploy.explanation import explain
from tablewright.deploy.resource_tree import resource_tree
from tablewright.engine.run.events import Phase
from tablewright.plan.declaration.declare import declare
from tablewright.provider.hosting.plugin import SDK_VERSION
from tablewright.pulumi_values import UNKNOWN_STRING
from tablewright.resource_kinds import KINDS, UNKNOWN, displayed_name

EVERYTHING = Path(__file__).parent.parent / "components" / "everything.yaml"
NEW_VALUE = "made-by-the-run"
TOLD_IN_A_RUN = ("create", "update", "delete")


@cache
def resources():
    """The registrations of a stack of every kind, by URN: type and inputs."""
    declared = declare(manifest.load([EVERYTHING], environment={}))
    tree = resource_tree(declared, Existing(), SDK_VERSION)
    custom = [resource for resource in tree.resources if resource.custom]
    return {
        f"urn:pulumi:dev::everything::{resource.type}::{resource.name}": resource
        for resource in custom
    }


def inputs_of(resource, unknown):
    """The inputs as JSON; what only a run knows is `unknown`."""
    plain = (str, int, float, bool, list, dict)
    return {
        name: value if isinstance(value, plain) else unknown
        for name, value in resource.inputs.items()
    }


def metadata(op, urn, *, unknown=NEW_VALUE):
    resource = resources()[urn]
    side = {"custom": True, "id": "id", "inputs": inputs_of(resource, unknown), "outputs": {}}
    sides = {"old": None if op == "create" else side, "new": None if op == "delete" else side}
    return {"op": op, "urn": urn, "type": resource.type, **sides}


def told(phase, step, *, planning=False):
    """The names that a step goes by, from its begin to its failure."""
    body = {"metadata": step, "planning": planning}
    said = {"severity": "info", "message": "waiting", "ephemeral": True, "urn": step["urn"]}
    events = [
        {"resourcePreEvent": body},
        {"diagnosticEvent": said},
        {"resOutputsEvent": body},
        {"resOpFailedEvent": body},
    ]
    return {progress.name for event in events for progress in phase.feed(event, 0.0)}


def test_the_stack_has_resources_of_many_kinds():
    assert len({resource.type for resource in resources().values()}) >= 12
    assert {resource.type for resource in resources().values()} <= {*KINDS}


@pytest.mark.parametrize("op", TOLD_IN_A_RUN)
def test_preview_and_run_and_the_errors_of_both_name_a_resource_alike(op):
    for urn in resources():
        names = {}
        preview, run = Phase(names=names), Phase(names=names)
        planned = told(preview, metadata(op, urn, unknown=UNKNOWN_STRING), planning=True)
        (explained,) = explain(preview.result(0.0).changes).changes
        assert planned == {explained.name}
        assert told(run, metadata(op, urn)) == planned
        run.feed({"diagnosticEvent": {"severity": "error", "message": "no", "urn": urn}}, 0.0)
        assert {failure.name for failure in run.failures} == planned


def test_what_is_read_before_a_preview_goes_by_the_name_of_its_change():
    for urn in resources():
        phase = Phase()
        read = told(phase, metadata("refresh", urn))
        assert read == told(phase, metadata("update", urn), planning=True)


def test_a_refresh_and_what_it_finds_name_a_resource_alike():
    for urn in resources():
        phase = Phase(only_reads=True)
        began, ended = metadata("refresh", urn), metadata("update", urn)
        (started,) = phase.feed({"resourcePreEvent": {"metadata": began}}, 0.0)
        (finished,) = phase.feed({"resOutputsEvent": {"metadata": ended}}, 0.0)
        (explained,) = explain(phase.result(0.0).changes).changes
        assert {started.name, finished.name} == {explained.name}


def test_a_value_that_only_the_run_knows_is_no_name():
    for urn in resources():
        (name,) = told(Phase(), metadata("create", urn, unknown=UNKNOWN_STRING), planning=True)
        assert name
        assert "known after" not in name
        assert name != UNKNOWN_STRING


def test_no_two_resources_of_a_type_go_by_one_name():
    """The insights of a replica were called as those at home."""
    for unknown in (NEW_VALUE, UNKNOWN_STRING):
        names = {}
        for urn, resource in resources().items():
            step = metadata("create", urn, unknown=unknown)
            step["new"]["inputs"] |= {} if unknown == UNKNOWN_STRING else own_table(resource)
            (name,) = told(Phase(), step, planning=unknown == UNKNOWN_STRING)
            names.setdefault((resource.type, name), []).append(urn)
        assert [urns for urns in names.values() if len(urns) > 1] == []


def own_table(resource):
    """What a part tells of its table once that exists."""
    table = "orders"
    values = {"tableName": table, "globalTableArn": f"arn:aws:dynamodb:eu-west-1:1:table/{table}"}
    return {name: value for name, value in values.items() if name in resource.inputs}


@pytest.mark.parametrize(
    ("inputs", "program", "shown"),
    [
        ({"tableName": "events"}, "events", "events"),
        ({"tableName": "events", "region": "eu-west-1"}, "events", "events"),
        (
            {"tableName": "events", "region": "eu-central-1"},
            "log-eu-central-1",
            "events in eu-central-1",
        ),
        (
            {"tableName": "events", "region": "eu-central-1", "indexName": "by-user"},
            "log-eu-central-1-by-user",
            "events in eu-central-1, index by-user",
        ),
        (
            {"globalTableArn": "arn:aws:dynamodb:eu-west-1:1:table/events", "region": "eu-north-1"},
            "log-eu-north-1",
            "events in eu-north-1",
        ),
        (
            {"globalTableArn": UNKNOWN, "region": "eu-north-1"},
            "log-eu-north-1",
            "log in eu-north-1",
        ),
        ({"name": "log-eu-north-1", "region": "eu-north-1"}, "log-eu-north-1", "log-eu-north-1"),
        (
            {"tableName": "log-eu-north-1", "region": "eu-north-1"},
            "log-eu-north-1",
            "log-eu-north-1",
        ),
    ],
)
def test_a_part_in_another_region_than_its_table_goes_by_both(inputs, program, shown):
    assert displayed_name(inputs, program) == shown


def test_what_has_a_name_in_aws_goes_by_it():
    alarms = [urn for urn, resource in resources().items() if "Alarm" in resource.type]
    for urn in alarms:
        (name,) = told(Phase(), metadata("create", urn))
        assert name == resources()[urn].inputs["name"] != resources()[urn].name
