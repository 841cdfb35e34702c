"""Sentences in lines that a terminal does not break itself."""

from __future__ import annotations

from textwrap import wrap

from rich.console import Console


def wrapped(text: str, width: int | None, indent: str = "  ") -> str:
    """A text of one line in several; a word that is too long, such as an ARN, stays in one piece.

    >>> print(wrapped("  risk: throttled by arn:aws:dynamodb:eu-west-1:1:table/orders", 24, "    "))
      risk: throttled by
        arn:aws:dynamodb:eu-west-1:1:table/orders

    Args:
        text: the line.
        width: of the terminal; None for a file or a pipe, where nothing is broken.
        indent: of the lines after the first.
    """
    if width is None or len(text) <= width:
        return text
    return "\n".join(broken(text, width, indent))


def broken(text: str, width: int, indent: str = "") -> list[str]:
    """The lines of a paragraph, each a part of it behind its indent; no word is in two."""
    return wrap(
        text,
        width,
        subsequent_indent=indent,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )


def width_of(console: Console) -> int | None:
    """Of a terminal; None for a file or a pipe."""
    return console.width if console.is_terminal else None
