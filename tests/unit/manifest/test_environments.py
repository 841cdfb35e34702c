"""What differs by environment, and the environment that is chosen on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import pytest

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.models.stack import StackEnvironment, StackSpec
from tablewright.manifest.naming import table_name

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: ${ENVIRONMENT:-dev}
  tags: {Team: shop, CostCenter: "1"}
  defaults:
    onDemandThroughput: {maxReadRequestUnits: 100}
    recovery: {days: 7}
  environments:
    dev: {}
    prod:
      region: us-east-1
      tags: {CostCenter: "2"}
      defaults:
        deletionProtection: true
        recovery: {days: 35}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  tableName: orders-{environment}
  partitionKey: {name: id, type: S}
  environments:
    prod:
      billingMode: PROVISIONED
      provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 6}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tables.yaml"
    file.write_text(STACK)
    return file


def problems(path: Path, text: str, chosen: str | None = None) -> list[str]:
    path.write_text(text)
    read = manifest.examine([path], {}, chosen_environment=chosen)
    return [f"{each.line}: {each.path}: {each.message}; {each.fix}" for each in read.problems]


def test_one_manifest_declares_a_table_on_demand_and_provisioned(path):
    dev = manifest.load([path], {})
    prod = manifest.load([path], {}, chosen_environment="prod")

    assert (dev.stack.spec.environment, dev.stack.spec.region) == ("dev", "eu-west-1")
    assert (prod.stack.spec.environment, prod.stack.spec.region) == ("prod", "us-east-1")
    assert dev.tables[0].spec.billing_mode == "PAY_PER_REQUEST"
    assert dev.tables[0].spec.on_demand_throughput.max_read_request_units == 100
    assert prod.tables[0].spec.billing_mode == "PROVISIONED"
    assert prod.tables[0].spec.on_demand_throughput is None
    assert prod.tables[0].spec.provisioned_throughput.write_capacity_units == 6
    assert [each.tables[0].spec.recovery.days for each in (dev, prod)] == [7, 35]
    assert [each.tables[0].spec.deletion_protection for each in (dev, prod)] == [False, True]
    assert prod.stack.spec.tags == {"Team": "shop", "CostCenter": "2"}


def test_the_option_and_the_variable_choose_the_same(path):
    by_variable = manifest.load([path], {"ENVIRONMENT": "prod"})
    by_option = manifest.load([path], {"ENVIRONMENT": "dev"}, chosen_environment="prod")
    assert by_variable.stack.spec == by_option.stack.spec
    assert by_variable.tables == by_option.tables


def test_what_was_rendered_for_an_environment_is_read_back_as_that(path):
    prod = manifest.load([path], {}, chosen_environment="prod")
    documents = [manifest.document_of(each) for each in (prod.stack, *prod.tables)]
    again = manifest.load_text(manifest.render(documents), {})
    assert again.stack == prod.stack
    assert again.tables == prod.tables


def test_an_environment_that_no_stack_knows_is_refused(path):
    assert problems(path, STACK, "prdo") == [
        "None: : the stack has no environment `prdo`; did you mean `prod`?"
    ]
    with pytest.raises(ManifestError, match="did you mean `prod`"):
        manifest.load([path], {}, chosen_environment="prdo")


def test_any_environment_goes_where_none_is_declared(path):
    text = STACK[: STACK.index("  environments:\n    dev")] + STACK[STACK.index("---") :]
    path.write_text(text[: text.index("  environments:")])
    assert manifest.load([path], {}, chosen_environment="qa").stack.spec.environment == "qa"


def test_a_tables_environment_is_one_of_its_stacks(path):
    (problem,) = problems(
        path, STACK.replace("    prod:\n      billing", "    prd:\n      billing")
    )
    assert problem.startswith("27: spec.environments.prd: the stack has no environment `prd`")
    assert problem.endswith("did you mean `prod`?")


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("writeCapacityUnits: 6", "writeCapacityUnits: six", "provisionedThroughput"),
        ("billingMode: PROVISIONED", "billingMod: PROVISIONED", "billingMod"),
        ("recovery: {days: 35}", "recovery: {days: 350}", "recovery.days"),
    ],
)
@pytest.mark.parametrize("chosen", ["dev", "prod"])
def test_mistakes_of_every_environment_are_found_in_every_environment(
    path, before, after, place, chosen
):
    (problem,) = problems(path, STACK.replace(before, after), chosen)
    assert "spec.environments.prod" in problem
    assert place in problem


def test_planton_manifests_have_no_environment_to_choose(path):
    text = (
        "apiVersion: aws.project-planton.org/v1\nkind: AwsDynamodb\nmetadata: {name: orders}\n"
        "spec:\n  billingMode: PAY_PER_REQUEST\n"
        "  attributeDefinitions: [{name: id, type: S}]\n"
        "  keySchema: [{attributeName: id, keyType: HASH}]\n"
    )
    (problem, *_) = problems(path, text, "prod")
    assert "there is no document of kind Stack to set the environment of" in problem


def test_a_document_that_was_lost_is_reported_alone(path):
    read = manifest.examine([path.with_name("none.yaml")], {}, chosen_environment="prod")
    assert [problem.message for problem in read.problems] == ["there is no such file or folder"]


@pytest.mark.parametrize("name", StackEnvironment.model_fields)
def test_what_differs_in_an_environment_has_the_form_that_it_has_in_the_stack(name: str) -> None:
    """Each is merged over the stack's, where it is read once more."""
    form = get_type_hints(StackSpec, include_extras=True)[name]
    assert get_type_hints(StackEnvironment, include_extras=True)[name] in (form, form | None)
    assert not StackEnvironment.model_fields[name].is_required()


