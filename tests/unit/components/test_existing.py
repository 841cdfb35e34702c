"""Import ids of what exists already."""

from tablewright.components.existing import NOTHING, Existing

EXISTING = Existing(
    account_id="123456789012",
    alarms=frozenset({"errors"}),
    roles=frozenset({"reader"}),
    role_policies=frozenset({("reader", "read")}),
    attachments=frozenset({("reader", "arn:aws:iam::aws:policy/X")}),
    insights=frozenset({("events", None), ("events", "by-user")}),
)


def test_what_lives_is_named_as_the_provider_wants_it():
    assert EXISTING.alarm_id("errors") == "errors"
    assert EXISTING.role_id("reader") == "reader"
    assert EXISTING.role_policy_id("reader", "read") == "reader:read"
    assert (
        EXISTING.attachment_id("reader", "arn:aws:iam::aws:policy/X")
        == "reader/arn:aws:iam::aws:policy/X"
    )
    assert EXISTING.insights_id("events", None) == "name:events/index:/123456789012"
    assert EXISTING.insights_id("events", "by-user") == "name:events/index:by-user/123456789012"


def test_what_does_not_live_has_no_import_id():
    assert EXISTING.alarm_id("other") is None
    assert EXISTING.role_id("other") is None
    assert EXISTING.role_policy_id("reader", "other") is None
    assert EXISTING.attachment_id("reader", "arn:aws:iam::aws:policy/Y") is None
    assert EXISTING.insights_id("sessions", None) is None


def test_by_default_nothing_lives():
    assert Existing() == NOTHING
