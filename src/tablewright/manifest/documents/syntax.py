"""What the YAML parser finds wrong with a text, in words for people."""

from __future__ import annotations

import yaml  # type: ignore[import-untyped]

from tablewright.errors import Problem

_WORDING = {
    "mapping values are not allowed in this context": (
        "a second colon, or a value that is indented differently from its neighbours",
        "put the text in quotes, or align it with the lines above",
    ),
    "did not find expected key": (
        "here a further `key: value` was expected",
        "align the line, close what is open above, or put text that begins with `{` in quotes",
    ),
    "could not find expected ':'": (
        "here a `:` was expected after the key",
        "write `key: value`, with a blank after the colon",
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this character",
        "use blanks instead of tabs, and put text that begins with @, ` or % in quotes",
    ),
    "found a tab character that violates indentation": (
        "the line is indented with a tab",
        "indent with blanks",
    ),
    "found unexpected end of stream": (
        "the text ends inside a quote, a bracket or a block",
        "close what was opened",
    ),
    "did not find expected '-' indicator": (
        "here a further `- item` was expected",
        "align the line with the items of the list",
    ),
    "did not find expected ',' or '}'": (
        "a `{` is not closed, or a comma is missing",
        "separate the fields with commas and close the bracket",
    ),
    "did not find expected ',' or ']'": (
        "a `[` is not closed, or a comma is missing",
        "separate the items with commas and close the bracket",
    ),
    "found unknown escape character": (
        "this backslash sequence does not exist",
        "double the backslash, or use single quotes",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin here",
        "begin the list on a line of its own",
    ),
    "did not find expected <document start>": (
        "a new document begins without `---`",
        "separate documents by a line with `---`",
    ),
    "found undefined tag handle": (
        "text begins with `!`, which marks a tag",
        "put the text in quotes",
    ),
    "found incompatible YAML document": (
        "this version of YAML is not known",
        "remove the line that begins with `%YAML`",
    ),
}
"""By what libyaml says: what is wrong, and how to fix it."""


def syntax_problem(error: yaml.YAMLError, file: str, lines_before: int) -> Problem:
    """The mistake at its place; the text that was parsed began after `lines_before` lines."""
    raw = str(getattr(error, "problem", None) or "cannot be read")
    mark = getattr(error, "problem_mark", None)
    message, fix = next(
        (words for known, words in _WORDING.items() if known in raw),
        (raw, "fix the YAML at this place"),
    )
    line = mark.line + 1 if mark else 1
    column = mark.column + 1 if mark else 1
    return Problem(f"is not valid YAML: {message}", fix, file, lines_before + line, column)
