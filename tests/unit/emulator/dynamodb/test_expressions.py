import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.dynamodb.expressions.condition import read_condition
from tablewright_emulator.dynamodb.expressions.key_condition import (
    arrange,
    key_tests,
    read_key_condition,
)
from tablewright_emulator.dynamodb.expressions.partiql import read_statement
from tablewright_emulator.dynamodb.expressions.paths import project, read_projection
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.expressions.update import read_update
from tablewright_emulator.dynamodb.items.partitions import KeySchema
from tablewright_emulator.moto_backend.reserved_words import reserved_words
from tablewright_emulator.request import AwsFault

ITEM = {
    "pk": {"S": "a"},
    "n": {"N": "5"},
    "t": {"S": "hello"},
    "b": {"B": "YWI="},
    "f": {"BOOL": False},
    "z": {"NULL": True},
    "ss": {"SS": ["x", "y"]},
    "ns": {"NS": ["1", "2"]},
    "l": {"L": [{"N": "1"}, {"S": "two"}, {"M": {"k": {"S": "v"}}}]},
    "m": {"M": {"x": {"N": "1"}, "deep": {"L": [{"S": "in"}]}}},
}
VALUES = {
    ":n4": {"N": "4"}, ":n5": {"N": "5.0"}, ":n6": {"N": "6"}, ":t": {"S": "hello"},
    ":h": {"S": "he"}, ":x": {"S": "x"}, ":two": {"S": "two"}, ":b": {"B": "YQ=="},
    ":f": {"BOOL": False}, ":ss": {"SS": ["y", "x"]}, ":l": {"L": [{"S": "in"}]},
    ":N": {"S": "N"}, ":one": {"N": "1"}, ":m": {"M": {"k": {"S": "v"}}}, ":ns": {"NS": ["2", "3"]},
    ":e": {"L": []}, ":lo": {"SS": ["q"]},
}  # fmt: skip
NAMES = {"#n": "n", "#dot": "m", "#name": "name"}


def holds(text: str, item=ITEM) -> bool:
    return read_condition("ConditionExpression", text, Placeholders(NAMES, VALUES)).holds(item)


@pytest.mark.parametrize(
    "text",
    [
        "n = :n5", "#n = :n5", "n <> :n4", "n > :n4", "n >= :n5", "n < :n6", "n <= :n5",
        "n BETWEEN :n4 AND :n6", "n between :n4 and :n6", "n IN (:n4, :n5)",
        "attribute_exists(pk)", "attribute_not_exists(nothing)", "attribute_type(n, :N)",
        "begins_with(t, :h)", "begins_with(b, :b)", "contains(t, :h)", "contains(ss, :x)",
        "contains(l, :two)", "size(t) = :n5", "size(l) < :n4", "f = :f", "ss = :ss",
        "m.deep = :l", "m.deep[0] <> :x", "#dot.x = :one", "l[2] = :m", "l[2].k <> :x",
        "NOT n = :n4", "not (n = :n4)", "n = :n4 OR t = :t", "n = :n5 AND t = :t",
        "n = :n4 AND t = :t OR f = :f", "f = :f OR n = :n4 AND t = :x", "(n = :n5)",
        "nothing <> :x", "NOT nothing = :x", "NOT nothing < :n6", "NOT n = :t", "NOT n > :t",
        ":n4 < n", "size(nothing) <> :n4", "contains(b, :b)", "NOT contains(n, :n4)",
        "attribute_exists(l[1])", "attribute_not_exists(l[9])", "attribute_not_exists(n.x)",
    ],
)  # fmt: skip
def test_holds(text):
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "n = :n4", "n = :t", "nothing = :x", "nothing < :n6", "nothing BETWEEN :n4 AND :n6",
        "nothing IN (:x)", "begins_with(n, :h)", "begins_with(nothing, :h)", "contains(ns, :two)",
        "attribute_type(nothing, :N)", "f = :x", "size(n) = :n5", "NOT (n = :n5 OR t = :x)",
    ],
)  # fmt: skip
def test_does_not_hold(text):
    assert not holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "n", "n =", "= :n5", "n == :n5", "n = :n5 AND", "(n = :n5", "n = :n5)", "n = 5",
        "n BETWEEN :n4", "n BETWEEN :n4 AND", "n BETWEEN :n6 AND :n4", "n BETWEEN :n4 AND :t",
        "n IN ()", "n IN :n4", "foo(n)", "attribute_exists(:n4)", "attribute_exists(n, t)",
        "begins_with(t, :n4)", "attribute_type(n, :t)", "attribute_type(n, :n4)", "n = :unknown",
        "#unknown = :n4", "name = :n4", "n.:x = :n4", "l[x] = :n4", "l[-1] = :n4", "a..b = :n4",
        "n = n", "size(n", "n = attribute_exists(t)", "n > :f", "n ; t", "n = :n5 n = :n5",
        "NOT", "AND n = :n4", "n = :n4 XOR t = :t", "'x' = :n4", "n = :n5 OR " * 400 + "n = :n5",
        "x" * 5000 + " = :n5",
    ],
)  # fmt: skip
def test_is_refused(text):
    with pytest.raises(AwsFault) as caught:
        holds(text)
    assert (caught.value.code, caught.value.status) == ("ValidationException", 400)
    assert caught.value.message.startswith("Invalid ConditionExpression: ")


