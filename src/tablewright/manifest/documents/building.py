"""Documents that are built from others: every value lies where its source has it."""

from __future__ import annotations

from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar


def planted(value: object, near: Node) -> Node:
    """Plain data as nodes; a node in it stays what and where it is.

    Args:
        value: mappings, lists and leaves, which may be nodes.
        near: where those lie that come from no node.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        source = _first(value) or near
        mapping = Mapping(near.file, *near.place, near.parent, near.key)
        for key, below in value.items():
            node = planted(below, _first(below) or source)
            mapping.entries[key] = node
            mapping.key_places[key] = node.place
        return mapping
    place = (near.file, near.line, near.column, near.parent, near.key)
    if isinstance(value, list):
        return Items(*place, items=[planted(item, _first(item) or near) for item in value])
    if isinstance(value, bool):
        return Scalar(*place, text=str(value).lower(), plain=True)
    return Scalar(*place, text=str(value), plain=False)


def _first(value: object) -> Node | None:
    """The first node in a value."""
    if isinstance(value, Node):
        return value
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((node for item in below if (node := _first(item))), None)
