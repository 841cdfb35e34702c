"""The IAM policy that a command needs for what a stack declares. Pure.

>>> sorted(COMMANDS)[:3]
['adopt', 'audit', 'destroy']

`calls` says what each command calls for each kind of thing, `needs` walks a declared stack with it,
`document` makes statements of that. Tests hold it to the calls that the commands make.
"""

from .document import document
from .needs import COMMANDS, OPTIONS, needs
from .permission import Permission

__all__ = ["COMMANDS", "OPTIONS", "Permission", "document", "needs"]
