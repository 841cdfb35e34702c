"""Planton's dialect: read in all its spellings, held to its rules and to DynamoDB's own."""

import re
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.errors import ManifestError, Problem
from tablewright.manifest.conversion import convert
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.node import Mapping
from tablewright.manifest.planton import models
from tablewright.manifest.planton.models import ENUM_FIELDS, OLD_PREFIXES
from tablewright.manifest.planton.normalising import normalised
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.table import Encryption, Projection, Recovery, Stream, Throughput, TimeToLive

HERE = Path(__file__).parent
MARK = re.compile(r"#! ?(.*?)\s*(?=#!|$)")
MINIMAL = (HERE / "good" / "minimal.yaml").read_text()


def loaded(name: str, **environment: str) -> manifest.StackManifest:
    return manifest.load([HERE / "good" / f"{name}.yaml"], environment)


@pytest.mark.parametrize("path", sorted((HERE / "bad").iterdir()), ids=lambda path: path.name)
def test_every_mistake_is_found_in_its_line_and_nothing_else(path: Path) -> None:
    left = [
        (number, text)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for text in MARK.findall(line)
    ]
    surplus = []
    for problem in manifest.validate([path], {}):
        text = f"{problem.message} {problem.fix}"
        mark = next((m for m in left if m[0] == problem.line and m[1] in text), None)
        if mark is None:
            surplus.append(str(problem))
        else:
            left.remove(mark)
    assert (surplus, left) == ([], [])


def test_every_field_reaches_the_table_those_that_plantons_module_drops_too() -> None:
    one = declare(loaded("whole")).tables[0]
    assert one.table.name == "orders"
    assert one.table.time_to_live == TimeToLive("gone")
    assert one.table.deletion_protection is True
    assert one.insights == (Insights(mode="ACCESSED_AND_THROTTLED_KEYS"),)
    assert one.table.recovery == Recovery(35)
    assert one.table.encryption == Encryption("AWS_MANAGED")
    assert one.table.stream == Stream("NEW_IMAGE")
    assert one.table.global_indexes[0].projection == Projection("KEYS_ONLY")
    assert one.table.global_indexes[0].throughput is None


@pytest.mark.parametrize(("model", "name"), sorted(ENUM_FIELDS))
def test_no_member_of_an_enum_is_said_in_five_ways(model: str, name: str) -> None:
    kind, prefix = getattr(models, model), OLD_PREFIXES[ENUM_FIELDS[model, name]]
    for written in ('""', "0", f"{prefix}UNSPECIFIED", f"{prefix}UNSPECIFIED".lower(), "null"):
        [document] = compose(f"{name}: {written}\n", "t.yaml").documents
        assert isinstance(document, Mapping)
        tree, problems = normalised(document, kind)
        value = tree.entries.get(name)
        assert not problems
        assert value is None or value.value is None, written


def test_the_arn_of_a_key_may_stand_where_a_reference_may() -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    spec = f"{MINIMAL}  serverSideEncryption: {{enabled: true, kmsKeyArn: {{value: '{arn}'}}}}\n"
    stack = "apiVersion: tablewright.dev/v1\nkind: Stack\nmetadata: {name: s}\nspec: "
    stack += "{region: eu-west-1, environment: dev, mandatoryTags: []}\n---\n"
    table = declare(manifest.load_text(stack + spec, {})).tables[0].table
    assert table.encryption == Encryption("CUSTOMER", arn)


def test_every_spelling_of_a_field_and_of_a_value_is_understood() -> None:
    table = declare(loaded("spellings")).tables[0].table
    assert table.billing_mode == "PROVISIONED"
    assert table.throughput == Throughput(5, 5)
    assert table.attributes == {"id": "S", "at": "N", "size": "N"}
    assert (table.key.partition, table.key.sort) == (("id",), ("at",))
    assert table.local_indexes[0].projection == Projection("INCLUDE", frozenset({"title"}))
    assert table.stream == Stream("NEW_AND_OLD_IMAGES")
    assert table.table_class == "STANDARD"
    assert table.encryption == Encryption("AWS_OWNED")


def test_organisation_environment_id_and_labels_become_tags() -> None:
    tags = declare(loaded("whole")).tables[0].table.tags
    assert tags["team"] == "web"
    assert tags["planton.ai/organization"] == "acme"
    assert tags["planton.ai/environment"] == "prod"
    assert tags["planton.ai/resource-id"] == "ddb-1"
    assert tags["planton.ai/resource-kind"] == "AwsDynamodb"
    assert declare(loaded("minimal")).tables[0].table.tags == {
        "planton.ai/resource": "true",
        "planton.ai/resource-kind": "AwsDynamodb",
    }


def test_a_label_names_the_stack_and_wins_over_the_flag_with_a_note() -> None:
    path = HERE / "good" / "whole.yaml"
    labelled = manifest.load([path], {}, planton_stack="acme/other/dev")
    assert str(labelled.planton) == "acme/shop/prod"
    assert (labelled.stack.metadata.name, labelled.stack.spec.environment) == ("shop", "prod")
    assert "win over --stack acme/other/dev" in labelled.notes[0]


