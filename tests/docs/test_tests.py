"""A test that cannot fail proves nothing: each asserts, itself or through a helper of the tests."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
ASSERTING = {"raises", "warns", "fail", "run_state_machine_as_test"}
"""Of pytest and Hypothesis."""


@cache
def trees() -> Mapping[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in TESTS.rglob("*.py")}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def called(function: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls
    }


def asserts(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(function)) or bool(
        called(function) & ASSERTING
    )


def test_every_test_asserts_something():
    every = {path: [*functions(tree)] for path, tree in trees().items()}
    asserting = {id(each) for of_file in every.values() for each in of_file if asserts(each)}
    helpers = {
        each.name
        for of_file in every.values()
        for each in of_file
        if id(each) in asserting and not each.name.startswith("test_")
    }
    lacking = []
    for path, of_file in every.items():
        calls = {id(each): called(each) for each in of_file}
        near = helpers | {each.name for each in of_file if calls[id(each)] & helpers}
        lacking += [
            f"{path.relative_to(TESTS)}: {each.name}"
            for each in of_file
            if each.name.startswith("test_")
            and id(each) not in asserting
            and not calls[id(each)] & near
        ]
    assert lacking == []


def test_nothing_is_compared_with_itself_or_asserted_as_it_stands():
    empty = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and cannot_fail(node.test)
    ]
    assert empty == []


def cannot_fail(test: ast.expr) -> bool:
    """`assert True`, `assert a == a`, and a module that has its name."""
    if isinstance(test, ast.Compare) and len(test.comparators) == 1:
        left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
        pure = not any(isinstance(node, ast.Call) for node in ast.walk(test))
        return (pure and left == right) or left == f"{right.strip(chr(39))}.__name__"
    return isinstance(test, ast.Constant) and bool(test.value)
