"""The example programs, as the engine is told of them."""

import runpy
from dataclasses import asdict
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components import TableStack
from tablewright.plan.declaration.declare import declare

EXAMPLES = Path(__file__).parents[3] / "examples"
PROGRAMS = EXAMPLES / "programs"
TABLE = "aws:dynamodb/table:Table"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/role:Role"
VARIABLES = ("ENVIRONMENT_SUFFIX", "AWS_REGION", "TEAM", "COST_CENTER", "REPOSITORY")


@pytest.fixture
def program(deploy, monkeypatch):
    """Run an example program under a configuration and an environment."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)

    def run(name, configuration=(), **environment):
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        config = {f"{name}:{key}": value for key, value in dict(configuration).items()}
        path = str(PROGRAMS / name / "__main__.py")
        return deploy(
            lambda: runpy.run_path(path, run_name="__main__"), project=name, config=config
        )

    return run


def environment_of(recording):
    return {it.inputs["tags"]["Environment"] for it in recording.resources if "tags" in it.inputs}


def test_three_tables_belong_to_dev_unless_told_otherwise(program):
    assert environment_of(program("three-tables")) == {"dev"}


def test_three_tables_take_the_environment_from_the_configuration(program):
    assert environment_of(program("three-tables", {"env": "qa"})) == {"qa"}


def test_three_tables_prefer_the_variable_to_the_configuration(program):
    recording = program("three-tables", {"env": "qa"}, ENVIRONMENT_SUFFIX="prod")
    assert environment_of(recording) == {"prod"}


def test_three_tables_are_tagged_as_configured(program):
    configured = {"team": "t", "costCenter": "c", "repository": "r"}
    recording = program("three-tables", configured)
    expected = {"Team": "t", "CostCenter": "c", "Repository": "r", "Environment": "dev"}
    tags = [it.inputs["tags"] for it in recording.resources if "tags" in it.inputs]
    assert tags == [expected] * 15


def test_a_tag_of_the_user_wins_over_the_teams_but_not_over_the_environment(program):
    recording = program("three-tables", {"tags": '{"Team": "own", "Environment": "own"}'})
    for table in recording.of(TABLE):
        assert table.inputs["tags"]["Team"] == "own"
        assert table.inputs["tags"]["Environment"] == "dev"


def test_three_tables_are_imported(program):
    assert [it.import_id for it in program("three-tables").of(TABLE)] == [
        "events",
        "sessions",
        "users",
    ]


def test_three_tables_are_created_where_there_are_none(program):
    recording = program("three-tables", {"adopt": "false"})
    assert {it.import_id for it in recording.of(TABLE)} == {""}


def test_the_optimized_table_belongs_to_dev_unless_told_otherwise(program):
    recording = program("optimized-table")
    assert recording.one(TABLE).inputs["name"] == "optimized-table-dev"
    assert {it.inputs["name"] for it in recording.of(ALARM)} == {
        "table-read-alarm-dev",
        "table-write-alarm-dev",
    }
    assert recording.one(ROLE).inputs["name"] == "lambda-dynamodb-reader-dev"


def test_the_optimized_table_takes_the_environment_from_the_variable(program):
    recording = program("optimized-table", ENVIRONMENT_SUFFIX="qa")
    assert recording.one(TABLE).inputs["name"] == "optimized-table-qa"


def test_the_optimized_table_prefers_the_configuration_to_the_variable(program):
    recording = program("optimized-table", {"environmentSuffix": "prod"}, ENVIRONMENT_SUFFIX="qa")
    assert recording.one(TABLE).inputs["name"] == "optimized-table-prod"


@pytest.mark.parametrize(("variable", "region"), [(None, "us-east-1"), ("eu-west-2", "eu-west-2")])
def test_the_optimized_table_stands_in_the_region_of_the_variable(program, variable, region):
    given = {"AWS_REGION": variable} if variable else {}
    assert program("optimized-table", **given).one(TABLE).inputs["region"] == region


def test_tags_of_the_user_are_added_and_the_mandatory_ones_win(program):
    own = '{"Owner": "me", "Team": "own", "CostCenter": "own", "Environment": "own"}'
    recording = program("optimized-table", {"tags": own})
    assert recording.one(TABLE).inputs["tags"] == {
        "ContributorInsightsEnabled": "true",
        "CostCenter": "Engineering",
        "Environment": "dev",
        "ManagedBy": "Pulumi",
        "Owner": "me",
        "Project": "TAP",
        "Team": "Platform",
    }
    assert "ContributorInsightsEnabled" not in recording.one(ROLE).inputs["tags"]


def test_the_optimized_table_exports_what_its_users_look_for(program):
    exports = program("optimized-table").exports
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/optimized-table-dev"
    assert exports["tableArn"] == arn
    assert exports["tableName"] == "optimized-table-dev"
    assert exports["streamArn"].startswith(f"{arn}/stream/")
    assert exports["lambdaRoleArn"].endswith(":role/lambda-dynamodb-reader-dev")


@pytest.mark.parametrize("name", ["three-tables", "optimized-table"])
@pytest.mark.parametrize("variables", [{}, {"ENVIRONMENT_SUFFIX": "qa", "AWS_REGION": "eu-west-2"}])
def test_a_program_makes_what_its_manifest_makes(program, deploy, name, variables):
    declared = declare(manifest.load([EXAMPLES / name], environment=variables))
    by_manifest = deploy(lambda: TableStack.from_declared(declared).export(), project=name)
    by_program = program(name, **variables)
    assert {it.urn: asdict(it) for it in by_program.resources} == {
        it.urn: asdict(it) for it in by_manifest.resources
    }
    assert by_program.exports == by_manifest.exports
