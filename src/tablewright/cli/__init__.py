"""The commands; the only place that prints or exits.

Data goes to standard output, progress and messages to standard error. Exit statuses are those of
`tablewright.errors`. A command's options and help are a module here; what it does is one in
`bodies`, imported when it is called, so that no help and no completion waits for Pulumi or boto3.
"""

from __future__ import annotations

from .process import main

__all__ = ["main"]