@given(st.text(max_size=60) | st.text(alphabet="nt()=<>:#.[]0 ANDORSIZE,", max_size=60))
def test_any_text_is_read_or_refused(text):
    for read in (
        lambda placeholders: read_condition("FilterExpression", text, placeholders).holds(ITEM),
        lambda placeholders: read_update(text, placeholders).apply(ITEM),
        lambda placeholders: read_projection(text, placeholders),
        lambda _: read_statement(text, []),
    ):
        refusals = set()
        try:
            read(Placeholders(NAMES, VALUES))
        except AwsFault as fault:
            refusals = {(fault.code, fault.status)}
        assert refusals <= {("ValidationException", 400)}


def updated(text: str, item=None) -> dict:
    before = ITEM if item is None else item
    kept = str(before)
    after = read_update(text, Placeholders(NAMES, VALUES)).apply(before)
    assert str(before) == kept  # the item that is stored is never changed
    return {name: value for name, value in after.items() if before.get(name) != value}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET fresh = :x", {"fresh": {"S": "x"}}),
        ("SET n = n + :one", {"n": {"N": "6"}}),
        ("SET n = n - :n6", {"n": {"N": "-1"}}),
        ("SET sum_ = :one + :n4", {"sum_": {"N": "5"}}),
        ("SET a = n, n = :one", {"a": {"N": "5"}, "n": {"N": "1"}}),
        ("SET a = if_not_exists(n, :one)", {"a": {"N": "5"}}),
        ("SET a = if_not_exists(zero, :one) + :one", {"a": {"N": "2"}}),
        ("SET c = list_append(if_not_exists(c, :e), :l)", {"c": {"L": [{"S": "in"}]}}),
        ("SET m.x = :x", {"m": {"M": {"x": {"S": "x"}, "deep": ITEM["m"]["M"]["deep"]}}}),
        ("SET l[1] = :x", {"l": {"L": [{"N": "1"}, {"S": "x"}, ITEM["l"]["L"][2]]}}),
        ("SET l[9] = :x", {"l": {"L": [*ITEM["l"]["L"], {"S": "x"}]}}),
        ("REMOVE l[0], l[2]", {"l": {"L": [{"S": "two"}]}}),
        ("REMOVE l[0] SET l[1] = :x", {"l": {"L": [{"S": "x"}, ITEM["l"]["L"][2]]}}),
        ("REMOVE m.deep", {"m": {"M": {"x": {"N": "1"}}}}),
        ("REMOVE nothing, l[7]", {}),
        ("ADD n :one", {"n": {"N": "6"}}),
        ("ADD hits :one", {"hits": {"N": "1"}}),
        ("ADD ns :ns", {"ns": {"NS": ["1", "2", "3"]}}),
        ("DELETE ss :lo", {}),
        ("DELETE ns :ns", {"ns": {"NS": ["1"]}}),
        ("set n=n+:one add hits :one remove t", {"n": {"N": "6"}, "hits": {"N": "1"}}),
    ],
)  # fmt: skip
def test_an_update_changes(text, changed):
    assert updated(text) == changed


def test_the_last_element_of_a_set_takes_the_attribute_with_it():
    after = read_update("DELETE ss :ss", Placeholders(NAMES, VALUES)).apply(ITEM)
    assert "ss" not in after


