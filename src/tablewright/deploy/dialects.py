"""What an error advises, for manifests of a dialect that has no such field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tablewright.errors import TablewrightError

_LACKED_BY_PLANTON: Final = re.compile(r"`(adopt|tableName|protect|restore)(?::[^`]*)?`")


@contextmanager
def advice_for_planton(*, planton: bool) -> Iterator[None]:
    """Within the block errors that name a field which AwsDynamodb lacks say where there is one.

    Args:
        planton: whether every manifest is one of Planton's.
    """
    try:
        yield
    except TablewrightError as error:
        named = _LACKED_BY_PLANTON.search(f"{error.message} {error.next_step}")
        if planton and named:
            error.next_step += (
                f"; AwsDynamodb has no `{named[1]}`: `tablewright convert PATH` writes the "
                "manifests that have it"
            )
        raise
