"""What holds for all stacks: defaults that they share, and a policy that they obey."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.models import Alarms, StackDefaultsSpec, StackPolicySpec, StackSpec
from tablewright.manifest.models.standard import AlarmName, Demand
from tablewright.manifest.naming import table_name
from tablewright.manifest.standard import VARIABLE

SPEC = {
    "region": "eu-west-1",
    "environment": "dev",
    "tags": {"Team": "shop", "CostCenter": "1"},
}


def document(kind: str, name: str, **spec: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "tablewright.dev/v1",
            "kind": kind,
            "metadata": {"name": name},
            "spec": spec,
        }
    )


def table(name: str = "orders", **spec: Any) -> str:
    return document("Table", name, **{"partitionKey": {"name": "id", "type": "S"}, **spec})


def stack(name: str = "shop", **spec: Any) -> str:
    return document("Stack", name, **{**SPEC, **spec})


def load(*documents: str, **more: Any) -> manifest.StackManifest:
    return manifest.load_text("\n---\n".join(documents), {}, **more)


def problems(*documents: str) -> list[str]:
    try:
        load(*documents)
    except ManifestError as error:
        return [f"{each.line}: {each.path}: {each.message}; {each.fix}" for each in error.problems]
    return []


DEFAULTS = document(
    "StackDefaults",
    "company",
    tags={"Owner": "platform", "Team": "nobody"},
    mandatoryTags=["Owner"],
    naming={"alarm": "{table}-{alarm}"},
    defaults={
        "recovery": {"days": 35},
        "deletionProtection": True,
        "billingMode": "PROVISIONED",
        "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
    },
    environments={"prod": {"defaults": {"recovery": {"days": 30}, "contributorInsights": {}}}},
)


def test_each_stack_has_what_the_company_says_and_its_own_words_win():
    found = load(DEFAULTS, stack(defaults={"recovery": {"days": 7}}), table())
    spec = found.stack.spec
    assert spec.tags == {"Owner": "platform", "Team": "shop", "CostCenter": "1"}
    assert (spec.mandatory_tags, spec.naming.alarm) == (("Owner",), "{table}-{alarm}")
    (only,) = found.tables
    assert only.spec.recovery.days == 7
    assert only.spec.deletion_protection
    assert only.spec.provisioned_throughput.read_capacity_units == 5
    on_demand = load(DEFAULTS, stack(defaults={"billingMode": "PAY_PER_REQUEST"}), table())
    assert on_demand.tables[0].spec.provisioned_throughput is None


def test_what_differs_by_environment_is_that_of_the_stack_whether_it_declares_it_or_not():
    days = {
        environment: load(DEFAULTS, stack(environment=environment), table()).tables[0].spec
        for environment in ("dev", "prod")
    }
    assert [spec.recovery.days for spec in days.values()] == [35, 30]
    assert [bool(spec.contributor_insights) for spec in days.values()] == [False, True]
    assert load(DEFAULTS, stack(), table()).stack.spec.environments == {}


def test_a_mistake_in_the_defaults_is_told_once_where_it_stands():
    wrong = document("StackDefaults", "company", defaults={"recovery": {"days": 99}, "ttl": {}})
    found = problems(wrong, stack(), stack("blog", region="us-east-1"))
    assert len([each for each in found if "spec.defaults.recovery.days" in each]) == 1
    assert all(each.startswith("1: ") for each in found if "defaults" in each)
    assert any("there are other defaults" in each for each in problems(DEFAULTS, DEFAULTS, stack()))


def test_everything_that_may_differ_by_stack_can_be_a_default_of_all():
    own = {"region", "environment", "ownership", "moved", "outputs"}
    assert {*StackSpec.model_fields} - own == {*StackDefaultsSpec.model_fields} - {"region"}


BREAKS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "minimumRecoveryDays": (
        {"minimumRecoveryDays": 35},
        {"recovery": {"days": 7}},
        {"recovery": {}},
        (
            "spec.recovery.days: the policy `company` demands point-in-time recovery of at least "
            "35 days, not 7"
        ),
    ),
    "no recovery": (
        {"minimumRecoveryDays": 8},
        {"recovery": {"enabled": False}},
        {"recovery": {"days": 8}},
        "spec.recovery.enabled: the policy `company` demands point-in-time recovery",
    ),
    "deletionProtection": (
        {"deletionProtection": True},
        {},
        {"deletionProtection": True},
        "spec.deletionProtection: the policy `company` demands protection against deletion",
    ),
    "encryption": (
        {"encryption": ["AWS_MANAGED", "CUSTOMER"]},
        {},
        {"encryption": {"type": "AWS_MANAGED"}},
        "spec.encryption.type: the policy `company` allows no AWS_OWNED",
    ),
    "billingModes": (
        {"billingModes": "PAY_PER_REQUEST"},
        {
            "billingMode": "PROVISIONED",
            "provisionedThroughput": {"readCapacityUnits": 1, "writeCapacityUnits": 1},
        },
        {},
        "spec.billingMode: the policy `company` allows no PROVISIONED",
    ),
    "alarms": (
        {"alarms": ["systemErrors"]},
        {"alarms": {"systemErrors": {"enabled": False}}},
        {"alarms": {"systemErrors": {}}},
        "spec.alarms.systemErrors.enabled: the policy `company` demands the alarm `systemErrors`",
    ),
    "mandatoryTags": (
        {"mandatoryTags": ["DataClass"]},
        {"tags": {"DataClass": " "}},
        {"tags": {"DataClass": "public"}},
        "spec.tags.DataClass: the policy `company` demands the tag `DataClass`",
    ),
    "tagValues": (
        {"tagValues": {"DataClass": ["public", "internal"]}},
        {"tags": {"DataClass": "secret"}},
        {"tags": {"DataClass": "internal"}},
        "spec.tags.DataClass: the policy `company` allows no `DataClass: secret`",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_table_that_breaks_a_policy_is_told_its_field_the_demand_and_a_fix(name):
    demanded, wrong, right, said = BREAKS[name]
    policy = document("StackPolicy", "company", **demanded)
    (found,) = problems(policy, stack(), table(**wrong))
    assert found.startswith("5: ")
    assert said in found
    (field,) = demanded
    assert f": spec.{field})" in found
    assert found.partition("; ")[2]
    assert problems(policy, stack(), table(**right)) == []
    exempt = [{"table": "orders", "demands": field, "reason": "why"}]
    spared = document("StackPolicy", "company", **demanded, exemptions=exempt)
    assert problems(spared, stack(), table(**wrong)) == []
    assert problems(spared, stack(), table("carts", **wrong)) != []


def test_every_demand_on_tables_is_tried_and_every_field_of_a_policy_is_one():
    assert {*get_args(Demand)} == {*BREAKS} - {"no recovery"}
    others = {"environments", "regions", "exemptions"}
    fields = {info.alias or name for name, info in StackPolicySpec.model_fields.items()}
    assert fields == {*get_args(Demand)} | others


def test_every_alarm_of_a_table_can_be_demanded():
    own = {"alarmActions", "okActions", "insufficientDataActions", "metrics"}
    fields = {info.alias or name for name, info in Alarms.model_fields.items()}
    assert {*get_args(AlarmName)} == fields - own


def test_what_a_stack_gives_to_its_tables_is_told_once_at_the_stack():
    policy = document(
        "StackPolicy", "company", regions="eu-west-1", tagValues={"Team": ["shop"]}, encryption=[]
    )
    wrong = stack(region="us-east-1", tags={"Team": "x", "CostCenter": "1"})
    found = problems(policy, wrong, table(), table("carts"))
    assert [each.partition(": the")[0] for each in found] == ["3: spec.region", "3: spec.tags.Team"]


def test_a_policy_is_about_the_environments_that_it_names():
    policy = document("StackPolicy", "company", environments="prod", deletionProtection=True)
    assert problems(policy, stack(), table()) == []
    assert len(problems(policy, stack(environment="prod"), table())) == 1


def test_a_demand_that_is_itself_mistaken_is_not_made():
    policy = document("StackPolicy", "company", minimumRecoveryDays=99, deletionProtection=True)
    found = problems(policy, stack(), table())
    assert [each.partition(": ")[2].partition(":")[0] for each in found] == [
        "spec.minimumRecoveryDays",
        "spec.deletionProtection",
    ]


def test_validate_looks_at_each_environment_of_a_stack(tmp_path: Path):
    policy = document("StackPolicy", "company", environments=["prod"], minimumRecoveryDays=35)
    environments = {"dev": {}, "prod": {"defaults": {"recovery": {"days": 7}}}}
    file = tmp_path / "t.yaml"
    texts = (policy, stack(environments=environments), table())
    file.write_text("\n---\n".join(texts))
    (found,) = manifest.validate([file], {})
    assert found.message.endswith("(environment prod)")
    assert found.path == "spec.environments.prod.defaults.recovery.days"
    assert manifest.load([file], {}).tables
    with pytest.raises(ManifestError, match="at least 35 days, not 7"):
        manifest.load([file], {}, chosen_environment="prod")
    assert manifest.examine([file], {}, chosen_environment="dev").problems == []


@pytest.mark.parametrize(
    ("exemption", "told", "fix"),
    [
        ({"table": "order"}, "no stack here has a table `order`", "did you mean orders?"),
        ({"table": "order", "stack": "shop"}, "the stack shop has no table `order`", "orders"),
        ({"table": "order", "stack": "pay"}, "", ""),
        ({"table": "orders"}, "", ""),
        ({"table": "orders", "stack": "shop"}, "", ""),
    ],
)
def test_an_exemption_of_no_table_that_is_there_is_told_where_its_stack_is(
    tmp_path, exemption, told, fix
):
    exempt = [{**exemption, "demands": ["encryption"], "reason": "why"}]
    policy = document("StackPolicy", "company", exemptions=exempt)
    file = tmp_path / "t.yaml"
    file.write_text(f"{policy}\n---\n{stack()}\n---\n{table()}")
    read = manifest.examine([file], {})
    assert read.problems == [], "the stack that it is about may be declared elsewhere"
    found = [(problem.message.partition(",")[0], problem.fix) for problem in read.idle]
    assert [message for message, _ in found] == ([told] if told else [])
    assert all(fix in answer for _, answer in found)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    folder = tmp_path / "tables" / "company"
    folder.mkdir(parents=True)
    (folder / "policy.json").write_text(document("StackPolicy", "company", encryption="CUSTOMER"))
    (tmp_path / "tables" / "a.json").write_text(stack())
    (tmp_path / "tables" / "b.json").write_text(table())
    return folder


def test_a_variable_names_what_holds_for_all_and_it_is_read_once(company):
    manifests = company.parent
    assert manifest.validate([manifests / "a.json", manifests / "b.json"], {}) == []
    standard = {VARIABLE: str(company)}
    for sources in ([manifests], [manifests / "a.json", manifests / "b.json"]):
        read = manifest.examine(sources, standard)
        assert ["allows no AWS_OWNED" in each.message for each in read.problems] == [True]
        assert read.policy_count == 1
    with pytest.raises(ManifestError, match="allows no AWS_OWNED"):
        manifest.load_all([manifests], standard)


def test_a_place_in_what_holds_for_all_is_told_from_the_working_directory(
    company, tmp_path, monkeypatch
):
    (company / "extra.json").write_text(table("extra"))
    monkeypatch.chdir(tmp_path)
    found = manifest.validate(["tables/a.json"], {VARIABLE: str(company.absolute())})
    assert {problem.file for problem in found} == {"tables/company/extra.json"}


def test_nothing_that_is_declared_comes_from_what_holds_for_all(company, tmp_path):
    (company / "extra.json").write_text(table("extra"))
    sources = [company.parent / "a.json"]
    (found,) = manifest.validate(sources, {VARIABLE: str(company)})
    assert "a Table cannot be part of what holds for all stacks" in found.message
    (found,) = manifest.validate(sources, {VARIABLE: str(tmp_path / "none")})
    assert "there is no such file" in found.message


def test_tables_of_planton_obey_as_well():
    planton = json.dumps(
        {
            "apiVersion": "aws.project-planton.org/v1",
            "kind": "AwsDynamodb",
            "metadata": {"name": "orders"},
            "spec": {
                "billingMode": "PAY_PER_REQUEST",
                "attributeDefinitions": [{"name": "id", "type": "S"}],
                "keySchema": [{"attributeName": "id", "keyType": "HASH"}],
            },
        }
    )
    policy = document("StackPolicy", "company", deletionProtection=True)
    text = f"{policy}\n---\n{planton}"
    with pytest.raises(ManifestError, match="demands protection against deletion"):
        manifest.load_text(text, {"AWS_REGION": "eu-west-1"})


def test_a_template_of_names_is_for_our_tables_and_renames_none_of_another_dialect(tmp_path):
    shared = document("StackDefaults", "company", naming={"table": "acme-{name}"})
    (tmp_path / "company.yaml").write_text(shared)
    files = {
        "ours": f"{stack()}\n---\n{table()}",
        "theirs": json.dumps(
            {
                "apiVersion": "aws.project-planton.org/v1",
                "kind": "AwsDynamodb",
                "metadata": {"name": "orders"},
                "spec": {
                    "billingMode": "PAY_PER_REQUEST",
                    "attributeDefinitions": [{"name": "id", "type": "S"}],
                    "keySchema": [{"attributeName": "id", "keyType": "HASH"}],
                },
            }
        ),
    }
    names = {}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
        read = manifest.load([tmp_path / "company.yaml", tmp_path / f"{name}.yaml"], {})
        names[name] = table_name(read.stack, read.tables[0])
    assert names == {"ours": "acme-orders", "theirs": "orders"}
