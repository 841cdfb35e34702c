"""The one name under which a preview, a run and its errors show a resource. Pure."""

from __future__ import annotations

from typing import Final

from .kind import Inputs, is_known

_NAMES: Final = ("name", "tableName", "dashboardName", "alarmName")


def displayed_name(inputs: Inputs, name_in_program: str) -> str:
    """The name in AWS where the inputs tell it, with its index; else the one in the program."""
    name = next((text for key in _NAMES if is_known(text := inputs.get(key))), "")
    if not name:
        return name_in_program
    index = inputs.get("indexName")
    return f"{name}, index {index}" if index else name
