"""The one name under which a preview, a run and its errors show a resource. Pure."""

from __future__ import annotations

from typing import Final

from .kind import Inputs, is_known

_OWN_NAMES: Final = ("name", "dashboardName", "alarmName")


def displayed_name(inputs: Inputs, name_in_program: str) -> str:
    """The name in AWS where the inputs tell it, with its index; else the one in the program."""
    name = next((text for key in _OWN_NAMES if is_known(text := inputs.get(key))), "")
    name = name or _name_of_part(inputs, name_in_program)
    if not name:
        return name_in_program
    index = inputs.get("indexName")
    return f"{name}, index {index}" if index else name


def _name_of_part(inputs: Inputs, name_in_program: str) -> str:
    """By the table that it is part of, and by its region if that is another one than the table's.

    Inputs do not tell where the table is. The name in the program does: that of a part elsewhere
    has the region in it, or two parts of the table would be called alike.
    """
    texts = (inputs.get("tableName"), inputs.get("globalTableArn"))
    table = next((text.rpartition("/")[2] for text in texts if is_known(text)), "")
    region = inputs.get("region")
    if not is_known(region) or region not in name_in_program:
        return table
    bare = name_in_program.removesuffix(f"-{region}")
    if not table and bare != name_in_program:
        table = bare
    return in_region(table, region) if table and region not in table else table


def in_region(name: str, region: str) -> str:
    """What a thing is called that another region has under the same name: a replica."""
    return f"{name} in {region}"