@pytest.mark.parametrize(
    "text",
    [
        "", "SET", "SET n", "SET n =", "SET n = :unknown", "SET n = nothing", "SET t = t + :one",
        "SET n = :x + :one", "SET n = :one SET t = :x", "SET m = :x, m.x = :x", "SET a.b = :x",
        "SET l.k = :x", "SET n[0] = :x", "REMOVE a.b", "ADD t :one", "ADD n :x", "ADD n n",
        "DELETE n :one", "DELETE ss :ns", "SET n = list_append(n, :e)", "SET n = foo(n)",
        "SET n = if_not_exists(n)", "UPSERT n = :one", "SET n = :one, ", "SET l[0] = :x, l.k = :x",
        "SET n = size(l)", "SET name = :x", "SET a = :x + :one + :one", "REMOVE n = :one",
    ],
)  # fmt: skip
def test_an_update_is_refused(text):
    with pytest.raises(AwsFault) as caught:
        updated(text)
    assert caught.value.code == "ValidationException"


@given(st.integers(-(10**36), 10**36), st.integers(-(10**36), 10**36))
def test_numbers_are_added_exactly(one, other):
    placeholders = Placeholders({}, {":x": {"N": str(other)}})
    item = {"n": {"N": str(one)}}
    assert read_update("SET n = n + :x", placeholders).apply(item)["n"] == {"N": str(one + other)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pk, n", {"pk": {"S": "a"}, "n": {"N": "5"}}),
        ("m.x", {"m": {"M": {"x": {"N": "1"}}}}),
        ("l[2].k, l[0]", {"l": {"L": [{"N": "1"}, {"M": {"k": {"S": "v"}}}]}}),
        ("nothing, m.nothing, n.x, l[9]", {}),
        ("#n", {"n": {"N": "5"}}),
    ],
)
def test_a_projection_shows(text, shown):
    assert project(ITEM, read_projection(text, Placeholders(NAMES, {}))) == shown


@pytest.mark.parametrize("text", ["a, a", "a, a.b", "a[0], a", "a[0], a.b", "a,", ",", "a b"])
def test_a_projection_is_refused(text):
    with pytest.raises(AwsFault, match="Invalid ProjectionExpression"):
        read_projection(text, Placeholders({}, {}))


def test_reserved_words_are_known():
    assert {"NAME", "STATUS", "TIMESTAMP", "ZONE"} <= reserved_words()


# --- key conditions -----------------------------------------------------------------------------

MULTI = KeySchema(("p", "q"), ("r", "s"))
TYPES = dict.fromkeys(("p", "q", "r", "s"), "S")
GAP = (
    "RANGE key attributes r must have equality conditions specified in the query because a "
    "condition is present on key attribute s"
)
TEXTS = {":a": {"S": "a"}, ":b": {"S": "b"}}


def key_condition(text: str):
    params = {"KeyConditionExpression": text}
    return arrange(
        key_tests(params, read_key_condition(params, Placeholders({}, TEXTS))), MULTI, TYPES
    )


@pytest.mark.parametrize(
    ("text", "equal", "operator"),
    [
        ("p = :a AND q = :b", (), None),
        ("q = :b AND p = :a AND r = :a", ("a",), None),
        ("p = :a AND q = :b AND r > :a", (), ">"),
        ("p = :a AND q = :b AND r = :a AND s BETWEEN :a AND :b", ("a",), "BETWEEN"),
        ("p = :a AND q = :b AND r = :a AND begins_with(s, :b)", ("a",), "begins_with"),
        ("p = :a AND q = :b AND r = :a AND :a = s", ("a", "a"), None),
    ],
)
def test_a_key_of_several_attributes_is_read_from_left_to_right(text, equal, operator):
    condition = key_condition(text)
    assert (condition.partition, condition.equal) == (("a", "b"), equal)
    assert (condition.test.operator if condition.test else None) == operator


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p = :a", "Query condition missed key schema element: q"),
        ("p = :a AND q = :b AND s = :a",
         GAP),
        ("p = :a AND q = :b AND x = :a", "Query condition missed key schema element: r"),
        ("p = :a AND q > :b", "Query key condition not supported"),
        ("p = :a AND q = :b AND r > :a AND s = :a",
         GAP),
        ("p = :a AND p = :b", "…KeyConditionExpressions must only contain one condition per key"),
        ("p = :a AND NOT q = :b", "…Invalid operator used in KeyConditionExpression: NOT"),
        ("p = :a AND attribute_exists(q)",
         "…Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("p = :a AND q <> :b", "…Invalid operator used in KeyConditionExpression: <>"),
        ("p = :a AND q IN (:b)", "…Invalid operator used in KeyConditionExpression: IN"),
        ("p = :a AND q.x = :b",
         "…KeyConditionExpressions cannot have conditions on nested attributes"),
        ("p = :a AND size(q) = :b", "…KeyConditionExpressions cannot contain nested operations"),
    ],
)  # fmt: skip
def test_a_key_condition_is_refused(text, message):
    with pytest.raises(AwsFault) as caught:
        key_condition(text)
    assert caught.value.message == message.replace("…", "Invalid KeyConditionExpression: ")


