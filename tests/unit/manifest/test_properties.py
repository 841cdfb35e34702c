"""What must hold for any manifest, good or not."""

import json
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.checking import TEXT_FIELDS
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.node import Scalar, walk

HERE = Path(__file__).parent
EVERYTHING = (HERE / "good" / "everything.yaml").read_text()
SEEDS = [path.read_bytes() for folder in ("good", "bad") for path in (HERE / folder).iterdir()]
TOKENS = [
    *(b"&a", b"*a", b"<<: *a", b"!!int ", b"!x ", b"? ", b"- ", b": ", b"{", b"}", b"[", b"]"),
    *(b'"', b"'", b"|\n", b">\n", b"#", b"%", b"@", b"`", b"\t", b"\r", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"${", b"${A:-", b"$${", b"---\n", b"...\n", b"null", b"~", b"1e999"),
    *(b".inf", b"\xe2\x80\xa8", b"1" * 50, b"a: b\n", b"k: &a {b: *a}\n", b"%YAML 1.1\n"),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 3)):
            case 0:
                data[at:at] = draw(st.sampled_from(TOKENS))
            case 1:
                del data[at : at + draw(st.integers(1, 30))]
            case 2:
                start = draw(st.integers(0, len(data)))
                data[at:at] = data[start : start + draw(st.integers(1, 120))]
            case _:
                data[at:at] = draw(st.binary(max_size=8))
    return bytes(data)


def problems_of(data: bytes, folder: Path) -> list[manifest.Problem]:
    path = folder / "stack.yaml"
    path.write_bytes(data)
    return manifest.validate([path], {"A": "1"})


@settings(max_examples=300, deadline=None)
@given(data=st.one_of(damaged(), st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@example(data=b"")
@example(data=b"\xff\xfe")
@example(data=b"\x00")
@example(data=b"a: &a [*a]")
@example(data=b"? {a: b}\n: c")
def test_no_input_makes_it_crash(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    for problem in problems_of(data, tmp_path_factory.getbasetemp()):
        assert problem.message
        assert (
            problem.line is None or 1 <= problem.line <= data.count(b"\n") + data.count(b"\r") + 9
        )


SCALARS = [
    node
    for root in compose(EVERYTHING, "everything.yaml").documents
    for node in walk(root)
    if isinstance(node, Scalar) and not TEXT_FIELDS & {str(part) for part in node.path}
]


def lines_with_problems(lines: list[str]) -> dict[int | None, list[str]]:
    with pytest.raises(ManifestError) as raised:
        manifest.load_text("\n".join(lines), {})
    found: dict[int | None, list[str]] = {}
    for problem in raised.value.problems:
        found.setdefault(problem.line, []).append(problem.message)
    return found


def test_a_wrong_value_anywhere_is_reported_in_its_line() -> None:
    for node in SCALARS:
        lines = EVERYTHING.splitlines()
        line = lines[node.line - 1]
        before, after = line[: node.column - 1], line[node.column - 1 :]
        end = re.match(r'"[^"]*"|[^,}\]]+', after)
        assert end
        lines[node.line - 1] = f"{before}{{wrong: [1]}}{after[end.end() :]}"
        assert node.line in lines_with_problems(lines), node.path


def test_a_misspelt_field_anywhere_is_reported_in_its_line() -> None:
    for node in SCALARS:
        if isinstance(node.key, str) and node.key != "kind":
            number, column = node.parent.key_places[node.key]
            lines = EVERYTHING.splitlines()
            line = lines[number - 1]
            lines[number - 1] = f"{line[: column - 1]}x{line[column - 1 :]}"
            assert f"unknown field `x{node.key}`" in lines_with_problems(lines)[number], node.path


def values() -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=8)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    )


NAMES = st.sampled_from(
    sorted(
        {
            str(part)
            for root in compose(EVERYTHING, "x").documents
            for n in walk(root)
            for part in n.path
        }
    )
)


@settings(max_examples=200, deadline=None)
@given(spec=st.dictionaries(NAMES, values(), max_size=6))
def test_any_values_under_any_fields_are_refused_or_loaded(spec: dict[str, object]) -> None:
    stack = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Stack",
        "metadata": {"name": "shop"},
        "spec": {"region": "eu-west-1", "environment": "e", "mandatoryTags": [], **spec},
    }
    table = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Table",
        "metadata": {"name": "orders"},
        "spec": {"partitionKey": {"name": "id", "type": "S"}, **spec},
    }
    text = f"{json.dumps(stack)}\n---\n{json.dumps(table)}\n"
    try:
        loaded = manifest.load_text(text, {})
    except ManifestError as error:
        assert error.problems  # noqa: PT017 - both ways are good, but a refusal has a reason
    else:
        assert loaded.tables[0].metadata.name == "orders"


