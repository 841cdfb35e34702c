"""What `adopt` could not read is refused by every field, in words that say what to do."""

from __future__ import annotations

import inspect
import json
import re

import pytest

from tablewright import manifest
from tablewright.adopt import replication, specification
from tablewright.errors import ManifestError
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.plan.facets import SETTINGS
from tablewright.plan.facets.attached import INSIGHTS, WHOLE

FIELDS = (
    "recovery",
    "timeToLive",
    "encryption",
    "tableTags",
    "contributorInsights",
    "kinesisDestination",
    "resourcePolicy",
    "streamResourcePolicy",
    "autoScaling",
    "globalTable",
    "alarms",
)


def test_the_fields_are_those_that_can_stay_unread():
    text = inspect.getsource(specification) + inspect.getsource(replication)
    written = {*re.findall(r'"(\w+)"\] = UNREAD', text), *re.findall(r'\{"(\w+)": UNREAD', text)}
    written |= {facet.path for facet in SETTINGS if not facet.is_described}
    written |= {part.path for part in (INSIGHTS, *WHOLE)}
    assert written - {"alarms"} <= {*FIELDS}
    assert len(written) > 6


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_could_not_be_read_says_so(field):
    spec = {"partitionKey": {"name": "id", "type": "S"}, field: UNREAD}
    stack = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Stack",
        "metadata": {"name": "shop"},
        "spec": {"region": "eu-west-1", "environment": "dev", "tags": {"Team": "a"}},
    }
    table = {**stack, "kind": "Table", "metadata": {"name": "orders"}, "spec": spec}
    with pytest.raises(ManifestError) as refused:
        manifest.load_text("\n---\n".join(map(json.dumps, (stack, table))), {})
    [found] = [each for each in refused.value.problems if each.path == f"spec.{field}"]
    assert found.message == "could not be read when the table was adopted"
    assert "adopt the table again, or write the live value" in found.fix
