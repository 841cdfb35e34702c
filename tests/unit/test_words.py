"""The rules about names that `make check` holds."""

import ast

import pytest

from scripts.words import class_faults, local_faults


@pytest.mark.parametrize(
    "source",
    [
        "found = []",
        "for each in tables: pass",
        "[one for one in tables]",
        "def rows(lives): pass",
        "lambda it: it",
        "with table as theirs: pass",
        "match table:\n    case said: pass",
        "try: pass\nexcept ValueError as told: pass",
    ],
)
def test_a_name_that_is_no_noun_is_refused_wherever_it_is_bound(source):
    (fault,) = local_faults("src/tablewright/plan/a.py", ast.parse(source))
    assert fault.endswith("does not say what it is: take a noun")


def test_nouns_and_attributes_are_let_be():
    tree = ast.parse("tables = [row.found for row in rows]\nreport.found = tables")
    assert list(local_faults("a.py", tree)) == []


def classes(*paths, name="Table"):
    return list(class_faults({path: ast.parse(f"class {name}: pass") for path in paths}))


def test_a_class_name_stands_for_one_thing():
    (fault,) = classes("src/tablewright/deploy/a.py", "src/tablewright/engine/b.py")
    assert fault == (
        "src/tablewright/deploy/a.py: class Table is defined in src/tablewright/engine/b.py as well"
    )


def test_layers_have_forms_of_one_thing_each_one():
    forms = ("manifest/models", "manifest/planton", "components", "plan", "provider/dynamodb")
    paths = [f"src/tablewright/{form}/table.py" for form in forms]
    assert classes(*paths) == []
    assert classes(*paths, "src/tablewright/plan/other.py") != []
    assert classes(*paths, "src/tablewright/deploy/other.py") != []


def test_private_classes_may_share_a_name():
    assert classes("src/tablewright/deploy/a.py", "src/tablewright/plan/b.py", name="_Writer") == []