LAYERS = """\
apiVersion: tablewright.dev/v1
kind: StackDefaults
metadata: {name: company}
spec: {defaults: {recovery: {days: 35}}, environments: {prod: @company}}
---
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: prod
  tags: {Team: shop, CostCenter: "1"}
  defaults: @defaults
  environments:
    prod: @stack
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  environments:
    prod: @table
"""


def layers(**said: str) -> str:
    text = LAYERS
    for level in ("company", "defaults", "stack", "table"):
        text = text.replace(f"@{level}", said.get(level, "{}"))
    return text


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("company", "{defaults: {recovery: null}}"),
        ("defaults", "{recovery: null}"),
        ("stack", "{defaults: {recovery: null}}"),
        ("table", "{recovery: null}"),
    ],
)
def test_null_removes_at_every_level_what_is_below(path, level, said):
    path.write_text(layers())
    assert manifest.load([path], {}).tables[0].spec.recovery.days == 35
    path.write_text(layers(**{level: said}))
    assert manifest.load([path], {}).tables[0].spec.recovery is None


def test_a_required_field_that_null_removes_is_missing_there(path):
    (problem,) = problems(path, layers(stack="{region: null}"))
    assert problem.startswith("15: spec.environments.prod.region: ")


PROVISIONED = layers(table="{billingMode: PAY_PER_REQUEST}").replace(
    "  environments:\n    prod: {billingMode",
    """  stream: {viewType: NEW_AND_OLD_IMAGES}
  billingMode: PROVISIONED
  autoScaling: &scaling
    read: {minCapacity: 5, maxCapacity: 50}
    write: {minCapacity: 5, maxCapacity: 50}
  alarms: {readUtilization: {}, userErrors: {}}
  globalSecondaryIndexes:
    - name: by-user
      partitionKey: {name: user, type: S}
      autoScaling: *scaling
    - name: by-day
      partitionKey: {name: day, type: S}
      provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
      autoScaling: *scaling
  globalTable:
    replicas:
      - region: eu-central-1
        readCapacityUnits: 7
        globalSecondaryIndexes: [{name: by-user, readCapacityUnits: 7}]
  environments:
    prod: {billingMode""",
)


@pytest.mark.parametrize("mode", ["PAY_PER_REQUEST", "null"])
def test_on_demand_over_a_provisioned_table_leaves_all_its_capacity_behind(path, mode):
    path.write_text(PROVISIONED.replace("Mode: PAY_PER_REQUEST", f"Mode: {mode}"))
    spec = manifest.load([path], {}).tables[0].spec
    assert spec.billing_mode == "PAY_PER_REQUEST"
    for holder in (spec, *spec.global_secondary_indexes):
        assert (holder.provisioned_throughput, holder.auto_scaling) == (None, None)
    (replica,) = spec.global_table.replicas
    (index,) = replica.global_secondary_indexes
    assert (replica.read_capacity_units, index.read_capacity_units) == (None, None)
    assert (spec.alarms.read_utilization, spec.alarms.user_errors is None) == (None, False)