# --- PartiQL ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parameters", "holds_of_item"),
    [
        ("SELECT * FROM t WHERE pk = 'a'", [], True),
        ('select * from "t" where "n" > 4 and not f = true', [], True),
        ("SELECT * FROM t WHERE t = ? OR n IN [1, 2]", [{"S": "hello"}], True),
        ("SELECT * FROM t WHERE nothing IS MISSING AND z IS NULL", [], True),
        ("SELECT * FROM t WHERE n IS NOT MISSING AND t IS NOT NULL", [], True),
        ("SELECT * FROM t WHERE begins_with(t, 'he') AND size(l) = 3", [], True),
        ("SELECT * FROM t WHERE l[1] = 'two' AND m.deep[0] = 'in'", [], True),
        ("SELECT * FROM t WHERE ss = <<'x', 'y'>> AND m.deep = ['in']", [], True),
        ("SELECT * FROM t WHERE n BETWEEN 1 AND 4", [], False),
        ("SELECT * FROM t WHERE t != 'hello'", [], False),
        ("SELECT * FROM t WHERE contains(t, 'it''s')", [], False),
    ],
)
def test_a_select_reads_its_condition(text, parameters, holds_of_item):
    statement = read_statement(text, parameters)
    assert (statement.kind, statement.table) == ("SELECT", "t")
    assert statement.condition is not None
    assert statement.condition.holds(ITEM) is holds_of_item


def test_statements_name_what_they_are_about():
    found = read_statement('SELECT a, m.x FROM "t.1"."by-x" WHERE status = 1', [])
    assert (found.table, found.index, found.paths) == ("t.1", "by-x", (("a",), ("m", "x")))
    text = "INSERT INTO t VALUE {'pk': ?, 'l': [1, {'k': null}], 's': <<1, 2>>, 'e': []}"
    item = read_statement(text, [{"S": "a"}]).item
    assert item == {
        "pk": {"S": "a"},
        "l": {"L": [{"N": "1"}, {"M": {"k": {"NULL": True}}}]},
        "s": {"NS": ["1", "2"]},
        "e": {"L": []},
    }
    text = "UPDATE t SET n = n + 1 SET a = list_append(l, ['x']) REMOVE t, f WHERE pk = 'a'"
    update = read_statement(text, []).update
    assert update is not None
    after = update.apply(ITEM)
    assert (after["n"], len(after["a"]["L"]), "t" in after) == ({"N": "6"}, 4, False)


@pytest.mark.parametrize(
    "text",
    ["", "SELECT", "DROP TABLE t", "SELECT * FROM", "SELECT * FROM t WHERE", "DELETE FROM t",
     "UPDATE t WHERE pk = 'a'", "INSERT INTO t VALUE 'a'", "INSERT INTO t VALUE {'a' 1}",
     "SELECT * FROM t WHERE pk = ?", "SELECT * FROM t WHERE pk = 'a' extra", "SELECT * FROM t; x",
     "INSERT INTO t VALUE {'s': <<1, 'x'>>}", "INSERT INTO t VALUE {'s': [1", "SELECT * FROM t )"],
)  # fmt: skip
def test_a_statement_is_refused(text):
    with pytest.raises(AwsFault) as caught:
        read_statement(text, [])
    assert caught.value.code == "ValidationException"
