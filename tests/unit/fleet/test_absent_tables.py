"""What is said of a table that is not there."""

from __future__ import annotations

from tablewright.fleet.absent_tables import CHECK, absence

LIVE = {"eu-west-1": ["orders", "users"], "us-east-1": ["orders-archive"]}


def test_the_region_and_the_nearest_names_are_said():
    message, step = absence(["order"], ["eu-west-1"], LIVE)
    assert message == "there is no table order in eu-west-1"
    assert step.startswith("did you mean orders")


def test_each_of_several_has_its_own_nearest():
    message, step = absence(["Orders", "usres"], LIVE, LIVE)
    assert message == "there is no table Orders, usres in eu-west-1 or us-east-1"
    assert step.startswith("Orders: did you mean orders")
    assert "; usres: did you mean users?" in step


def test_what_is_like_no_other_is_to_be_checked():
    many = {"eu-west-1": [f"table-{number}" for number in range(9)]}
    assert absence(["zzz"], ["eu-west-1"], many)[1] == CHECK
    assert absence(["zzz"], ["eu-west-1"], {})[1] == CHECK


def test_many_regions_are_counted():
    message, _ = absence(["zzz"], map(str, range(20)), {})
    assert message == "there is no table zzz in any of the 20 regions that were looked at"
