"""What a release carries besides its wheels: bills of materials, notices, locks, types."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import sbom

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("name", sbom.BILLS)
def test_a_bill_names_everything_that_is_locked_and_is_the_same_each_time(name):
    lock = (ROOT / "requirements" / sbom.BILLS[name][0]).read_text("utf-8")
    locked = re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==", lock, re.MULTILINE)
    first, second = sbom.bill(name), sbom.bill(name)
    assert {*locked} <= {component["name"] for component in first["components"]}
    assert json.dumps(first) == json.dumps(second)
    references = [component["bom-ref"] for component in first["components"]]
    assert len(references) == len({*references})


@pytest.mark.parametrize("extra", sbom.EXTRAS)
def test_the_bill_of_an_extra_has_what_it_asks_for_and_what_that_needs(extra):
    """Held to what is installed: the locks tell of each package who asks for it."""
    components = {part["name"]: part for part in sbom.bill(f"tablewright-{extra}")["components"]}
    own = {name for name, part in components.items() if not part["hashes"]}
    assert own == ({"tablewright-emulator"} if extra == "sandbox" else set())
    for name in components:
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # of Spark, or of another Python
        for requirement in map(Requirement, needed):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert canonicalize_name(requirement.name) in components, (name, requirement)


def test_the_bill_of_the_sandbox_has_the_emulator_and_nothing_of_development():
    names = {part["name"] for part in sbom.bill("tablewright-sandbox")["components"]}
    assert {"tablewright-emulator", "moto", "boto3", "botocore", "werkzeug"} <= names
    assert not names & {"pytest", "mypy", "ruff", "pyspark", "pulumi-aws"}


def test_the_bill_of_the_package_has_the_engine_and_hashes():
    components = {
        component["purl"]: component for component in sbom.bill("tablewright")["components"]
    }
    assert any(
        purl.startswith("pkg:golang/github.com/pulumi/pulumi/pkg/v3@") for purl in components
    )
    assert all(components[purl]["hashes"] for purl in components if purl.startswith("pkg:pypi/"))


def test_the_base_lock_has_all_that_the_package_asks_for():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    asked = re.findall(
        r'"([^"]+)"', re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    )
    lock = (ROOT / "requirements" / "base.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_has_a_hash_for_each_version_and_names_no_host(lock: Path):
    text = lock.read_text("utf-8")
    pinned = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert pinned
    assert [part.splitlines()[0] for part in pinned if "--hash=sha256:" not in part] == []
    assert "://" not in text


@pytest.mark.parametrize("source", ["src/tablewright", "emulator/src/tablewright_emulator"])
def test_types_are_marked(source: str):
    assert (ROOT / source / "py.typed").exists()
