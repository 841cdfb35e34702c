"""Tables that come into a stack that is there, and under what a company says for all stacks."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tablewright.adopt.adoption import AdoptedStack, adopt
from tablewright.adopt.comparison import differences
from tablewright.adopt.destination import Destination
from tablewright.adopt.document import joined
from tablewright.errors import ManifestError, UsageError
from tablewright.fleet.live import LiveTable
from tablewright.manifest import StackManifest, load_text
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.survey import StackSurvey, surveyed_stacks
from tablewright.plan.declaration.declare import declare
from tablewright.plan.table import Recovery
from tests.unit.adopt.live_tables import ACCOUNT, OTHER_REGION, REGION, living
from tests.unit.adopt.test_adoption import PLAIN, alarm

SHOP = f"""\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {{name: shop}}
spec:
  region: {REGION}
  environment: prod
  mandatoryTags: [Team]
  tags: {{Team: shop, Origin: hand}}
  defaults:
    billingMode: PROVISIONED
    provisionedThroughput: {{readCapacityUnits: 1, writeCapacityUnits: 1}}
    recovery: {{days: 7}}
    encryption: {{type: AWS_MANAGED}}
    timeToLive: {{attributeName: until}}
    alarms: {{systemErrors: {{threshold: 5}}, latency: {{threshold: 9}}}}
    access: [read, write]
  environments:
    prod: {{defaults: {{deletionProtection: true, stream: {{viewType: KEYS_ONLY}}}}}}
  outputs: [{{name: cart, value: tableArn, table: carts}}]
"""
CARTS = """\
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: carts}
spec: {partitionKey: {name: id, type: S}}
"""
POLICY = """\
apiVersion: tablewright.dev/v1
kind: StackPolicy
metadata: {name: company}
spec:
  minimumRecoveryDays: 35
  deletionProtection: true
  encryption: [CUSTOMER, AWS_MANAGED]
  alarms: [systemErrors, readThrottles]
  tagValues: {Team: [shop, pay]}
  mandatoryTags: [DataClass]
"""
DEFAULTS = """\
apiVersion: tablewright.dev/v1
kind: StackDefaults
metadata: {name: company}
spec:
  enforcedTags: {Owner: platform}
  defaults: {encryption: {type: AWS_MANAGED}, recovery: {days: 35}, access: [read]}
