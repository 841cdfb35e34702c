"""Mistakes in manifests: all at once, each with its place and its cure."""

from __future__ import annotations

import json
from itertools import cycle

import pytest
from tests.support.terminal import EXAMPLES, Terminal, stack, until

TEN_MISTAKES = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: ${NOT_SET_ANYWHERE}
  tags: {Team: data}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: X}
  sortKey: {name: at}
  recovery: {days: 36}
  billingMode: ON_DEMAND
  stream: {viewType: EVERYTHING}
  globalSecondaryIndexes:
    - name: by user
      partitionKey: {name: user, type: S}
      projection: {type: INCLUDE}
  colour: blue
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
---
kind: Tabel
metadata: {name: misspelt}
"""
PLACES = {
    6: "NOT_SET_ANYWHERE",
    13: "X",
    15: "36",
    16: "ON_DEMAND",
    17: "EVERYTHING",
    19: "by user",
    21: "INCLUDE",
    22: "colour",
    26: "orders",
    30: "Tabel",
}
"""Ten lines with a mistake, and a word that its message, path or cure must hold."""


def test_ten_mistakes_are_found_at_once_each_in_its_line(terminal):
    file = terminal.write("bad.yaml", TEN_MISTAKES)
    answer = terminal.run("validate", file, "--output", "json").ended(2).json
    assert answer["valid"] is False
    problems = answer["problems"]
    assert {name for each in problems for name in each} == {
        "file",
        "line",
        "column",
        "path",
        "message",
        "fix",
    }
    assert all(each["file"] == str(file) and each["message"] and each["fix"] for each in problems)
    by_line = {each["line"]: json.dumps(each) for each in problems}
    assert {line: word for line, word in PLACES.items() if word not in by_line.get(line, "")} == {}


def test_the_same_mistakes_stop_every_command_before_it_starts(terminal):
    file = terminal.write("bad.yaml", TEN_MISTAKES)
    for words in (("preview",), ("up", "--yes"), ("verify",), ("destroy", "--yes")):
        said = terminal.run(words[0], file, *words[1:]).ended(2)
        assert "nothing was touched" in said.err
        assert f"{file}:15:" in said.err
    until(lambda: not terminal.processes(), "no process is left")


def test_people_read_place_mistake_and_cure(terminal):
    file = terminal.write("bad.yaml", stack("shop", {"name": "orders", "recovery": {"days": 36}}))
    said = terminal.run("validate", file).ended(2)
    line, cure = said.out.splitlines()
    assert line.startswith(f"{file}:")
    assert "spec.recovery.days" in line
    assert cure.startswith("  → ")
    assert said.err == "1 problem; nothing was touched\n"


@pytest.mark.parametrize("path", ["three-tables", "optimized-table", "optimized-table/stack.yaml"])
def test_the_reference_stacks_are_valid(terminal, path):
    answer = terminal.run("validate", EXAMPLES / path, "--output", "json").ended(0).json
    assert answer == {"valid": True, "problems": []}


def test_standard_input_is_a_source_like_any_other(terminal):
    said = terminal.run("validate", "-", "--output", "json", stdin=stack("shop", "orders")).ended(0)
    assert said.json["valid"] is True
    said = terminal.run("validate", "-", "--output", "json", stdin="kind: Nonsense").ended(2)
    assert said.json["problems"][0]["file"] == "-"


def test_a_source_that_is_not_there_is_named(terminal: Terminal):
    answer = terminal.run("validate", "nowhere.yaml", "--output", "json").ended(2).json
    assert answer["problems"][0]["file"] == "nowhere.yaml"


def test_a_starter_manifest_is_valid_and_never_overwrites(terminal):
    terminal.run("init", "tables/orders.yaml", "--name", "shop").ended(0)
    terminal.run("validate", "tables").ended(0)
    assert "exists already" in terminal.run("init", "tables/orders.yaml").refused(2)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_starter_manifest_for_a_folder_is_a_file_in_it(terminal, is_there):
    folder = terminal.folder / f"own-{is_there}"
    if is_there:
        folder.mkdir()
    said = terminal.run("init", folder.name).ended(0)
    assert f"tablewright validate {folder.name}/tablewright.yaml" in said.err
    assert "exists already" in terminal.run("init", folder.name).refused(2)
    terminal.run("init", folder.name, "--force").ended(0)
    assert [path.name for path in folder.iterdir()] == ["tablewright.yaml"]


def test_the_schema_is_json_and_describes_both_kinds(terminal):
    schema = terminal.run("schema").ended(0).json
    assert "$schema" in schema
    assert {"Stack", "Table"} <= set(json.dumps(schema).replace('"', " ").split())


GOOD = stack("shop", "orders")
SOURCES = {
    "nothing.yaml": None,
    "binary.yaml": bytes(range(256)),
    "utf-16.yaml": GOOD.encode("utf-16"),
    "latin-1.yaml": GOOD.replace("data", "d\xe9").encode("latin-1"),
    "many-aliases.yaml": b"a: &a [x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 8)) for n in b"bcdefgh"),
    "own-alias.yaml": b"a: &a {<<: *a}\n",
    "twice.yaml": GOOD.replace('"region"', '"region": "us-east-1", "region"').encode(),
    "no-number.yaml": stack(
        "shop", {"name": "orders", "recovery": {"days": float("nan")}}
    ).encode(),
    "date.yaml": GOOD.replace('"eu-west-1"', "2026-01-01").encode(),
    "tag.yaml": GOOD.replace('"orders"', '!!python/object:os.system "x"').encode(),
    "half-a-character.json": GOOD.partition("---")[0].replace("42", "\\ud800").encode(),
    "list-as-key.yaml": b"? [a, b]\n: c\n",
    "deep.yaml": b"[" * 50_000,
    "saved-by-nobody.json": b'{"format": "tablewright.dev/saved/v1", "preview": {"version": 99}}',
    "cut.yaml": GOOD[: len(GOOD) // 3].encode(),
}
"""What is no manifest; None for no file at all."""
COMMANDS = (
    *(("preview",), ("up", "--yes"), ("verify",), ("destroy", "--yes"), ("refresh", "--yes")),
    *(("release", "--all", "--yes"), ("status",), ("outputs",), ("convert",), ("optimize",)),
    ("eject", "--language", "python"),
)


def test_no_command_touches_anything_for_what_is_no_manifest(aws, terminal):
    sources = [*SOURCES, "ftp://host/x.yaml", "http://[::1/x.yaml", "http://127.0.0.1:1/x.yaml"]
    aws.emulator.calls.clear()
    for source, words in zip(sources * 2, cycle(COMMANDS), strict=False):
        if content := SOURCES.get(source):
            (terminal.folder / source).write_bytes(content)
        text = terminal.run(words[0], source, *words[1:]).refused(2)
        assert source in text, text
    assert aws.emulator.calls.summary()["counts"] == {}
    until(lambda: not terminal.processes(), "no process is left")
