"""The rules about names that `make check` holds."""

import ast
import re
from pathlib import Path

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


ROOT = Path(__file__).parents[2]
NOT_SAID = re.compile(
    r"\b(mend|cure|what lives|take it away|take it back|live on|by the way|encrypted anew"
    r"|say that you mean|do this\?|put \w+ off)\b",
    re.IGNORECASE,
)
"""Words of our own that readers stumbled over; CONTRIBUTING says what to write."""


def texts():
    for path in (ROOT / "src" / "tablewright").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        is_help = path.name.endswith("_command.py")
        own = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and not is_help}
        for node in {*ast.walk(tree)} - own:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.name}:{node.lineno}", node.value
    for path in (ROOT / "docs").glob("*.md"):
        yield path.name, path.read_text("utf-8")


def test_what_people_read_is_said_in_their_words():
    assert NOT_SAID.search("What lives is read")
    stumbled = [(place, match[0]) for place, text in texts() if (match := NOT_SAID.search(text))]
    assert stumbled == []
