"""Whose use a file is that is imported: what is said, declared, kept already, or nobody knows."""

from __future__ import annotations

import pytest
from tests.support.terminal import stack

from tablewright import manifest
from tablewright.cli.measure.usage_place import VARIABLES, chosen, declaring, place_of
from tablewright.errors import UsageError
from tablewright.plan.declaration.declare import declare
from tablewright.usage.store import UNKNOWN_ACCOUNT, UsageStore

A, B, EU, US = "111111111111", "222222222222", "eu-west-1", "us-east-1"


@pytest.fixture(autouse=True)
def _no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("said", "known", "place"),
    [
        ((EU, A), [(B, EU)], (A, EU)),
        ((None, None), [(A, EU)], (A, EU)),
        ((EU, None), [(A, EU), (B, US)], (A, EU)),
        ((None, B), [(A, EU), (B, US)], (B, US)),
        ((EU, None), [], (UNKNOWN_ACCOUNT, EU)),
        ((EU, None), [(A, US)], (UNKNOWN_ACCOUNT, EU)),
        ((EU, None, A), [], (A, EU)),
        ((EU, None, A), [(A, EU), (B, EU)], (A, EU)),
        ((EU, None, A), [(B, EU)], (B, EU)),
    ],
)
def test_a_place_is_what_is_said_else_where_use_is_kept(said, known, place):
    region, account, *likely = said
    assert chosen("orders", region, account, known, *likely) == place


def test_the_region_of_the_environment_is_taken_last(monkeypatch):
    with pytest.raises(UsageError, match="the region of orders is not known"):
        chosen("orders", None, None, [])
    monkeypatch.setenv("AWS_REGION", US)
    assert chosen("orders", None, None, []) == (UNKNOWN_ACCOUNT, US)
    assert chosen("orders", None, None, [(A, EU)]) == (A, EU)
    assert chosen("orders", None, None, [(A, EU), (A, US)]) == (A, US)


def test_several_tables_of_a_name_are_asked_about():
    with pytest.raises(UsageError, match=f"account {A}, {EU}, account {B}, {EU}"):
        chosen("orders", EU, None, [(A, EU), (B, EU)])


def test_the_stack_that_declares_a_table_is_found_by_its_name_in_aws():
    eu, us = (
        declare(manifest.load_text(stack(f"shop-{region}", table, region=region), {}))
        for region, table in ((EU, {"name": "orders", "tableName": "orders-dev"}), (US, "orders"))
    )
    assert declaring("orders-dev", [eu, us]) is eu
    assert declaring("orders", [eu, us]) is us
    for name, region, why in (
        ("sales", None, "declare no table sales"),
        ("orders", EU, f"declare no table orders in {EU}"),
    ):
        with pytest.raises(UsageError, match=why):
            declaring(name, [eu, us], region)
    again = declare(manifest.load_text(stack("again", "orders", region=EU), {}))
    with pytest.raises(UsageError, match=r"several stacks declare orders: .*, again/dev"):
        declaring("orders", [us, again])


def test_an_index_that_no_manifest_declares_is_answered_with_the_nearest(tmp_path):
    index = {"name": "email-index", "partitionKey": {"name": "email", "type": "S"}}
    table = {"name": "customers", "globalSecondaryIndexes": [index]}
    file = tmp_path / "t.yaml"
    file.write_text(stack("shop", table, region=EU), "utf-8")
    store = UsageStore(tmp_path / "usage")

    def place(index: str) -> tuple[str, str]:
        return place_of("customers", index, [str(file)], None, [], None, None, store)

    assert place("email-index") == place("") == (UNKNOWN_ACCOUNT, EU)
    with pytest.raises(UsageError, match="no index emailindex of customers") as caught:
        place("emailindex")
    assert caught.value.next_step == "did you mean email-index?"
