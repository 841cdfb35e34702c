"""A replacement that deletes first says what is missing meanwhile, whatever kind it is of."""

from __future__ import annotations

import pytest

from tablewright.deploy.explanation import explain
from tablewright.deploy.preconditions.replacement_gaps import gap
from tablewright.engine import HOLDS_DATA, Operation
from tablewright.report.preview import markdown as preview_markdown
from tablewright.report.preview import preview
from tablewright.resource_kinds import KINDS
from tests.unit.deploy.samples import change
from tests.unit.test_resource_kinds import SAMPLES

POLICY = "aws:appautoscaling/policy:Policy"


def replaced(type_, **news):
    old = {"region": "eu-west-1", **SAMPLES[type_][0]}
    return change(type_, "it", Operation.REPLACE, old_inputs=old, new_inputs={**old, **news})


@pytest.mark.parametrize("type_", sorted(set(KINDS) - HOLDS_DATA))
def test_every_kind_has_a_sentence_for_it(type_):
    assert gap(replaced(type_)).startswith("from the end of the old one")


@pytest.mark.parametrize("type_", sorted(set(KINDS) & HOLDS_DATA))
def test_what_holds_data_is_lost_and_that_is_said_elsewhere(type_):
    assert gap(replaced(type_)) == ""


def test_a_renamed_policy_says_what_does_not_scale_and_where():
    assert gap(replaced(POLICY, name="other")).endswith(
        ", reads of index by-day of orders do not scale"
    )


def test_what_can_stand_beside_the_old_one_leaves_no_gap():
    alarm = "aws:cloudwatch/metricAlarm:MetricAlarm"
    assert gap(replaced(alarm, name="other")) == ""
    assert gap(change(POLICY, "it", Operation.DELETE, old_inputs=SAMPLES[POLICY][0])) == ""


def test_all_forms_of_a_preview_tell_it():
    kinesis = "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
    explanation = explain([replaced(kinesis, streamArn="arn:aws:kinesis:another")])
    words = "changes of orders go to no stream and are not sent later"
    assert words in preview_markdown.markdown(explanation, "shop/dev")
    assert words in preview.change_json(explanation.changes[0])["gap"]