@pytest.mark.parametrize(
    ("right", "wrong", "fix"),
    [
        (
            "      defaults:\n        del",
            "      defualts:\n        del",
            "did you mean `defaults`?",
        ),
        ("      tags: {CostCenter", "      tgas: {CostCenter", "did you mean `tags`?"),
        ("      billingMode: PRO", "      bilingMode: PRO", "did you mean `billingMode`?"),
        (
            "  environments:\n    dev",
            "  defualts: {}\n  environments:\n    dev",
            "did you mean `defaults`, which is there as well? join the two",
        ),
    ],
)
def test_a_misspelt_field_is_answered_with_the_nearest_wherever_it_stands(path, right, wrong, fix):
    assert right in STACK
    found = problems(path, STACK.replace(right, wrong))
    assert [each for each in found if each.endswith(fix)], found


AUDITS = """\
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: audits}
spec:
  onlyInEnvironments: [prod]
  partitionKey: {name: id, type: S}
"""


def test_a_table_of_one_environment_is_declared_there_alone(path):
    outputs = "  outputs: [{name: auditsArn, value: tableArn, table: audits}]\n"
    text = STACK.replace("  environments:\n    dev", f"{outputs}  environments:\n    dev")
    path.write_text(text + AUDITS)
    dev = manifest.load([path], {})
    prod = manifest.load([path], {}, chosen_environment="prod")
    assert [table.metadata.name for table in dev.tables] == ["orders"]
    assert [table.metadata.name for table in prod.tables] == ["orders", "audits"]
    assert (dev.stack.spec.outputs, prod.stack.spec.outputs[0].table) == ((), "audits")
    assert {*dev.files} == {"orders"}
    assert prod.positions == {"orders": 1, "audits": 2}


def test_what_a_table_of_another_environment_says_is_checked_there_and_its_environment_here(path):
    text = STACK + AUDITS
    line = text.splitlines().index("  onlyInEnvironments: [prod]") + 1
    (found,) = problems(path, text.replace("[prod]", "[prdo]"))
    assert found == (
        f"{line}: spec.onlyInEnvironments[0]: the stack has no environment `prdo`; "
        "did you mean `prod`?"
    )
    (found,) = problems(path, text.replace("[prod]", "[prod]\n  tableNaem: x"))
    assert "unknown field `tableNaem`" in found


def test_tables_are_called_by_the_template_of_their_stack_unless_they_say_a_name(path):
    naming = "  naming: {table: '{stack}-{name}-{environment}'}\n"
    text = STACK.replace("  tags: {Team", f"{naming}  tags: {{Team") + AUDITS
    path.write_text(text)
    prod = manifest.load([path], {}, chosen_environment="prod")
    named = [table_name(prod.stack, table) for table in prod.tables]
    assert named == ["orders-prod", "shop-audits-prod"]
    (found,) = problems(path, text.replace("{stack}-{name}-", "{name}-{table}-"))
    assert "`{table}` is not a placeholder here" in found
    (found,) = problems(path, text.replace("{stack}-{name}-", "{stack}-"))
    assert "naming.table: gives all tables of the stack one name; let it contain `{name}`" in found
    (found,) = problems(path, text.replace("{stack}-{name}-", "{stack} {name}-"), "prod")
    assert "metadata.name" in found


def test_an_environment_may_have_a_template_of_its_own(path):
    """Tables that were adopted keep their names in production, and have others elsewhere."""
    naming = "naming: {table: '{name}-{environment}'}"
    bare = STACK.replace("  tableName: orders-{environment}\n", "")
    path.write_text(bare.replace("    dev: {}\n", f"    dev: {{{naming}}}\n"))
    for environment, name in (("dev", "orders-dev"), ("prod", "orders")):
        read = manifest.load([path], {}, chosen_environment=environment)
        assert [table_name(read.stack, table) for table in read.tables] == [name]
    (found,) = problems(path, path.read_text().replace("{name}-{env", "{nmae}-{name}-{env"), "dev")
    assert "`{nmae}` is not a placeholder here" in found
