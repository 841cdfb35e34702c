"""What is written for any live table, read back, declares exactly that table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tablewright.adopt.adoption import AdoptedStack, adopt
from tablewright.adopt.comparison import differences
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.manifest import load_text
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.table import Table
from tests.unit.adopt.live_tables import ACCOUNT, REGION, alarms, global_tables, live_tables


def declared(stack: AdoptedStack) -> DeclaredTable:
    """What the text means, read by the loader that reads everybody's manifests."""
    [table] = declare(load_text(stack.stream, {})).tables
    return table


def without_warmth(table: Table) -> Table:
    """Warm throughput is not written down: AWS reports it for every table and never lowers it."""
    indexes = tuple(replace(index, warm_throughput=None) for index in table.global_indexes or ())
    return replace(table, global_indexes=indexes, warm_throughput=None)


@given(live_tables())
def test_what_is_written_declares_what_lives(live: LiveTable):
    [stack] = adopt([live], {})
    said = declared(stack)
    assert said.adopt
    assert said.table == without_warmth(live.table)
    assert set(said.insights) == set(live.reading.insights)
    assert len(said.scaling) == len(live.scaling)
    assert (said.resource_policy, said.stream_policy) == (live.policy, live.stream_policy)
    assert (said.kinesis is not None) == bool(live.kinesis)
    assert differences(said, live, {}, {}) == []
    assert stack.tables[0].left_out == ()
    assert stack.exit_status == 0


@given(live_tables(), st.data())
def test_alarms_are_written_with_their_table(live: LiveTable, data: st.DataObject):
    names = data.draw(
        st.lists(st.sampled_from(["a b", "a-b", "yes", "$1 $x", "ü: #"]), unique=True)
    )
    living = [data.draw(alarms(live.name, name)) for name in names]
    [stack] = adopt([live], {(ACCOUNT, REGION): living})
    said = {alarm.name: alarm for alarm in declared(stack).alarms}
    assert said == {one.alarm.name: same(one, said[one.alarm.name].key) for one in living}
    assert stack.tables[0].left_out == ()


def same(live: LiveAlarm, key: str):
    return replace(live.alarm, key=key)


@given(global_tables())
def test_a_global_table_is_written_with_what_its_replica_has_of_its_own(
    members: tuple[LiveTable, LiveTable],
):
    home, copy = members
    [stack] = adopt([copy, home], {})
    said = declared(stack)
    assert said.table == without_warmth(home.table)
    assert said.global_table is not None
    [replica] = said.global_table.replicas
    assert replica.recovery == copy.table.recovery
    assert dict(replica.tags) == copy.table.tags
    assert differences(said, home, {copy.region: copy}, {}) == []
    assert stack.tables[0].left_out == ()
