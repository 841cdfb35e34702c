"""What Pulumi's engine writes in the place of values, and how it names resources.

The texts are those of its SDKs (`sdk/go/common/resource`, signatures and unknowns); they are the
same in messages, states and event logs.
"""

from __future__ import annotations

from typing import Final

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
"""The member of an object that says that the object stands for something else."""
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark, no secret
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_TYPES: Final = "pulumi:providers:"
"""How the type of a provider begins; its package is the rest."""
AWS_PROVIDER_TYPE: Final = f"{PROVIDER_TYPES}aws"
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_SENTINELS: Final = frozenset(
    {
        UNKNOWN_STRING,  # and any type
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

ENGINE_OWNER_VARIABLE: Final = "TABLEWRIGHT_ENGINE_OWNER"
"""In an engine's environment: the process id of the command of ours that started it."""


def urn_name(urn: str) -> str:
    """Logical name in `urn:pulumi:STACK::PROJECT::TYPES::NAME` (it may hold `::` itself)."""
    match urn.split("::", 3):
        case [_, _, _, name]:
            return name
        case _:
            return urn


def urn_stack(urn: str) -> str:
    """`PROJECT/STACK`; empty if it is not a URN."""
    match urn.split("::", 3):
        case [head, project, _, _]:
            return f"{project}/{head.rpartition(':')[2]}"
        case _:
            return ""


def urn_type(urn: str) -> str:
    """Type token of the resource itself, without its parents' types; empty if it is not a URN."""
    match urn.split("::", 3):
        case [_, _, types, _]:
            return types.rsplit("$", 1)[-1]
        case _:
            return ""