def test_the_flag_names_the_stack_where_no_label_does() -> None:
    path = HERE / "good" / "minimal.yaml"
    flagged = manifest.load([path], {}, planton_stack="acme/shop/dev")
    assert str(flagged.planton) == "acme/shop/dev"
    assert flagged.notes == ()
    [problem] = manifest.validate([path], {}, planton_stack="shop/dev")
    assert "names no stack" in problem.message


def test_three_single_labels_name_the_stack_only_all_together() -> None:
    prefix = "pulumi.project-planton.org/"
    labels = f"{prefix}organization: acme, {prefix}project: shop"
    half = MINIMAL.replace("{name: orders}", f"{{name: orders, labels: {{{labels}}}}}")
    assert manifest.load_text(half, {}).planton is None
    whole = half.replace("project: shop", f"project: shop, {prefix}stack.name: dev")
    assert str(manifest.load_text(whole, {}).planton) == "acme/shop/dev"


def test_the_region_is_that_of_the_surroundings() -> None:
    assert declare(loaded("minimal")).region == "us-east-1"
    assert declare(loaded("minimal", AWS_DEFAULT_REGION="eu-west-1")).region == "eu-west-1"
    with pytest.raises(ManifestError, match="AWS_REGION is not an AWS region"):
        loaded("minimal", AWS_REGION="Ireland")


ENCRYPTED = """\
apiVersion: aws.project-planton.org/v1
kind: AwsDynamodb
metadata: {name: orders}
spec:
  billingMode: PAY_PER_REQUEST
  attributeDefinitions: [{name: id, type: S}]
  keySchema: [{attributeName: id, keyType: HASH}]
  serverSideEncryption:
    enabled: true
    kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/1
"""


def problems(text: str, environment: dict[str, str]) -> list[Problem]:
    try:
        manifest.load_text(text, environment)
    except ManifestError as error:
        return list(error.problems)
    return []


def test_a_region_that_nobody_declared_judges_nothing() -> None:
    assert problems(ENCRYPTED, {}) == []
    assert problems(ENCRYPTED, {"AWS_REGION": "eu-west-1"}) == []
    [problem] = problems(ENCRYPTED, {"AWS_REGION": "us-east-1"})
    assert "needed in us-east-1" in problem.message


def test_the_envelope_has_two_spellings_like_everything_below_it() -> None:
    snake = ENCRYPTED.replace("apiVersion", "api_version")
    assert manifest.load_text(snake, {}) == manifest.load_text(ENCRYPTED, {})
    [problem] = problems(snake.replace("org/v1", "org/v2"), {})
    assert "aws.project-planton.org/v1" in f"{problem.message} {problem.fix}"
    twice = problems(f"{snake}{snake}", {})
    assert [problem.line for problem in twice if "without `---`" in problem.message] == [11]


def test_its_outputs_have_plantons_names() -> None:
    assert [output.name for output in declare(loaded("minimal")).outputs] == [
        "table_name",
        "table_arn",
        "table_id",
        "stream_arn",
        "stream_label",
        "aws_region",
    ]


def test_several_tables_are_all_read() -> None:
    two = MINIMAL + "---\n" + MINIMAL.replace("orders", "visits")
    assert [one.key for one in declare(manifest.load_text(two, {})).tables] == ["orders", "visits"]


def test_a_table_of_plantons_can_belong_to_a_stack_of_ours() -> None:
    stack = (
        "apiVersion: tablewright.dev/v1\nkind: Stack\nmetadata: {name: shop}\n"
        "spec: {region: eu-west-1, environment: test, tags: {Team: web, CostCenter: '7'}}\n---\n"
    )
    declared = declare(manifest.load_text(stack + MINIMAL, {}))
    assert declared.name == "shop"
    assert declared.tables[0].table.tags["Team"] == "web"


@pytest.mark.parametrize("name", ["minimal", "whole", "spellings"])
def test_converted_to_our_dialect_it_declares_the_same(name: str) -> None:
    original = loaded(name)
    converted = convert(original, "tablewright")
    assert declare(manifest.load_text(converted.text, {})) == declare(original)


@pytest.mark.parametrize("name", ["minimal", "whole", "spellings"])
def test_there_and_back_again_it_declares_the_same_tables(name: str) -> None:
    ours = manifest.load_text(convert(loaded(name), "tablewright").text, {})
    back = manifest.load_text(convert(ours, "planton").text, {})
    [before], [after] = declare(loaded(name)).tables, declare(back).tables
    assert after.insights == before.insights
    tags = {"pulumi.project-planton.org/stack.fqdn", "planton.ai/environment"}
    kept = {key: value for key, value in after.table.tags.items() if key not in tags}
    assert kept == {key: value for key, value in before.table.tags.items() if key not in tags}
    for facet in ("key", "attributes", "throughput", "global_indexes", "local_indexes", "stream"):
        assert getattr(after.table, facet) == getattr(before.table, facet)


