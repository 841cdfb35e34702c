"""Import ids of what exists already."""

from tablewright.components.existing import NOTHING, Existing, LiveResource, import_ids
from tablewright.resource_kinds import Account

MANAGED = "arn:aws:iam::aws:policy/X"
INSIGHTS = "dynamodb.ContributorInsights"
LIVE = [
    LiveResource("cloudwatch.MetricAlarm", {"name": "errors"}),
    LiveResource("iam.Role", {"name": "reader"}),
    LiveResource("iam.RolePolicy", {"role": "reader", "name": "read"}),
    LiveResource("iam.RolePolicyAttachment", {"role": "reader", "policyArn": MANAGED}),
    LiveResource(INSIGHTS, {"tableName": "events", "indexName": None}),
    LiveResource(INSIGHTS, {"tableName": "events", "indexName": "by-user"}),
    LiveResource(INSIGHTS, {"tableName": "events", "indexName": None, "region": "eu-west-2"}),
]
EXISTING = Existing(import_ids=import_ids(LIVE, Account("123456789012", "eu-west-1")))


def test_what_lives_is_named_as_the_provider_wants_it():
    assert EXISTING.import_id("cloudwatch.MetricAlarm", "errors") == "errors"
    assert EXISTING.import_id("iam.Role", "reader") == "reader"
    assert EXISTING.import_id("iam.RolePolicy", "reader", "read") == "reader:read"
    assert EXISTING.import_id("iam.RolePolicyAttachment", "reader", MANAGED) == f"reader/{MANAGED}"
    assert EXISTING.import_id(INSIGHTS, "events", None) == "name:events/index:/123456789012"
    assert (
        EXISTING.import_id(INSIGHTS, "events", "by-user")
        == "name:events/index:by-user/123456789012"
    )
    assert (
        EXISTING.import_id(INSIGHTS, "events", None, "eu-west-2")
        == "name:events/index:/123456789012@eu-west-2"
    )


def test_what_does_not_live_has_no_import_id():
    assert EXISTING.import_id("cloudwatch.MetricAlarm", "other") is None
    assert EXISTING.import_id("iam.Role", "errors") is None
    assert EXISTING.import_id("iam.RolePolicy", "reader", "other") is None
    assert EXISTING.import_id("iam.RolePolicyAttachment", "reader", MANAGED + "Y") is None
    assert EXISTING.import_id(INSIGHTS, "sessions", None) is None
    assert EXISTING.import_id(INSIGHTS, "events", None, "eu-central-1") is None


def test_by_default_nothing_lives():
    assert Existing() == NOTHING
