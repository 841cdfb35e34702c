"""Text for XML, which has no control characters, not even escaped (XML 1.0, 2.2)."""

from __future__ import annotations

_UNPRINTABLE = {code: " " for code in (*range(0x20), 0x7F) if code not in {0x9, 0xA}}


def xml_text(text: str) -> str:
    """The text with a space for what XML cannot say."""
    return text.translate(_UNPRINTABLE)
