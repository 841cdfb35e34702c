"""The commands; the only place that prints or exits.

Data goes to standard output, progress and messages to standard error. Exit statuses are those of
`tablewright.errors`. Every command lives in a module of its own that is imported when it is called,
so that `tablewright --help` imports neither Pulumi nor boto3.
"""

from __future__ import annotations

from .process import main

__all__ = ["main"]
