"""The published JSON Schema agrees with the loader on single fields."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tablewright import manifest

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parents[2] / "examples").glob("*/*.yaml"))
GOOD = [path for path in sorted((HERE / "good").iterdir()) if "1_1" not in path.name]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = manifest.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    "path", [*GOOD, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_good_manifests_and_examples_fit_the_schema(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    text = path.read_text().replace("2012-10-17", '"2012-10-17"').replace("\t", " ")
    for document in yaml.safe_load_all(text):
        assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"partitionKey": {"name": "id", "type": "STRING"}},
        {"partitionKey": {"name": "id"}},
        {"recovery": {"days": 36}},
        {"billingMode": "ON_DEMAND"},
        {"unknown": 1},
        {"deletionProtection": "yes"},
        {"globalSecondaryIndexes": {"name": "x"}},
        {"access": ["raed"]},
        {"partitionKey": None},
    ],
    ids=json.dumps,
)
def test_a_wrong_field_does_not_fit(
    change: dict[str, object], validator: jsonschema.Draft202012Validator
) -> None:
    table = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Table",
        "metadata": {"name": "orders"},
        "spec": {"partitionKey": {"name": "id", "type": "S"}},
    }
    assert validator.is_valid(table)
    assert not validator.is_valid({**table, "spec": {**table["spec"], **change}})


def test_a_field_that_may_be_left_out_may_be_null(
    validator: jsonschema.Draft202012Validator,
) -> None:
    without = {"recovery": None, "billingMode": None, "access": None, "tags": None}
    table = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Table",
        "metadata": {"name": "orders"},
        "spec": {"partitionKey": {"name": "id", "type": "S"}, "environments": {"dev": without}},
    }
    assert [error.message for error in validator.iter_errors(table)] == []


def test_every_field_is_described() -> None:
    for name, definition in manifest.json_schema()["$defs"].items():
        assert definition.get("description"), name
        for field, schema in definition.get("properties", {}).items():
            assert schema.get("description"), f"{name}.{field}"


@pytest.mark.parametrize("name", ["analytics", "shop-7", "1234", "true", "", "Zoë's {shop}"])
def test_the_starter_manifest_is_valid_whatever_it_is_called(name: str) -> None:
    stack = manifest.load_text(manifest.skeleton(name), {})
    assert [table.metadata.name for table in stack.tables] == ["orders"]
    if name in {"analytics", "shop-7", "1234", "true"}:
        assert stack.stack.metadata.name == name
