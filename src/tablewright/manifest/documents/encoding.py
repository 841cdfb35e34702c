"""From bytes to text: UTF-8, with or without a byte order mark, and nothing that YAML forbids."""

from __future__ import annotations

import codecs
import re

from tablewright.errors import Problem

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_SAVE_AS = "save the file as UTF-8"


def decode(data: bytes, file: str) -> str | Problem:
    """The text of a file, or the one mistake that keeps it from being text."""
    for mark, name in _OTHER_MARKS.items():
        if data.startswith(mark):
            return Problem(f"is encoded as {name}, not UTF-8", _SAVE_AS, file, 1, 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", errors="replace")
        line, column = _position(good, len(good))
        if b"\0" in data:
            return Problem("is not text", "name a YAML or JSON file", file, 1, 1)
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} begins no character there"
        return Problem(message, f"{_SAVE_AS} (it looks like Latin-1)", file, line, column)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line, column = _position(text, forbidden.start())
        code = ord(forbidden[0])
        if code == 0 and text.count("\0") > len(text) // 4:
            return Problem("is encoded as UTF-16 or UTF-32, not UTF-8", _SAVE_AS, file, 1, 1)
        message = f"contains the character U+{code:04X}, which YAML does not allow"
        return Problem(message, "remove it, or write it as an escape in quotes", file, line, column)
    return text


def _position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a place in a text."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
