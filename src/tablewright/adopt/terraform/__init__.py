"""Tables that Terraform manages: which they are, and the steps that hand them over.

A table has one owner. `adopt` reads Terraform's state for its tables; Terraform then has to forget
them, and all else that would go on changing them, without destroying anything.

state.py      a state's text as managed instances
belonging.py  which of them belong to a table, by their type
roles.py      the roles whose policies name tables
handover.py   what changes hands, what stays and is needed, and the steps in words
"""

from .handover import HandOver, hand_over, steps
from .roles import roles_about
from .state import TerraformState, TerraformTable, read_state, state_of

__all__ = [
    "HandOver",
    "TerraformState",
    "TerraformTable",
    "hand_over",
    "read_state",
    "roles_about",
    "state_of",
    "steps",
]
