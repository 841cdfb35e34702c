"""A preview by table, with what is equal told once."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from tablewright.deploy.explanation import explain
from tablewright.deploy.property_changes import PropertyChange
from tablewright.engine.changes import DiffKind, Operation, PropertyDiff
from tablewright.plan.owner import OWNER_TAG
from tablewright.report.formats.values import difference
from tablewright.report.preview import tree as preview_tree
from tablewright.report.preview.outline import outline
from tablewright.resource_kinds import KINDS
from tests.unit.deploy.samples import ALARM, TABLE, adopted_sessions, change, created_alarm

METRIC = {"metricName": "UserErrors", "period": 60, "evaluationPeriods": 1, "threshold": 5,
          "comparisonOperator": "GreaterThanThreshold"}  # fmt: skip
ROLE = "aws:iam/role:Role"


def table(name, **inputs):
    return {"name": name, "hashKey": "id", "attributes": [{"name": "id", "type": "S"}],
            "billingMode": "PAY_PER_REQUEST", **inputs}  # fmt: skip


def created_table(name, **inputs):
    return change(TABLE, name, Operation.CREATE, new_inputs=table(name, **inputs))


def alarm_of(name, table_name, **inputs):
    given = {"name": name, "dimensions": {"TableName": table_name}, **METRIC, **inputs}
    return change(ALARM, name, Operation.CREATE, new_inputs=given)


def retagged(type_, name, before, after):
    def inputs(tags):
        own = table(name) if type_ == TABLE else {"name": name}
        return {**own, "tags": tags}

    return change(
        type_,
        name,
        Operation.UPDATE,
        old_inputs=inputs(before),
        old_outputs=inputs(before),
        new_inputs=inputs(after),
        diffs=(PropertyDiff("tags", DiffKind.UPDATE),),
    )


def shown(changes, *, width=100, verbose=False, colours=False):
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colours,
                      color_system="truecolor" if colours else None)  # fmt: skip
    preview_tree.render(explain(changes), "shop/prod", console, verbose=verbose)
    return out.getvalue()


def fleet(number):
    names = [f"table{place:02}" for place in range(number)]
    around = [alarm_of(f"dynamodb-{name}-user-errors-prod", name) for name in names]
    return [*map(created_table, names), *around]


def test_an_equal_tag_of_many_resources_is_one_line_that_counts_them():
    before, after = {"Owner": "ops"}, {"Owner": "platform"}
    changes = [
        *(retagged(TABLE, f"t{place}", before, after) for place in range(8)),
        *(retagged(ALARM, f"a{place}", before, after) for place in range(16)),
        *(retagged(ROLE, f"r{place}", before, after) for place in range(24)),
    ]
    text = shown(changes)
    assert "48 resources (8 tables, 16 alarms, 24 roles)" in text
    assert "tag: Owner ops → platform" in text
    assert len(text.splitlines()) < 10


def test_verbose_tells_of_each_resource():
    before, after = {"Owner": "ops"}, {"Owner": "platform"}
    text = shown([retagged(ROLE, f"r{place}", before, after) for place in range(24)], verbose=True)
    assert text.count("Owner ops → platform") == 24


def test_what_is_not_shared_stays_with_its_resource():
    changes = [retagged(ROLE, f"r{place}", {}, {"Team": "a"}) for place in range(3)]
    changes.append(retagged(ROLE, "r9", {}, {"Team": "a", "Tier": "gold"}))
    text = shown(changes)
    assert "4 roles: r0, r1, r2 and r9" in text
    assert "role r9" in text
    assert "tag: Tier gold" in text


def test_resources_that_differ_in_their_tables_name_alone_are_told_of_together():
    changes = [alarm_of(f"dynamodb-{name}-user-errors-dev", name) for name in ("events", "users")]
    (section,) = outline(explain(changes))
    assert section.tables == ("events", "users")
    (entry,) = section.entries
    assert entry.subject == "alarm dynamodb-{table}-user-errors-dev"
    assert entry.first.facts[0] == "UserErrors > 5 in 1 minute"


def test_another_threshold_is_told_of_apart():
    changes = [alarm_of("a-users", "users"), alarm_of("a-events", "events", threshold=9)]
    assert [section.tables for section in outline(explain(changes))] == [("events",), ("users",)]


@pytest.mark.parametrize("loss", [Operation.DELETE, Operation.REPLACE])
def test_whatever_is_lost_is_named(loss):
    changes = [
        change(TABLE, f"t{place:02}", loss, old_inputs=table(f"t{place:02}"),
               new_inputs=None if loss is Operation.DELETE else table(f"t{place:02}"))
        for place in range(40)
    ]  # fmt: skip
    text = " ".join(shown(changes).replace("│", "").split())
    assert all(f"t{place:02}" in text for place in range(40))
    assert "40 LOST OR REPLACED" in text


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("number", [3, 40])
def test_a_fleet_fits_a_screen_and_no_name_is_cut(number, width):
    text = shown(fleet(number), width=width)
    assert len(text.splitlines()) < 24
    assert max(map(len, text.splitlines())) <= width
    assert all(f"table{place:02}" in text for place in range(number))
    assert "key id (S)" in text
    assert f"Alarms: $0 → ${number / 10:.2f} a month, at the list price of us-east-1" in text


def test_colours_change_nothing_but_colours():
    coloured = shown(fleet(3), colours=True)
    assert "\x1b[" in coloured
    assert "\x1b[" not in shown(fleet(3))


def test_a_note_is_told_once_and_with_verbose_each_time():
    changes = [*adopted_sessions(), created_alarm()]
    other = [
        replace(each, urn=each.urn.replace("sessions", "users")) for each in adopted_sessions()
    ]
    note = "the first time takes two to three minutes"
    assert shown([*changes, *other], width=400).count(note) == 1
    assert shown([*changes, *other], width=400, verbose=True).count(note) == 2


def test_a_step_tells_its_value_before_and_after_and_what_it_waits_for():
    text = shown(adopted_sessions(), width=400)
    assert "Switch to on demand  provisioned 600 read and 1,000 write units → on demand" in text
    assert "(none) → userId (S) + timestamp (N), ALL  waits: index active" in text


def test_the_owner_is_told_in_words():
    changes = [retagged(ROLE, "r", {}, {OWNER_TAG: "shop/prod"})]
    assert "owned by shop/prod" in shown(changes)
    assert OWNER_TAG not in shown(changes)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("4711", 4711, 'tags.X: "4711" → 4711'),
        (4711, "4711", 'tags.X: 4711 → "4711"'),
        ("true", True, 'tags.X: "true" → true'),
        (None, "null", "tags.X: (none) → null"),
        ("a", "b", "tags.X: a → b"),
        (None, None, "tags.X changes"),
    ],
)
def test_values_that_read_the_same_show_their_types(before, after, text):
    assert difference(PropertyChange("tags.X", before, after)) == text


def test_arns_are_never_cut_and_documents_are_unless_all_is_asked_for():
    arn = f"arn:aws:kms:eu-west-1:123456789012:key/{'k' * 80}"
    document = {"Statement": ["x" * 200]}
    assert arn in difference(PropertyChange("kmsKeyArn", None, arn))
    assert "…" in difference(PropertyChange("policy", None, document))
    assert "x" * 200 in difference(PropertyChange("policy", None, document), uncut=True)


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_a_property_that_does_not_differ_is_not_told_of_and_is_no_cause(type_):
    same = {"serviceNamespace": "dynamodb", "resourceId": "table/orders"}
    (told,) = explain(
        [
            change(
                type_,
                "x",
                Operation.REPLACE,
                old_inputs={**same, "scalableDimension": "a"},
                new_inputs={**same, "scalableDimension": "b"},
                diffs=tuple(
                    PropertyDiff(name, DiffKind.UPDATE, replaces=True)
                    for name in ("serviceNamespace", "scalableDimension")
                ),
                replace_keys=("serviceNamespace", "scalableDimension"),
            )
        ]
    ).changes
    assert [changed.path for changed in told.properties] == ["scalableDimension"]
    assert told.causes == ("scalableDimension",)


@pytest.mark.parametrize(
    ("inputs", "usd"),
    [
        (METRIC, "$0.10 a month"),
        ({**METRIC, "period": 10}, "$0.30 a month"),
        ({"metricQueries": [{"id": f"m{n}", "metric": {"metricName": "SystemErrors", "period": 60}}
                            for n in range(10)]}, "$1.00 a month"),
    ],
)  # fmt: skip
def test_an_alarm_costs_by_the_metrics_that_it_watches(inputs, usd):
    made = change(ALARM, "a", Operation.CREATE, new_inputs={"name": "a", **inputs})
    assert usd in shown([made])


def test_an_alarm_whose_metrics_are_not_known_has_no_price():
    assert "$" not in shown([created_alarm()])
