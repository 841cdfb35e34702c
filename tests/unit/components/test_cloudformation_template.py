"""A stack as a CloudFormation template: nothing is dropped without a word, and it reads back."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from tests.unit.components.test_every_field import EXAMPLES

from tablewright import components, manifest
from tablewright.adopt.cloudformation.described import described, described_alarm
from tablewright.adopt.cloudformation.resources import ALARM, read_resources
from tablewright.adopt.cloudformation.surroundings import Surroundings
from tablewright.adopt.cloudformation.template import read_template
from tablewright.components.templates import cloudformation
from tablewright.components.templates.cloudformation import KINDS, policy_arn
from tablewright.components.templates.cloudformation_types import OWN
from tablewright.components.templates.handover import parts_of
from tablewright.errors import InputError
from tablewright.plan.declaration.declare import declare

RENDERING = Path(components.__file__).parent / "rendering"
REGION, ACCOUNT = "eu-west-1", "123456789012"
WHOLE = declare(manifest.load([Path(__file__).with_name("everything.yaml")], environment={}))
EVERYTHING = WHOLE
STACKS = {
    "everything": WHOLE,
    "provisioned": replace(WHOLE, tables=(replace(EXAMPLES["provisioned"], global_table=None),)),
    "on demand": replace(WHOLE, tables=(EXAMPLES["on demand"],)),
}
"""The examples have a value in every field."""
each_stack = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)


def test_every_kind_that_a_manifest_makes_is_written_or_refused():
    sources = "\n".join(path.read_text("utf-8") for path in RENDERING.glob("*.py"))
    kinds = set(re.findall(r'kind="([\w.]+)"', sources))
    assert kinds == KINDS
    assert {part.kind for stack in STACKS.values() for part in parts_of(stack)} == KINDS


@each_stack
def test_nothing_is_lost_but_where_items_came_from(stack):
    lost = cloudformation(stack).lost
    assert lost
    assert [
        line for line in lost if not line.endswith("only the creation of a table looks at")
    ] == []


@each_stack
def test_every_resource_is_kept_when_it_leaves_the_stack(stack):
    resources = yaml.safe_load(cloudformation(stack).files["template.yaml"])["Resources"]
    assert len(resources) == sum(part.kind in OWN for part in parts_of(stack))
    for resource in resources.values():
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def schema_of(kind):
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    return PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema


@each_stack
def test_every_resource_has_the_identifier_of_its_type(stack):
    files = cloudformation(stack).files
    resources = yaml.safe_load(files["template.yaml"])["Resources"]
    imported = json.loads(files["resources-to-import.json"])
    assert {entry["LogicalResourceId"] for entry in imported} == resources.keys()
    for entry in imported:
        kind = resources[entry["LogicalResourceId"]]["Type"]
        schema = schema_of(kind)
        names = {path.rpartition("/")[2] for path in schema["primaryIdentifier"]}
        assert (entry["ResourceType"], entry["ResourceIdentifier"].keys()) == (kind, names)


@each_stack
def test_every_property_is_one_of_the_types_schema(stack):
    for name, resource in yaml.safe_load(cloudformation(stack).files["template.yaml"])[
        "Resources"
    ].items():
        schema = schema_of(resource["Type"])
        assert resource["Properties"].keys() <= schema["properties"].keys(), name


@each_stack
def test_a_linter_finds_nothing(stack):
    from cfnlint.api import lint_all

    matches = lint_all(cloudformation(stack).files["template.yaml"])
    of_the_examples = set() if stack is EVERYTHING else {"E3019", "E3039", "E3510"}
    wrong = [match for match in matches if match.rule.id not in of_the_examples]
    assert [str(match) for match in wrong if not match.rule.id.startswith("I")] == []


def test_what_adopt_reads_from_the_template_is_what_is_declared():
    around = Surroundings(REGION, ACCOUNT, stack="everything")
    template = read_template(cloudformation(EVERYTHING).files["template.yaml"], "template.yaml")
    found = read_resources(template, around)
    assert found.problems == ()
    tables = {}
    for resource in found.tables:
        entry = described(resource, found.by_table[resource.name], around)
        assert (entry.problems, entry.unknown) == ((), {})
        tables[resource.name] = entry.regions[0]
    for declared in EVERYTHING.tables:
        live = tables[declared.table.name]
        assert live.reading.table.key == declared.table.key
        for facet in (
            "attributes", "billing_mode", "throughput", "global_indexes", "local_indexes",
            "stream", "encryption", "recovery", "time_to_live", "table_class",
            "deletion_protection", "tags",
        ):  # fmt: skip
            expected = getattr(declared.table, facet)
            if expected is not None:
                assert getattr(live.reading.table, facet) == expected, facet
        assert live.policy == declared.resource_policy
        assert live.stream_policy == declared.stream_policy
        assert {insights.index: insights.mode for insights in live.reading.insights} == {
            insights.index: insights.mode for insights in declared.insights
        }
        assert [entry.stream_arn for entry in live.kinesis] == (
            [declared.kinesis.stream_arn] if declared.kinesis else []
        )
        assert {(entry.side, entry.minimum, entry.maximum, len(entry.schedules))
                for entry in live.scaling} == {
            (entry.side, entry.minimum, entry.maximum, len(entry.schedules))
            for entry in declared.scaling
        }  # fmt: skip
    alarms = [described_alarm(entry) for entry in found.resources.values() if entry.kind == ALARM]
    declared_alarms = [*EVERYTHING.alarms, *(a for t in EVERYTHING.tables for a in t.alarms)]
    assert {live.alarm.name: live.alarm.threshold for live in alarms} == {
        alarm.name: alarm.threshold for alarm in declared_alarms
    }


def test_a_scaling_policy_is_named_where_only_aws_knows_its_arn():
    template = cloudformation(EVERYTHING)
    assert len(template.policies) == 4
    for place in template.policies:
        assert f'"{policy_arn(*place)}"' in template.files["resources-to-import.json"]


def test_a_table_with_replicas_is_one_resource():
    resources = yaml.safe_load(cloudformation(WHOLE).files["template.yaml"])["Resources"]
    table = resources["TableProfiles"]
    assert table["Type"] == "AWS::DynamoDB::GlobalTable"
    home, frankfurt, london = table["Properties"]["Replicas"]
    assert home["Region"] == REGION
    assert home["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 1000}
    assert frankfurt["Region"] == "eu-central-1"
    assert frankfurt["DeletionProtectionEnabled"] is True
    assert frankfurt["ContributorInsightsSpecification"]["Enabled"] is True
    assert {"Key": "Site", "Value": "frankfurt"} in frankfurt["Tags"]
    assert london["Region"] == "eu-west-2"


def test_a_table_with_replicas_and_provisioned_capacity_is_refused_by_name():
    with pytest.raises(InputError, match="orders-dev has replicas and provisioned"):
        cloudformation(replace(WHOLE, tables=(EXAMPLES["provisioned"],)))
