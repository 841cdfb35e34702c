"""Tables in a terminal and in a pipe."""

import io

from rich.console import Console
from rich.text import Text

from tablewright.cli.styled import PIPE_WIDTH
from tablewright.report.formats.columns import columns
from tablewright.report.formats.prose import width_of, wrapped
from tablewright.report.formats.rows import TreeGuide, print_rows
from tablewright.report.formats.tree import Branch

HEADINGS = ("table", "items", "owner", "arn")
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-of-all-customers"
ROWS = [("orders", "5", "shop/dev", ARN), ("c", "1200", "", "none")]


def lines(width: int | None) -> list[str]:
    return [*columns(HEADINGS, lambda: ROWS, {"items"}, width)]


def test_a_row_is_a_line_in_a_pipe_however_wide_it_is():
    assert lines(None) == [
        "table   items  owner     arn",
        f"orders      5  shop/dev  {ARN}",
        "c        1200            none",
    ]


def test_columns_for_which_a_terminal_is_too_narrow_stand_below_and_nothing_is_cut():
    assert lines(40) == [
        "table   items  owner",
        "orders      5  shop/dev",
        "  arn",
        f"  {ARN}",
        "c        1200",
        "  arn none",
    ]
    assert lines(14) == [
        "table   items",
        "orders      5",
        "  owner",
        "  shop/dev;",
        "  arn",
        f"  {ARN}",
        "c        1200",
        "  arn none",
    ]


def test_a_table_that_just_fits_stays_as_it_is():
    widest = max(map(len, lines(None)))
    assert lines(widest) == lines(None)
    assert lines(widest - 1) != lines(None)


def test_the_first_column_is_there_in_the_narrowest_terminal():
    assert [line.split()[0] for line in lines(8) if line[0] != " "] == ["table", "orders", "c"]


def test_no_line_ends_in_blanks():
    assert not [line for width in (None, 10, 40) for line in lines(width) if line != line.rstrip()]


def test_prose_is_broken_between_words_in_a_terminal_alone():
    pipe, terminal = (
        Console(file=io.StringIO(), force_terminal=f, width=30) for f in (False, True)
    )
    text = f"advice: {ARN} is not used"
    assert wrapped(text, width_of(pipe)) == text
    assert wrapped(text, width_of(terminal)) == f"advice:\n  {ARN}\n  is not used"


def printed(width: int) -> list[str]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, no_color=True)
    text = Text.assemble("found: ", (ARN, "red"), "; and 3 more\n", ("expected: none", "dim"))
    rows = [(Text("  x"), "trust", text), (Text("  ?"), "tags", "unread")]
    print_rows(console, rows, TreeGuide("└─", "  "))
    return stream.getvalue().splitlines()


def test_the_last_cell_of_a_row_is_broken_between_words_and_an_arn_stays_whole():
    assert printed(40) == [
        "└─  x  trust  found:",
        f"              {ARN};",
        "              and 3 more",
        "              expected: none",
        "    ?  tags   unread",
    ]


def test_in_a_pipe_a_paragraph_of_a_cell_is_a_line():
    assert printed(PIPE_WIDTH) == [
        f"└─  x  trust  found: {ARN}; and 3 more",
        "              expected: none",
        "    ?  tags   unread",
    ]


def test_a_tree_is_broken_between_words_and_its_guides_go_on():
    stream = io.StringIO()
    tree = Branch(["shop/dev"])
    table = tree.add(Text(f"table orders, whose key is {ARN}"))
    table.add(Text("slow"), Text("build the index\na note on it"))
    table.add("in place", "tag")
    tree.add("alarm")
    tree.print(Console(file=stream, width=30, no_color=True))
    assert stream.getvalue().splitlines() == [
        "shop/dev",
        "├── table orders, whose key is",
        f"│   {ARN}",
        "│   ├── slow  build the index",
        "│   │         a note on it",
        "│   └── in place  tag",
        "└── alarm",
    ]