TABLE = """\
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: abc}
spec:
  partitionKey: {name: id, type: S}
"""
LAUGHS = ['a: &a ["x","x","x","x","x","x","x","x","x"]'] + [
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
]
MONSTERS = {
    "aliases that multiply": "\n".join(LAUGHS),
    "a billion lists": "[" * 500_000,
    "a billion mappings": "{a: " * 200_000,
    "a billion items": "- " * 500_000,
    "JSON without an end": '{"a":' * 200_000,
    "unknown fields": TABLE + "".join(f"  k{n}: 1\n" for n in range(40_000)),
    "wrong indexes": TABLE
    + "  globalSecondaryIndexes:\n"
    + "    - {name: abc, partitionKey: {name: u, type: X}}\n" * 5_000,
    "tags": TABLE + "  tags:\n" + "".join(f"    k{n}?: 1\n" for n in range(20_000)),
    "one text": TABLE + "  tableName: " + "x" * 5_000_000,
    "one key": TABLE + "  " + "x" * 5_000_000 + ": 1\n",
    "empty documents": "---\n" * 1_000_000,
    "tiny documents": "---\na\n" * 500_000,
    "broken documents": ("---\n" + TABLE + " {\n") * 10_000,
    "variables": TABLE + '  tableName: "' + "${A}" * 1_000_000 + '"',
    "open variables": TABLE + '  tableName: "' + "${" * 2_000_000 + '"',
    "nested variables": TABLE + '  tableName: "' + "${A:-" * 500_000 + "}" * 500_000 + '"',
    "empty lines": "\n" * 5_000_000,
    "comments": "#\n" * 2_500_000,
    "repeated fields": TABLE + "  tableClass: STANDARD\n" * 10_000,
    "merge keys": "a: &a {"
    + ",".join(f"k{n}: 1" for n in range(20_000))
    + "}\nb: {<<: [*a,*a,*a,*a]}\n",
    "a long number": TABLE + "  recovery: {days: " + "9" * 1_000_000 + "}",
    "roles": TABLE + "  access: [" + ",".join(["read"] * 20_000) + "]",
    "operations": TABLE
    + "  alarms: {latency: {operations: ["
    + ",".join(["Query"] * 40_000)
    + "]}}",
    "roles with tags": TABLE
    + "  tags: {"
    + ",".join(f"t{n}: x" for n in range(20_000))
    + "}\n  access: ["
    + ",".join(f"{{name: r{n}, grants: [read]}}" for n in range(5_000))
    + "]",
    "a long action": TABLE + '  access: [{name: x, actions: ["dynamodb:' + "A" * 3_000_000 + '"]}]',
    "elements of a policy": TABLE
    + "  resourcePolicy: {Statement: [{"
    + ",".join(f"x{n}: 1" for n in range(40_000))
    + "}]}",
    "placeholders": TABLE + '  tableName: "' + "{x}" * 500_000 + '"',
    "indexes": TABLE
    + "  globalSecondaryIndexes: ["
    + ",".join(f"{{name: i-{n}, partitionKey: {{name: k{n}, type: S}}}}" for n in range(6_000))
    + "]",
    "documents without separators": "apiVersion: a\n" * 100_000,
    "definitions": "apiVersion: aws.project-planton.org/v1\nkind: AwsDynamodb\n"
    "metadata: {name: orders}\nspec:\n  billingMode: PAY_PER_REQUEST\n  attributeDefinitions: ["
    + ",".join(f"{{name: a{n}, type: S}}" for n in range(9_000))
    + "]\n  keySchema: ["
    + ",".join(f"{{attributeName: b{n}, keyType: HASH}}" for n in range(6_000))
    + "]",
}


@pytest.mark.timeout(60)  # a busy machine takes seconds; what explodes takes for ever
@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS.keys())
def test_a_monster_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "monster.yaml"
    path.write_text(text)
    assert manifest.validate([path], {"A": "1"})


@pytest.mark.parametrize(
    "name", ["aliases that multiply", "one text", "comments", "merge keys", "a long action"]
)
def test_a_monster_is_refused_in_little_space(name: str, tmp_path: Path) -> None:
    path = tmp_path / "monster.yaml"
    path.write_text(MONSTERS[name])
    tracemalloc.start()
    manifest.validate([path], {"A": "1"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_many_tables_are_checked_in_little_space(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    tables = [TABLE.replace("abc", f"table-{n}") + "  access: [read]\n" for n in range(1_000)]
    path.write_text("---\n".join([manifest.skeleton(), *tables]))
    manifest.validate([path], {})
    tracemalloc.start()
    assert manifest.validate([path], {}) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 11e6
