"""The examples of the page about components run, and its tables are true."""

import re
from pathlib import Path

import pytest

import tablewright.components as tw

PAGE = Path(__file__).parents[3] / "docs" / "components.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
STANDARD_OUTPUTS = {
    "tableNames",
    "tableArns",
    "streamArns",
    "tables",
    "roleArns",
    "alarmArns",
}


@pytest.fixture
def example(deploy):
    def run(number):
        code = compile(EXAMPLES[number], f"{PAGE.name}, example {number}", "exec")
        return deploy(lambda: exec(code, {"__name__": "__main__"}))  # noqa: S102

    return run


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(example, number):
    assert example(number).resources


def test_the_page_has_examples():
    assert len(EXAMPLES) == 6


def test_the_first_example_exports_what_the_table_of_outputs_says(example):
    documented = set(
        re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ", PAGE.read_text("utf-8"), re.MULTILINE)
    )
    names = {name for cell in documented for name in re.findall(r"`(\w+)`", cell)}
    assert set(example(0).exports) == STANDARD_OUTPUTS
    assert names >= STANDARD_OUTPUTS


def test_the_example_in_the_packages_documentation_runs(deploy):
    [code] = re.findall(r"(?m)^    import.*?(?=^\S)", tw.__doc__, re.DOTALL)
    lines = "\n".join(line.removeprefix("    ") for line in code.splitlines())
    assert deploy(lambda: exec(lines, {})).exports["tableNames"] == ["sessions"]  # noqa: S102


def test_every_type_of_resource_is_in_the_table_of_names(example):
    types = {
        it.type
        for number in range(len(EXAMPLES))
        for it in example(number).resources
        if not it.type.startswith(("aws:kms", "aws:sns", "pulumi:"))
    }
    text = PAGE.read_text("utf-8")
    assert {it for it in types if f"`{it}`" not in text} == set()


def test_what_is_exported_is_sorted_and_there():
    assert sorted(tw.__all__, key=str) == tw.__all__
    assert all(hasattr(tw, name) for name in tw.__all__)
