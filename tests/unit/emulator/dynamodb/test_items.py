"""Shelves and views against plain dictionaries and sorting."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.codec import ValueReader, ValueWriter
from tablewright_emulator.dynamodb.items.partitions import IndexView, Item, KeySchema, Shelf
from tablewright_emulator.dynamodb.table import Table

PLACES = st.tuples(
    st.tuples(st.sampled_from(["a", "b", "c"])), st.tuples(st.integers(0, 9).map(Decimal))
)
CHANGES = st.lists(st.tuples(PLACES, st.booleans()), max_size=40)


def filled(changes) -> tuple[Shelf, dict]:
    shelf, plain = Shelf(), {}
    for number, (place, keep) in enumerate(changes):
        if keep:
            shelf.put(place, number, 10, 10 if place in plain else 0)
            plain[place] = number
        elif place in plain:
            shelf.remove(place, 10)
            del plain[place]
    return shelf, plain


@given(CHANGES)
def test_a_shelf_holds_what_was_put_and_not_removed(changes):
    shelf, plain = filled(changes)
    assert (shelf.count, shelf.size) == (len(plain), 10 * len(plain))
    assert sorted(shelf) == sorted(plain.values())
    assert all(shelf.get(place) == value for place, value in plain.items())
    assert shelf.get((("nobody",), ())) is None


@given(CHANGES, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9), st.booleans(),
       st.none() | st.integers(0, 9))  # fmt: skip
def test_a_partition_is_read_in_order_within_bounds(changes, low, high, forward, after):
    shelf, plain = filled(changes)
    keys = sorted(sort[0] for (partition, sort) in plain if partition == ("a",))
    wanted = [
        key for key in keys
        if (low is None or key >= low) and (high is None or key <= high)
        and (after is None or (key > after if forward else key < after))
    ]  # fmt: skip
    bounds = (None if low is None else (Decimal(low),), None if high is None else (Decimal(high),))
    read = shelf.read(("a",), None if after is None else (Decimal(after),), bounds, forward=forward)
    expected = [plain[("a",), (key,)] for key in wanted]
    assert list(read) == (expected if forward else expected[::-1])


@given(CHANGES, st.integers(1, 5))
def test_segments_cover_a_shelf_once(changes, total):
    shelf, plain = filled(changes)
    seen = [entry for segment in range(total) for entry in shelf.scan(None, segment, total)]
    assert sorted(seen) == sorted(plain.values())


@given(CHANGES)
def test_a_scan_goes_on_behind_any_place(changes):
    shelf, plain = filled(changes)
    whole = list(shelf)
    by_value = {value: place for place, value in plain.items()}
    for position, entry in enumerate(whole):
        assert list(shelf.scan(by_value[entry])) == whole[position + 1 :]


ITEMS = st.fixed_dictionaries(
    {"pk": st.sampled_from(["1", "2", "3"]).map(lambda text: {"S": text})},
    optional={
        "g": st.sampled_from([{"S": "x"}, {"S": "y"}, {"N": "1"}, {"S": ""}]),
        "v": st.sampled_from([{"S": "p"}, {"S": "q"}]),
        "hidden": st.just({"S": "h"}),
    },
)


@given(st.lists(ITEMS | st.sampled_from(["1", "2", "3"]), max_size=25))
def test_an_index_shows_what_it_would_if_it_were_built_anew(changes):
    table = Table(
        name="t",
        attributes=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "g", "AttributeType": "S"},
        ],
        key_schema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    view = kept_in_step = IndexView(
        KeySchema(("g",)), table.keys, table.types, "INCLUDE", frozenset({"v"})
    )
    for change in changes:
        place = ((change["pk"]["S"] if isinstance(change, dict) else change,), ())
        old = table.shelf.get(place)
        new = Item.of(change) if isinstance(change, dict) else None
        before, after = view.entry(old, place), view.entry(new, place)
        writes = len(view.written_sizes(before, after))
        assert writes <= 2
        assert (writes == 0) == ((before and before.attributes) == (after and after.attributes))
        table.write(place, old, new)
        kept_in_step.apply(before, after)
    anew = IndexView(KeySchema(("g",)), table.keys, table.types, "INCLUDE", frozenset({"v"}))
    table.build(anew)
    assert list(kept_in_step.shelf) == list(anew.shelf)
    assert kept_in_step.shelf.size == anew.shelf.size
    writer = ValueWriter()
    line = writer.line(table)
    assert ValueReader(writer.shared).value(line).shelf == table.shelf