"""
LINES = {
    "recovery: {days: 35}",
    "deletionProtection: true",
    "encryption: {type: AWS_MANAGED}",
    "alarms: {systemErrors: {}}",
    "alarms: {readThrottles: {}}",
}


def surveyed(*texts: str) -> StackSurvey:
    roots = [
        root
        for number, text in enumerate(texts)
        for root in compose(text, f"{number}/stack.yaml").documents
    ]
    found = surveyed_stacks(roots, [], {}, None)
    assert found.problems == ()
    return found


def bare(**changes: object) -> LiveTable:
    """A table as it grew by hand."""

    given = {"recovery": Recovery(0), "deletion_protection": False, "tags": {"Team": "b"}}
    return living(replace(PLAIN, **{**given, **changes}))


def added(live: LiveTable, *texts: str, meet_policy: bool = False) -> AdoptedStack:
    alarms = {(ACCOUNT, REGION): [alarm()]}
    [stack] = adopt([live], alarms, Destination(surveyed(*texts)), meet_policy=meet_policy)
    return stack


def test_what_is_added_to_a_stack_takes_no_default_of_it_and_changes_nothing_but_tags():
    live = bare()
    stack = added(live, joined([SHOP, CARTS]))
    assert (stack.name, stack.environment, stack.text, [*stack.files]) == (
        "shop", "prod", "", ["events.yaml"],
    )  # fmt: skip
    [table] = stack.tables
    assert table.left_out == ()
    declared = declare(load_text(joined([SHOP, CARTS, stack.stream]), {}))
    [events] = [table for table in declared.tables if table.table.name == "events"]
    found = differences(events, live, {}, {})
    assert sorted(found) == ["alarm hot", "tags"], "an alarm that is there is written down"
    assert events.adopt
    assert not events.roles
    assert table.tags_of_import == {"Origin": "hand"}


def test_a_table_that_is_declared_already_is_known_by_its_name_in_aws_and_its_file():
    named = CARTS.replace("spec: {", "spec: {tableName: '{stack}-carts', ")
    [stack] = surveyed(joined([SHOP, named])).stacks
    assert stack.tables == {"shop-carts": "0/stack.yaml"}


def test_a_company_s_defaults_are_kept_away_from_a_new_stack_and_its_tags_are_told():
    live = bare()
    stack = added(live, DEFAULTS)
    [table] = stack.tables
    assert "encryption: null" in table.text
    assert table.tags_of_import == {"Owner": "platform"}
    assert "sets tags" in stack.text
    [declared] = declare(read(DEFAULTS, stack.stream)).tables
    assert declared.adopt
    assert sorted(differences(declared, live, {}, {})) == ["alarm hot", "tags"]


def read(*texts: str) -> StackManifest:
    return load_text(joined(texts), {})


def test_what_a_policy_demands_is_told_with_each_line_that_is_missing():
    [table] = added(bare(), joined([SHOP, CARTS]), POLICY).tables
    assert {demand.line for demand in table.demands if demand.line} == LINES
    by_hand = [str(demand) for demand in table.demands if not demand.line]
    [tag] = by_hand
    assert "demands the tag `DataClass`" in tag
    for line in LINES:
        assert f"#   {line}\n" in table.text
    advised = [remark.line for remark in table.advice]
    assert not {line.partition(":")[0] for line in advised} & {"recovery", "deletionProtection"}


def test_meeting_a_policy_writes_what_leaves_no_choice_and_says_the_rest():
    stack = added(bare(), joined([SHOP, CARTS]), POLICY, meet_policy=True)
    [table] = stack.tables
    assert {demand.line for demand in table.met} == LINES
    assert [demand.line for demand in table.demands] == [""] * len(table.demands)
    with pytest.raises(ManifestError) as refused:
        read(SHOP, POLICY, CARTS, stack.stream)
    of_events = [problem for problem in refused.value.problems if problem.line > 50]
    assert {problem.path for problem in of_events} <= {"spec.tags"}


def test_a_policy_for_other_environments_demands_nothing():
    of_dev = POLICY.replace("  minimum", "  environments: [dev]\n  minimum")
    stack = added(bare(), joined([SHOP, CARTS]), of_dev)
    assert stack.tables[0].demands == ()


@pytest.mark.parametrize(
    ("texts", "given", "region", "word"),
    [
        ((SHOP,), {}, OTHER_REGION, f"0 declares shop/prod ({REGION}) already, and"),
        ((SHOP,), {"name": "cart"}, REGION, "need another stack, to be called cart"),
        ((SHOP, SHOP.replace("shop", "pay")), {}, REGION, "several stacks in"),
        ((joined([SHOP, SHOP.replace("shop", "pay")]),), {"name": "pay"}, REGION, "be of none"),
        ((SHOP,), {"many_accounts": True}, REGION, "need another stack"),
    ],
)
def test_a_destination_in_which_no_one_stack_is_meant_is_refused(texts, given, region, word):
    destination = Destination(surveyed(*texts), folder=Path("0"), **given)
    with pytest.raises(UsageError, match=re.escape(word)):
        head(destination, region=region)


def head(destination: Destination, added_name: str = "adopted", region: str = REGION):
    return destination.head(ACCOUNT, region, added_name, apart=False, has_planned=False)


def test_the_stack_that_is_meant_goes_by_name_then_by_account_and_region():
    pay = SHOP.replace("shop", "pay")
    assert head(Destination(surveyed(SHOP, pay), name="pay")).name == "pay"
    assert head(Destination(surveyed(SHOP, pay)), "shop").name == "shop", "it was adopted before"
    owned = SHOP.replace("  tags", f'  account: "{ACCOUNT}"\n  tags')
    assert head(Destination(surveyed(owned), many_accounts=True)).name == "shop"
    other = owned.replace(ACCOUNT, "999999999999")
    assert head(Destination(surveyed(other, pay))).name == "pay"


def test_a_new_stack_may_stand_above_others_of_other_regions():
    destination = Destination(surveyed(SHOP), folder=Path("tables"))
    written = head(destination, "adopted-elsewhere", OTHER_REGION)
    assert (written.declared, written.name) == (None, "adopted-elsewhere")
    assert written.model.spec.region == OTHER_REGION
