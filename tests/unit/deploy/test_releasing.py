"""What a release forgets."""

from __future__ import annotations

import pytest

from tablewright.deploy.ownership.releasing import belonging, chosen_tables
from tablewright.engine import StateResource
from tablewright.errors import UsageError

TABLE = "aws:dynamodb/table:Table"


def resource(urn, type_="tablewright:index:Table", parent="", id_=""):
    return StateResource(urn, type_, urn, id=id_, parent=parent)


RESOURCES = (
    resource("stack"),
    resource("A", parent="stack"),
    resource("a", TABLE, "A", "orders"),
    resource("A-roles", parent="A"),
    resource("a-role", "aws:iam/role:Role", "A-roles", "r"),
    resource("B", parent="stack"),
    resource("b", TABLE, "B", "users"),
    resource("lonely", TABLE, "", "lonely"),
)


def test_a_table_goes_with_all_that_stands_under_its_component():
    assert [each.urn for each in belonging(RESOURCES, ["orders"])] == [
        "A",
        "a",
        "A-roles",
        "a-role",
    ]


def test_a_table_without_a_component_goes_alone():
    assert [each.urn for each in belonging(RESOURCES, ["lonely"])] == ["lonely"]


def test_tables_are_chosen_by_name_or_all():
    assert chosen_tables(RESOURCES, ["users"], everything=False) == ("users",)
    assert chosen_tables(RESOURCES, ["b", "orders", "a"], everything=False) == ("users", "orders")
    assert chosen_tables(RESOURCES, [], everything=True) == ("lonely", "orders", "users")


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["nobody"], "no table nobody"),
        (["user"], "did you mean users"),
        ([], "no tables are given"),
    ],
)
def test_a_choice_that_means_nothing_is_refused(names, says):
    with pytest.raises(UsageError, match=says):
        chosen_tables(RESOURCES, names, everything=False)
