"""What a run has done, and what is recorded, as people and machines read it."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from tablewright.deploy.explanation import Explanation, explain
from tablewright.deploy.outcome import DeploymentOutcome
from tablewright.engine import Operation
from tablewright.report.formats.number import number_of
from tablewright.report.runs import outcome
from tablewright.report.runs.status import lines
from tests.unit.deploy.samples import TABLE, adopted_sessions, change, created_alarm

TITLE = "analytics/dev on sandbox blue (eu-west-1)"
STATUS = {
    "stack": "analytics/dev",
    "target": "sandbox",
    "region": "eu-west-1",
    "backend": "file:///states",
    "deployed": True,
    "resources": 1,
    "tables": {"events": "events"},
    "unfinished": {},
    "runs": [],
}
RUN = {"user": "me", "host": "here", "pid": 7, "since": "2026-01-31T12:00:00+00:00"}


def ran(*changes):
    return DeploymentOutcome(explain(changes), {}, 1.25)


def drift(*changes):
    out = io.StringIO()
    outcome.render_drift(explain(changes), "analytics/dev", Console(file=out, width=100))
    return out.getvalue()


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [(0, "item", "0 items"), (1, "table", "1 table"), (2, "policy", "2 policies")],
)
def test_things_are_counted_as_people_count_them(count, noun, text):
    assert number_of(count, noun) == text


def test_a_run_is_told_in_the_past_tense():
    told = outcome.done(ran(*adopted_sessions(), created_alarm()))
    assert told == "Done in 1.2 s: 1 imported and updated, 1 created."


def test_a_run_without_changes_says_whether_it_looked_at_what_lives():
    recorded = outcome.done(DeploymentOutcome(Explanation(()), {}, 0.5))
    assert recorded.endswith("no changes; live drift was not checked (--refresh checks it).")
    compared = outcome.done(DeploymentOutcome(Explanation((), compared=True), {}, 0.5))
    assert compared.endswith("no changes.")


def test_a_run_as_json_says_what_was_done_and_not_what_is_planned():
    made = json.loads(json.dumps(outcome.as_json(ran(created_alarm()), STATUS)))
    assert made["counts"] == {"create": 1}
    assert made["seconds"] == 1.25
    assert "Plan" not in made["summary"]


def test_a_refresh_tells_what_differed_and_what_is_gone():
    said = drift(change(TABLE, "events", Operation.DELETE, old_inputs={"name": "events"}))
    assert "table events is gone" in said
    assert "1 resource differed" in said
    assert "Everything is as recorded" in drift()


def test_the_status_leaves_out_what_is_empty():
    assert list(lines(STATUS, TITLE)) == [
        "analytics/dev on sandbox blue (eu-west-1)",
        "state: file:///states",
        "deployed: 1 resource",
        "  table events",
    ]
    assert list(lines({**STATUS, "deployed": False}, TITLE))[-1] == "not deployed"


@pytest.mark.parametrize(
    ("alive", "said"),
    [(True, "a run is under way"), (None, "a run is under way"), (False, "left behind")],
)
def test_the_status_says_who_holds_the_stack(alive, said):
    *_, last = lines({**STATUS, "runs": [{**RUN, "alive": alive}]}, TITLE)
    assert last.startswith(said)
    assert "me@here (process 7)" in last


def test_the_status_says_why_something_is_unfinished():
    *_, last = lines({**STATUS, "unfinished": {"events": "AWS said no"}}, TITLE)
    assert last == "unfinished: events: AWS said no"
    *_, tenth, rest = lines({**STATUS, "unfinished": dict.fromkeys("abcdefghijklm", "why")}, TITLE)
    assert (tenth, rest) == ("unfinished: j: why", "unfinished: 3 more")
