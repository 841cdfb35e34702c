"""Arguments of programs, held against the models of the manifest they stand for."""

import inspect
from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

import tablewright.components as tw
from tablewright.components.arguments._document import readings
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.manifest import models

ARGUMENTS = [
    it
    for it in (getattr(tw, name) for name in tw.__all__)
    if inspect.isclass(it) and issubclass(it, tw.Arguments) and it is not tw.Arguments
]
ELSEWHERE = {
    # Said in another way: the alarm kinds by key, a projection in two arguments, tables by name.
    tw.AlarmsArgs: {"kinds"},
    tw.GlobalIndex: {"projection", "non_key_attributes"},
    tw.LocalIndex: {"projection", "non_key_attributes"},
    tw.StackArgs: {"tables"},
    tw.Alarm: {"form", "indexes", "operations", "functions"},
    tw.MetricAlarm: {"form", "indexes", "operations", "functions"},
}
NOT_SAID = {
    # Programs have no defaults to switch off, tell environments apart themselves, make their own
    # outputs, say themselves what they import and whose it is, and configure their own provider.
    models.StackSpec: {"account", "defaults", "environments", "outputs", "moved", "ownership"},
    models.TableSpec: {"environments", "only_in_environments"},
    models.AccessRole: {"adopt"},
    models.Alarm: {"adopt", "enabled"},
    models.MetricAlarm: {"adopt", "enabled"},
    models.Dashboard: {"adopt", "enabled"},
    models.Encryption: {"type"},
    models.Alarms: set(get_args(tw.AlarmKind)),
    models.GlobalSecondaryIndex: {"projection"},
    models.LocalSecondaryIndex: {"projection"},
}


def said(arguments):
    return arguments.document(OutputPlaceholders())


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda it: it.__name__)
def test_arguments_say_all_that_a_manifest_can_say_and_nothing_else(arguments):
    stood_for = {reading.field for reading in readings(arguments).values()}
    stood_for -= ELSEWHERE.get(arguments, set())
    in_manifest = set(arguments.model.model_fields) - NOT_SAID.get(arguments.model, set())
    assert stood_for == in_manifest


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda it: it.__name__)
def test_the_documentation_of_arguments_names_each_that_is_not_plain(arguments):
    documented = arguments.__doc__ or ""
    if "Args:" not in documented:
        assert len(fields(arguments)) <= 6
        return
    inherited = (
        {it.name for it in fields(arguments.__base__)} if arguments is not tw.Alarm else set()
    )
    names = {it.name for it in fields(arguments)} - inherited
    assert {name for name in names if name not in documented} == set()


def test_alarm_kinds_are_those_of_the_manifest():
    kinds = {
        name
        for name, field in models.Alarms.model_fields.items()
        if name not in {"metrics", "alarm_actions", "ok_actions", "insufficient_data_actions"}
    }
    assert set(get_args(tw.AlarmKind)) == kinds


def test_stack_alarm_kinds_are_those_of_the_manifest():
    kinds = set(models.StackAlarms.model_fields) - {
        "alarm_actions",
        "ok_actions",
        "insufficient_data_actions",
    }
    assert set(get_args(tw.StackAlarmKind)) == kinds


def test_settings_of_particular_alarms_are_known_to_the_manifest():
    particular = {
        models.ErrorsAlarm,
        models.IndexedAlarm,
        models.LatencyAlarm,
        models.FunctionAlarm,
    }
    known = {name for model in particular for name in model.model_fields}
    assert known - set(models.Alarm.model_fields) == ELSEWHERE[tw.Alarm]


def test_all_arguments_are_frozen_dataclasses():
    assert all(is_dataclass(it) and it.__dataclass_params__.frozen for it in ARGUMENTS)


def test_what_is_not_said_is_left_out():
    assert said(tw.Ceilings(read=10)) == {"max_read_request_units": 10}


def test_a_projection_is_one_block():
    index = tw.GlobalIndex(
        "by-user", tw.Key("userId"), projection="INCLUDE", non_key_attributes=["a"]
    )
    assert said(index)["projection"] == {"type": "INCLUDE", "non_key_attributes": ["a"]}


def test_a_projection_of_all_names_no_attributes():
    index = tw.LocalIndex("by-time", tw.Key("time", "N"))
    assert said(index)["projection"] == {"type": "ALL"}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (5, {"threshold": 5}),
        (True, {"enabled": True}),
        (False, {"enabled": False}),
        (tw.Alarm(period=300), {"period": 300}),
    ],
)
def test_an_alarm_may_be_asked_for_by_its_threshold_alone(asked, meant):
    assert said(tw.AlarmsArgs({"user_errors": asked})) == {"user_errors": meant}


@pytest.mark.parametrize(
    ("encryption", "meant"),
    [
        ("AWS_MANAGED", {"type": "AWS_MANAGED"}),
        (tw.CustomerKey("arn:key"), {"type": "CUSTOMER", "kms_key_arn": "arn:key"}),
    ],
)
def test_encryption_is_a_word_or_a_key(encryption, meant):
    args = tw.TableArgs(tw.Key("id"), encryption=encryption)
    assert said(args)["encryption"] == meant


@pytest.mark.parametrize(
    ("insights", "meant"),
    [
        (True, {"enabled": True}),
        (False, {"enabled": False}),
        ("THROTTLED_KEYS", {"mode": "THROTTLED_KEYS"}),
    ],
)
def test_insights_are_a_switch_or_a_mode(insights, meant):
    args = tw.TableArgs(tw.Key("id"), insights=insights)
    assert said(args)["contributor_insights"] == meant


@pytest.mark.parametrize(("days", "meant"), [(35, {"days": 35}), (0, {"enabled": False})])
def test_recovery_is_a_number_of_days(days, meant):
    assert said(tw.TableArgs(tw.Key("id"), recovery_days=days))["recovery"] == meant


def test_a_stream_is_its_view_and_expiry_its_attribute():
    args = said(tw.TableArgs(tw.Key("id"), stream="KEYS_ONLY", expires_by="expiresAt"))
    assert args["stream"] == {"view_type": "KEYS_ONLY"}
    assert args["time_to_live"] == {"attribute_name": "expiresAt"}
