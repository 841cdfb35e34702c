"""Components and ejected programs tell every provider what goes before its replacement comes."""

from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components.eject import eject
from tablewright.components.rendering import RenderContext, role_parts, table_parts
from tablewright.components.rendering.alarm import alarm_part
from tablewright.plan.declaration.declare import declare
from tablewright.resource_kinds import KINDS

EVERYTHING = Path(__file__).with_name("everything.yaml")
OPTIONS = {"python": "delete_before_replace=True", "typescript": "deleteBeforeReplace: true"}


@pytest.fixture(scope="module")
def everything():
    return declare(manifest.load([EVERYTHING], environment={}))


@pytest.fixture(scope="module")
def parts(everything):
    place = RenderContext(everything.region)
    tables = [part for table in everything.tables for part in table_parts(table, place)]
    roles = [
        part
        for table in everything.tables
        for role in table.roles
        for part in role_parts(role, table.key, place)
    ]
    alarms = [alarm_part(alarm, place) for table in everything.tables for alarm in table.alarms]
    return [*tables, *roles, *alarms]


@pytest.mark.parametrize("language", OPTIONS)
def test_an_ejected_program_says_it_of_each_resource(everything, parts, language):
    (source,) = (text for text in eject(everything, language).values() if OPTIONS[language] in text)
    assert source.count(OPTIONS[language]) == sum(part.deletes_first for part in parts)


def test_every_kind_of_which_aws_allows_one_says_it(parts):
    made = {part.type for part in parts}
    said = {part.type for part in parts if part.deletes_first}
    only = {type_ for type_, kind in KINDS.items() if kind.alone or kind.holds_data}
    assert only & made <= said
    assert {"aws:appautoscaling/policy:Policy", "aws:dynamodb/tableReplica:TableReplica"} <= said
