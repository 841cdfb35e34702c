"""Outputs after a run."""

from tablewright.report.runs.outputs import MOST_LINES, brief, lines


def test_few_outputs_are_told_in_full_and_many_by_how_much_they_hold():
    few = {"tableNames": ["orders"], "tables": {"orders": {"arn": "a", "name": "orders"}}}
    assert brief(few) == [*lines(few)]
    names = [f"table-{number}" for number in range(30)]
    many = {
        "mine": "arn:1",
        "roleArns": {name: {"read": "r", "write": "w"} for name in names},
        "tableNames": names,
    }
    assert brief(many) == [
        "mine: arn:1",
        "roleArns: 60 values of 30 tables",
        "tableNames: 30 values",
    ]
    assert len([*lines(many)]) > MOST_LINES