def test_what_planton_has_no_word_for_is_named() -> None:
    everything = manifest.load([HERE.parent / "good" / "everything.yaml"], {})
    lost = convert(everything, "planton").lost
    assert "orders: spec.autoScaling" in lost
    assert "orders: spec.alarms" in lost
    assert "orders: spec.recovery.days (7; Planton means 35)" in lost
    assert "shop: spec.region" in lost
    again = manifest.load_text(convert(everything, "planton").text, {"AWS_REGION": "eu-west-1"})
    assert again.tables[0].metadata.name == "orders-test"


def test_tags_that_find_no_room_beside_plantons_own_are_named() -> None:
    tags = ", ".join(f"t{n:02}: x" for n in range(47))
    full = manifest.skeleton().replace("  # tags:\n", f"  tags: {{{tags}}}\n")
    converted = convert(manifest.load_text(full, {}), "planton")
    assert [lost for lost in converted.lost if "the tag" in lost] == [
        f"orders: the tag t{n}: Planton's own leave no room for it" for n in (43, 44, 45, 46)
    ]
    assert len(declare(manifest.load_text(converted.text, {})).tables[0].table.tags) == 50


def test_what_of_planton_has_no_effect_on_a_table_is_named() -> None:
    text = MINIMAL.replace("{name: orders}", "{name: orders, slug: o, annotations: {a: b}}")
    lost = convert(manifest.load_text(text, {}), "tablewright").lost
    assert lost == ("orders: metadata.annotations", "orders: metadata.slug")


@pytest.mark.parametrize(
    ("override", "facet", "value"),
    [
        ("spec.ttl.enabled=true", None, None),
        ("spec.streamEnabled=true", None, None),
        ("spec.deletionProtectionEnabled=true", "deletion_protection", True),
        ("spec.deletion_protection_enabled=true", "deletion_protection", True),
        ("spec.tableClass=STANDARD_INFREQUENT_ACCESS", "table_class", "STANDARD_INFREQUENT_ACCESS"),
        ("metadata.name=others", "name", "others"),
        ("spec.attributeDefinitions[0].type=N", "attributes", {"id": "N"}),
        ("spec.attribute_definitions.0.type=B", "attributes", {"id": "B"}),
    ],
)
def test_set_gives_each_field_a_value_of_its_type(
    override: str, facet: str | None, value: object
) -> None:
    path = HERE / "good" / "minimal.yaml"
    if facet is None:
        [problem] = manifest.validate([path], {}, overrides=[override])
        assert problem.message  # the flag alone contradicts the rest, which is reported as ever
    else:
        table = declare(manifest.load([path], {}, overrides=[override])).tables[0].table
        assert getattr(table, facet) == value


def test_set_can_build_what_is_not_there_yet() -> None:
    table = (
        declare(
            manifest.load(
                [HERE / "good" / "minimal.yaml"],
                {},
                overrides=[
                    "spec.billingMode=PROVISIONED",
                    "spec.provisionedThroughput.readCapacityUnits=7",
                    "spec.provisionedThroughput.writeCapacityUnits=8",
                    "spec.attributeDefinitions[1]={name: at, type: N}",
                    "spec.keySchema[1].attributeName=at",
                    "spec.keySchema[1].keyType=RANGE",
                ],
            )
        )
        .tables[0]
        .table
    )
    assert table.throughput == Throughput(7, 8)
    assert table.key.sort == ("at",)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("nonsense", "sets nothing"),
        ("=5", "sets nothing"),
        ("spec..x=5", "is not the path"),
        ("[0]=5", "is not the path"),
        ("other:spec.x=5", "there is no document `other`"),
        ("spec.keySchema.attributeName=x", "cannot follow"),
        ("spec.keySchema[5].attributeName=x", "there is no place for [5]"),
        ("spec.billingMode.x=5", "cannot follow"),
        ("spec.keySchema=[a", "not valid YAML"),
        ("spec.ttl.enabled=maybe", "must be `true` or `false`"),
        ("spec.provisionedThroughput.readCapacityUnits=many", "must be a whole number"),
        ("spec.billingMod=x", "unknown field `billingMod`"),
    ],
)
def test_a_wrong_set_is_reported_under_its_own_name(override: str, words: str) -> None:
    problems = manifest.validate([HERE / "good" / "minimal.yaml"], {}, overrides=[override])
    assert words in " ".join(problem.message for problem in problems)
    assert any(problem.file == "--set" for problem in problems if words in problem.message)


def test_set_needs_a_name_where_there_are_several_tables(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text(MINIMAL + "---\n" + MINIMAL.replace("orders", "visits"))
    override = "spec.deletionProtectionEnabled=true"
    [problem] = manifest.validate([path], {}, overrides=[override])
    assert "several tables" in problem.message
    both = declare(manifest.load([path], {}, overrides=[f"visits:{override}"])).tables
    assert [one.table.deletion_protection for one in both] == [False, True]
