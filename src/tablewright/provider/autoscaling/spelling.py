"""The same members in two spellings: `targetValue` in the SDK, `TargetValue` in the API."""

from __future__ import annotations

from typing import Any


def in_api_names(value: Any) -> Any:
    """SDK members as the API spells them, at every depth; nothing is sent for nothing."""
    if isinstance(value, dict):
        return {
            f"{name[0].upper()}{name[1:]}": in_api_names(item)
            for name, item in value.items()
            if item is not None and item not in ([], {}, "")
        }
    return [in_api_names(item) for item in value] if isinstance(value, list) else value


def in_sdk_names(value: Any) -> Any:
    """Members of a reply as the SDK spells them."""
    if isinstance(value, dict):
        return {f"{name[0].lower()}{name[1:]}": in_sdk_names(item) for name, item in value.items()}
    return [in_sdk_names(item) for item in value] if isinstance(value, list) else value
