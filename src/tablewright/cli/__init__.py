"""The commands; the only place that prints or exits.

Data goes to standard output, progress and messages to standard error. Exit statuses are those of
`tablewright.errors`. The commands of a section of the help stand in a folder (`declare/`,
`deploy/`, `existing/`, `measure/`, `sandbox/`, `other/`), each in two modules: `NAME_command` has
its options and help, `NAME` does it and is imported when the command is called, so that no help and
no completion waits for Pulumi or boto3. What they share: `inputs/` opens what parameters name,
`console` prints, `styled` with colours, `advice` says how to go on.
"""

from __future__ import annotations

from .process import main

__all__ = ["main"]
