"""What is rendered for a table is read back as the same table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tablewright.components.existing import Existing
from tablewright.components.rendering import RenderContext
from tablewright.components.rendering.table import table_args
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)
from tablewright.provider.dynamodb.properties import table_from_inputs

NAMES = st.text("abcXYZ019_.-", min_size=3, max_size=12)
ATTRIBUTES = ("a", "b", "c", "d", "e", "f")
UNITS = st.integers(1, 40_000)
THROUGHPUT = st.builds(Throughput, UNITS, UNITS)
MAXIMUM = st.builds(OnDemandMaximum, st.none() | UNITS, st.none() | UNITS)
PROJECTIONS = st.one_of(
    st.sampled_from([Projection("ALL"), Projection("KEYS_ONLY")]),
    st.builds(
        Projection,
        st.just("INCLUDE"),
        st.frozensets(st.sampled_from(["x", "y", "z", *ATTRIBUTES]), min_size=1),
    ),
)
ENCRYPTIONS = st.one_of(
    st.sampled_from([Encryption("AWS_OWNED"), Encryption("AWS_MANAGED")]),
    st.builds(Encryption, st.just("CUSTOMER"), NAMES.map("arn:aws:kms:x:1:key/{}".format)),
)
VIEWS = st.sampled_from([None, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])
CLASSES = st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])


@st.composite
def keys(draw, most_partition=1, most_sort=1):
    names = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, unique=True))
    partition = draw(st.integers(1, min(most_partition, len(names))))
    sort = draw(st.integers(0, min(most_sort, len(names) - partition)))
    return Key(tuple(names[:partition]), tuple(names[partition : partition + sort]))


def global_indexes(*, provisioned):
    return st.builds(
        GlobalIndex,
        name=NAMES,
        key=keys(4, 4),
        projection=PROJECTIONS,
        throughput=THROUGHPUT if provisioned else st.none(),
        on_demand_maximum=st.none() if provisioned else MAXIMUM,
        warm_throughput=st.none() | THROUGHPUT,
    )


@st.composite
def tables(draw):
    """Any table that a manifest can declare."""
    provisioned = draw(st.booleans())
    key = draw(keys())
    local = [
        LocalIndex(name, Key(key.partition, (draw(st.sampled_from(ATTRIBUTES)),)), projection)
        for name, projection in draw(st.dictionaries(NAMES, PROJECTIONS, max_size=3)).items()
    ]
    indexes = draw(
        st.lists(global_indexes(provisioned=provisioned), max_size=4, unique_by=lambda it: it.name)
    )
    used = {name for it in (*local, *indexes) for name in it.key.names} | set(key.names)
    return Table(
        name=draw(NAMES),
        key=key,
        attributes={name: draw(st.sampled_from("SNB")) for name in sorted(used)},
        billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        throughput=draw(THROUGHPUT) if provisioned else None,
        global_indexes=tuple(indexes),
        local_indexes=tuple(local),
        stream=Stream(draw(VIEWS)),
        encryption=draw(ENCRYPTIONS),
        recovery=Recovery(draw(st.integers(0, 35))),
        time_to_live=TimeToLive(draw(st.none() | NAMES)),
        table_class=draw(CLASSES),
        deletion_protection=draw(st.booleans()),
        on_demand_maximum=None if provisioned else draw(MAXIMUM),
        warm_throughput=draw(st.none() | THROUGHPUT),
    )


def wire(value):
    """Arguments as the engine carries them: names in camel case."""
    if isinstance(value, dict):
        return {_camel(key): wire(item) for key, item in value.items()}
    return [wire(item) for item in value] if isinstance(value, list) else value


def _camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def meaning(table):
    """What two tables must share to be the same: the order of indexes is none of it, nor whether
    no ceiling is said or silent."""

    def settled(index):
        return replace(index, on_demand_maximum=index.on_demand_maximum or OnDemandMaximum())

    def sorted_indexes(indexes):
        return tuple(sorted(indexes or (), key=lambda it: it.name))

    return replace(
        settled(table),
        global_indexes=tuple(settled(it) for it in sorted_indexes(table.global_indexes)),
        local_indexes=sorted_indexes(table.local_indexes),
    )


@given(tables())
def test_a_rendered_table_is_read_back_as_the_same_table(table):
    rendered = wire(table_args(DeclaredTable(table), RenderContext()))
    assert meaning(table_from_inputs(rendered)) == meaning(table)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_indexes_in_a_manifest_means_nothing(table, random):
    indexes = list(table.global_indexes)
    random.shuffle(indexes)
    shuffled = replace(table, global_indexes=tuple(indexes))
    assert table_args(DeclaredTable(shuffled), RenderContext()) == table_args(
        DeclaredTable(table), RenderContext()
    )


@given(tables(), tables())
def test_a_ceiling_that_lives_becomes_the_declared_one_or_none(table, other):
    live = replace(other, name=table.name)
    place = RenderContext(existing=Existing(tables={table.name: live}))
    read = table_from_inputs(wire(table_args(DeclaredTable(table), place)))
    if live.on_demand_maximum not in (None, OnDemandMaximum()):
        assert read.on_demand_maximum == table.on_demand_maximum
