"""What the engine is told of a manifest is what Pulumi's SDK would tell it of the components."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format

from tablewright import manifest
from tablewright.components import Existing, TableStack
from tablewright.deploy.resource_tree import resource_tree
from tablewright.engine.run.program import run_program
from tablewright.engine.run.registrar import register_tree
from tablewright.errors import OperationError, TablewrightError
from tablewright.plan.declaration.declare import declare
from tablewright.provider.hosting.plugin import SDK_VERSION
from tests.support.resource_monitor import ResourceMonitor, registered

UNIT = Path(__file__).parent.parent
EXAMPLES = UNIT.parent.parent / "examples"
STACKS = [
    UNIT / "components" / "everything.yaml",
    UNIT / "manifest" / "good" / "schedules.yaml",
    UNIT / "manifest" / "good" / "policies.yaml",
    EXAMPLES / "three-tables",
    EXAMPLES / "optimized-table",
]


def declared(path):
    return declare(manifest.load([path], environment={}))


def by_the_sdk(stack, existing, **monitor):
    return registered(
        ResourceMonitor(**monitor),
        lambda request, interception: run_program(
            lambda: TableStack.from_declared(stack, existing).export(), request, interception
        ),
    )


def by_us(stack, existing, **monitor):
    return registered(
        ResourceMonitor(**monitor),
        lambda request, interception: register_tree(
            resource_tree(stack, existing, SDK_VERSION), request, interception
        ),
    )


def plain(message):
    """A message whose lists of URNs, which have no order, are in order."""
    if hasattr(message, "dependencies"):
        message.dependencies.sort()
        for needed in message.propertyDependencies.values():
            needed.urns.sort()
    return json_format.MessageToDict(message)


def told(monitor):
    return {urn: plain(request) for urn, request in monitor.registered.items()}


@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize("path", STACKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_registrations_are_those_of_the_sdk_message_by_message(path, dry_run):
    stack, existing = declared(path), Existing()
    theirs = by_the_sdk(stack, existing, dry_run=dry_run)
    ours = by_us(stack, existing, dry_run=dry_run)
    assert told(ours) == told(theirs)
    assert {urn: plain(given) for urn, given in ours.outputs.items()} == {
        urn: plain(given) for urn, given in theirs.outputs.items()
    }
    assert list(map(plain, ours.calls)) == list(map(plain, theirs.calls))


def test_what_the_stack_gives_out_is_registered_with_each_component():
    ours = by_us(declared(STACKS[0]), Existing())
    without = [urn for urn in ours.registered if "aws:" not in urn and urn not in ours.outputs]
    assert without == []


def test_what_stands_under_a_protected_table_is_protected_like_it():
    stack = declared(EXAMPLES / "three-tables")
    tables = tuple(replace(table, protect=table.key == "events") for table in stack.tables)
    ours, theirs = (run(replace(stack, tables=tables), Existing()) for run in (by_us, by_the_sdk))
    protected = {urn for urn, request in ours.registered.items() if request.protect}
    assert protected == {urn for urn, request in theirs.registered.items() if request.protect}
    assert len(protected) > 1


def test_nothing_is_sent_before_what_it_refers_to_and_all_of_it_once():
    ours = by_us(declared(STACKS[0]), Existing())
    place = {urn: number for number, urn in enumerate(ours.order)}
    for urn, request in ours.registered.items():
        needed = {*request.dependencies, *filter(None, [request.parent])}
        assert all(place[other] < place[urn] for other in needed)


@pytest.mark.parametrize("code", [grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNIMPLEMENTED])
def test_a_refusal_of_the_engine_ends_the_program_and_its_text_is_kept(code):
    """Whatever its code: a program that ends well has registered all, the rest would be deleted."""
    with pytest.raises(TablewrightError, match="resource monitor shut down"):
        by_us(declared(STACKS[0]), Existing(), refused=["aws:dynamodb/table:Table"], code=code)


def test_what_needs_a_step_that_failed_is_not_sent_all_else_is_and_the_program_fails():
    monitor = ResourceMonitor(reported=["aws:iam/role:Role"])
    tree = resource_tree(declared(STACKS[0]), Existing(), SDK_VERSION)
    with pytest.raises(OperationError, match="the engine has made no"):
        registered(monitor, lambda request, met: register_tree(tree, request, met))
    types = {request.type for request in monitor.registered.values()}
    assert "aws:iam/rolePolicy:RolePolicy" not in types
    assert "aws:cloudwatch/dashboard:Dashboard" in types
    assert not any(urn.endswith("AccessRoles::orders") for urn in monitor.outputs)
