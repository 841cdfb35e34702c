"""Arguments of a table, from its declared value."""

from dataclasses import replace

import pytest

from tablewright.components.existing import Existing
from tablewright.components.rendering import RenderContext
from tablewright.components.rendering.insights import insights_args
from tablewright.components.rendering.table import table_args
from tablewright.plan.declaration.declared import DeclaredTable, Insights
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)

KMS_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
INDEX = GlobalIndex("by-user", Key(("userId",), ("timestamp",)), Projection("ALL"))
EVENTS = Table(
    name="events",
    key=Key(("eventId",)),
    attributes={"userId": "S", "eventId": "S", "timestamp": "N"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(INDEX,),
    local_indexes=(),
    stream=Stream(None),
    encryption=Encryption("AWS_OWNED"),
    recovery=Recovery(0),
    time_to_live=TimeToLive(None),
    table_class="STANDARD",
    deletion_protection=False,
    on_demand_maximum=OnDemandMaximum(),
)


def rendered(live=None, **changes):
    existing = Existing(tables={} if live is None else {EVENTS.name: live})
    return table_args(DeclaredTable(replace(EVENTS, **changes)), RenderContext(existing=existing))


def rendered_index(live=None, billing_mode="PAY_PER_REQUEST", **changes):
    index = replace(INDEX, **changes)
    [found] = rendered(live, billing_mode=billing_mode, global_indexes=(index,))[
        "global_secondary_indexes"
    ]
    return found


def test_what_is_off_is_sent_as_off():
    off = rendered()
    assert off["stream_enabled"] is False
    assert off["point_in_time_recovery"] == {"enabled": False}
    assert off["ttl"] == {"enabled": False}
    assert off["server_side_encryption"] == {"enabled": False}
    assert off["deletion_protection_enabled"] is False
    assert off["table_class"] == "STANDARD"
    assert off["local_secondary_indexes"] == []


def test_what_nobody_spoke_of_is_not_sent():
    bare = Table("events", Key(("eventId",)), {"eventId": "S"})
    assert table_args(DeclaredTable(bare), RenderContext()) == {
        "name": "events",
        "hash_key": "eventId",
        "attributes": [{"name": "eventId", "type": "S"}],
    }


def test_a_stream_says_its_view():
    on = rendered(stream=Stream("NEW_IMAGE"))
    assert (on["stream_enabled"], on["stream_view_type"]) == (True, "NEW_IMAGE")


def test_a_stream_that_is_off_has_no_view():
    assert "stream_view_type" not in rendered()


def test_recovery_says_its_window():
    assert rendered(recovery=Recovery(35))["point_in_time_recovery"] == {
        "enabled": True,
        "recovery_period_in_days": 35,
    }


def test_the_key_aws_manages_needs_no_key_member():
    encryption = rendered(encryption=Encryption("AWS_MANAGED"))["server_side_encryption"]
    assert encryption == {"enabled": True}


def test_a_customer_key_is_named():
    encryption = rendered(encryption=Encryption("CUSTOMER", KMS_KEY))["server_side_encryption"]
    assert encryption == {"enabled": True, "kms_key_arn": KMS_KEY}


def test_expiry_names_its_attribute():
    assert rendered(time_to_live=TimeToLive("expiresAt"))["ttl"] == {
        "enabled": True,
        "attribute_name": "expiresAt",
    }


def test_attributes_come_sorted_by_name():
    assert [it["name"] for it in rendered()["attributes"]] == ["eventId", "timestamp", "userId"]


def test_a_sort_key_is_the_range_key():
    assert rendered(key=Key(("eventId",), ("timestamp",)))["range_key"] == "timestamp"


def test_a_table_without_a_sort_key_has_no_range_key():
    assert "range_key" not in rendered()


def test_capacity_is_sent_for_a_provisioned_table():
    arguments = rendered(billing_mode="PROVISIONED", throughput=Throughput(5, 3))
    assert (arguments["read_capacity"], arguments["write_capacity"]) == (5, 3)


def test_capacity_is_not_sent_for_an_on_demand_table():
    arguments = rendered(throughput=Throughput(5, 3))
    assert "read_capacity" not in arguments
    assert "write_capacity" not in arguments


def test_ceilings_are_not_sent_for_a_provisioned_table():
    assert "on_demand_throughput" not in rendered(
        billing_mode="PROVISIONED", on_demand_maximum=OnDemandMaximum(10, 10)
    )


def test_ceilings_are_sent_as_declared():
    assert rendered(on_demand_maximum=OnDemandMaximum(10, 20))["on_demand_throughput"] == {
        "max_read_request_units": 10,
        "max_write_request_units": 20,
    }


def test_a_side_without_a_ceiling_is_freed():
    assert rendered(on_demand_maximum=OnDemandMaximum(read=10))["on_demand_throughput"] == {
        "max_read_request_units": 10,
        "max_write_request_units": -1,
    }


def test_no_ceiling_where_none_lives_is_not_sent_for_it_would_show_as_a_change_for_ever():
    assert "on_demand_throughput" not in rendered()
    assert "on_demand_throughput" not in rendered(live=EVENTS)


def test_a_ceiling_that_lives_and_is_no_longer_declared_is_taken_away():
    live = replace(EVENTS, on_demand_maximum=OnDemandMaximum(10, 10))
    assert rendered(live)["on_demand_throughput"] == {
        "max_read_request_units": -1,
        "max_write_request_units": -1,
    }


def test_a_ceiling_nobody_spoke_of_stays():
    live = replace(EVENTS, on_demand_maximum=OnDemandMaximum(10, 10))
    assert "on_demand_throughput" not in rendered(live, on_demand_maximum=None)


def test_warm_throughput_is_sent_when_declared():
    assert rendered(warm_throughput=Throughput(15000, 5000))["warm_throughput"] == {
        "read_units_per_second": 15000,
        "write_units_per_second": 5000,
    }


def test_global_indexes_come_sorted_by_name():
    names = ("zeta", "alpha", "mid")
    indexes = tuple(replace(INDEX, name=name) for name in names)
    found = rendered(global_indexes=indexes)["global_secondary_indexes"]
    assert [it["name"] for it in found] == sorted(names)


def test_an_index_of_one_key_each_has_the_short_form():
    index = rendered_index()
    assert (index["hash_key"], index["range_key"]) == ("userId", "timestamp")
    assert "key_schemas" not in index


def test_an_index_of_several_keys_has_the_long_form():
    index = rendered_index(key=Key(("a", "b"), ("c",)))
    assert index["key_schemas"] == [
        {"attribute_name": "a", "key_type": "HASH"},
        {"attribute_name": "b", "key_type": "HASH"},
        {"attribute_name": "c", "key_type": "RANGE"},
    ]
    assert "hash_key" not in index


def test_attributes_an_index_carries_come_sorted():
    projection = Projection("INCLUDE", frozenset({"timestamp", "id"}))
    index = rendered_index(projection=projection)
    assert index["projection_type"] == "INCLUDE"
    assert index["non_key_attributes"] == ["id", "timestamp"]


def test_an_index_that_carries_all_names_no_attributes():
    assert "non_key_attributes" not in rendered_index()


def test_an_index_of_a_provisioned_table_has_its_own_capacity():
    index = rendered_index(billing_mode="PROVISIONED", throughput=Throughput(7, 8))
    assert (index["read_capacity"], index["write_capacity"]) == (7, 8)


def test_an_index_of_an_on_demand_table_has_no_capacity():
    assert "read_capacity" not in rendered_index(throughput=Throughput(7, 8))


def test_an_index_loses_a_ceiling_that_is_no_longer_declared():
    capped = replace(INDEX, on_demand_maximum=OnDemandMaximum(write=9))
    live = replace(EVENTS, global_indexes=(capped,))
    index = rendered_index(live, on_demand_maximum=OnDemandMaximum())
    assert index["on_demand_throughput"] == {
        "max_read_request_units": -1,
        "max_write_request_units": -1,
    }


def test_an_index_may_be_warmed():
    index = rendered_index(warm_throughput=Throughput(12000, 4000))
    assert index["warm_throughput"]["write_units_per_second"] == 4000


def test_a_local_index_says_its_own_sort_key():
    local = LocalIndex("by-time", Key(("eventId",), ("timestamp",)), Projection("KEYS_ONLY"))
    assert rendered(local_indexes=(local,))["local_secondary_indexes"] == [
        {"name": "by-time", "range_key": "timestamp", "projection_type": "KEYS_ONLY"}
    ]


def test_insights_without_a_mode_get_the_services_own():
    assert insights_args(Insights()) == {"mode": "ACCESSED_AND_THROTTLED_KEYS"}


@pytest.mark.parametrize("mode", ["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"])
def test_insights_on_an_index_name_it(mode):
    assert insights_args(Insights("by-user", mode)) == {"index_name": "by-user", "mode": mode}
