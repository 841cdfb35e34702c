"""Forms that other programs read, held to what their readers take."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SARIF = json.loads(Path(__file__).with_name("sarif.json").read_text("utf-8"))

JUNIT: Mapping[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "testsuites": (
        frozenset(),
        frozenset({"name", "time", "tests", "failures", "disabled", "errors"}),
        frozenset({"testsuite"}),
    ),
    "testsuite": (
        frozenset({"name", "tests"}),
        frozenset({"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname",
                   "id", "package"}),
        frozenset({"properties", "testcase", "system-out", "system-err"}),
    ),
    "testcase": (
        frozenset({"name"}),
        frozenset({"assertions", "time", "classname", "status"}),
        frozenset({"skipped", "error", "failure", "system-out", "system-err"}),
    ),
    "failure": (frozenset(), frozenset({"type", "message"}), frozenset()),
    "error": (frozenset(), frozenset({"type", "message"}), frozenset()),
    "skipped": (frozenset(), frozenset({"type", "message"}), frozenset()),
    "properties": (frozenset(), frozenset(), frozenset({"property"})),
    "property": (frozenset({"name", "value"}), frozenset(), frozenset()),
    "system-out": (frozenset(), frozenset(), frozenset()),
    "system-err": (frozenset(), frozenset(), frozenset()),
}  # fmt: skip
"""Required and further attributes, and children: junit-10.xsd of Jenkins' xUnit plug-in."""
_OUTCOMES = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def hold_sarif(document: Mapping[str, Any]) -> None:
    """Fail with all that is no SARIF 2.1.0, or is in no place that we write."""
    errors = Draft202012Validator(SARIF).iter_errors(document)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def hold_junit(text: str) -> ET.Element:
    """Fail where a reader of JUnit would; answers the root.

    Numbers of a suite are those of what is in it.
    """
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.tag == "testsuites"
    for element in root.iter():
        required, further, children = JUNIT[element.tag]
        assert required <= {*element.keys()} <= required | further, element.attrib
        assert {child.tag for child in element} <= children, element.tag
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        for number, outcome in _OUTCOMES.items():
            if number in suite.keys():  # noqa: SIM118 - an element is no mapping
                having = [case for case in cases if case.find(outcome) is not None]
                assert suite.get(number) == str(len(having)), number
    return root
