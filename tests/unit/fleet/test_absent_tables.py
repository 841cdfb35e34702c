"""What is said of a table that is not there."""

from __future__ import annotations

from tablewright.fleet.absent_tables import CHECK, AbsentTables

LIVE = ("orders", "users", "orders-archive")


def absent(*names, regions=("eu-west-1",), known=LIVE):
    return AbsentTables(names, frozenset(regions), frozenset(known))


def test_the_region_and_the_nearest_names_are_said():
    found = absent("order")
    assert found.message == "there is no table order in eu-west-1"
    assert found.next_step.startswith("did you mean orders")


def test_each_of_several_has_its_own_nearest():
    found = absent("Orders", "usres", regions=("us-east-1", "eu-west-1"))
    assert found.message == "there is no table Orders, usres in eu-west-1 or us-east-1"
    assert found.next_step.startswith("Orders: did you mean orders")
    assert "; usres: did you mean users?" in found.next_step
    assert found.reason("usres") == "there is no such table; did you mean users?"
    assert found.place == "eu-west-1, us-east-1"


def test_what_is_like_no_other_is_to_be_checked():
    many = [f"table-{number}" for number in range(9)]
    for known in (many, ()):
        found = absent("zzz", known=known)
        assert found.next_step == CHECK
        assert found.reason("zzz") == f"there is no such table; {CHECK}"


def test_many_regions_are_counted():
    found = absent("zzz", regions=map(str, range(20)), known=())
    assert found.message == "there is no table zzz in any of the 20 regions that were looked at"
