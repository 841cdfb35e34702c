"""A preview as people and machines read it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal

from rich.console import Console

from tablewright.cost.pricing.rates import Rate, RateChange
from tablewright.deploy.explanation import Explanation, explain
from tablewright.engine.changes import Operation
from tablewright.report.formats.values import difference
from tablewright.report.preview import preview
from tablewright.report.preview import tree as preview_tree
from tests.unit.deploy.samples import (
    ALARM,
    TABLE,
    adopted_sessions,
    change,
    created_alarm,
    replaced_table,
)

IDENTITY = {"stack": "analytics/dev", "target": "sandbox", "region": "ap-southeast-2"}


def text(explanation):
    out = io.StringIO()
    preview_tree.render(explanation, "analytics/dev", Console(file=out, width=100))
    return out.getvalue()


def test_each_step_is_shown_with_its_risk_and_the_summary_says_that_nothing_is_lost():
    shown = text(explain([*adopted_sessions(), created_alarm()]))
    assert "table sessions  import and update" in shown
    assert "slow        Build index userId-timestamp-index" in shown
    assert "+   alarm dynamodb-sessions-user-errors-dev" in shown
    assert "nothing replaced, nothing deleted" in shown


def test_what_a_table_is_charged_by_anew_is_named_though_it_is_one_charge():
    (table,) = explain(adopted_sessions()).changes
    recovery = RateChange(Rate("recovery", "a GB-month"), None, Decimal("0.228"))
    assert "recovery $0.228 a GB-month" in text(Explanation((replace(table, rates=(recovery,)),)))
    (alarm,) = explain([created_alarm()]).changes
    monthly = RateChange(Rate("alarm", "a month"), None, Decimal("0.10"))
    assert "  $0.10 a month\n" in text(Explanation((replace(alarm, rates=(monthly,)),)))


def test_a_replacement_shouts_and_names_the_property():
    shown = text(explain([replaced_table()]))
    assert "because of partitionKey" in shown
    assert "1 LOST OR REPLACED" in shown
    assert "nothing replaced" not in shown


def test_only_what_holds_items_counts_as_lost():
    gone = [change(kind, "a", Operation.DELETE) for kind in (ALARM, TABLE)]
    assert "1 to delete, 0 unchanged, no item lost" in text(explain(gone[:1]))
    assert "1 LOST OR REPLACED" in text(explain(gone))


def test_nothing_to_do_is_one_plain_line_that_says_whether_what_lives_was_read():
    assert preview.summary(Explanation((), unchanged=31, compared=True)) == (
        "No changes: 31 resources match the declaration, live settings included."
    )
    assert preview.summary(Explanation((), unchanged=31)) == (
        "No changes: 31 resources match the recorded state; live drift was not checked "
        "(--refresh checks it)."
    )


def test_json_carries_all_that_the_text_says():
    made = json.loads(json.dumps(preview.as_json(explain(adopted_sessions()), IDENTITY)))
    (change,) = made["changes"]
    assert change["actions"] == ["import", "update"]
    assert change["steps"][0]["operation"] == "UpdateTable"
    assert made["counts"] == {"import and update": 1}


def test_long_values_are_cut_and_absent_ones_said():
    (change,) = explain([replaced_table()]).changes
    (property_change,) = change.properties
    assert difference(property_change) == "partitionKey: id → userId"
