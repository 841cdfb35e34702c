"""Where a key stands in a scan: by a hash of its bytes, as on AWS.

    hash_of(("fruit",))            # of a partition: the order of a scan, and its segments
    hash_of(("fruit", "apple"))    # of an item's whole key: its order among equal keys of an index

Source: the tests of dynalite (scan.js, query.js), which its authors ran on AWS: items come back in
the order of MD5 over "Outliers" and the key, numbers in the bytes that sort as they do; segments
are parts of 4,096.
"""

from __future__ import annotations

import hashlib
from decimal import Context, Decimal
from functools import lru_cache

from tablewright_emulator.dynamodb.values import KeyValue

_SALT = b"Outliers"
_PARTS = 4096  # of all hashes; a segment is one or several of them, or none
_EXACT = Context(prec=40)
_ZERO = b"\x80"
_MOST_PAIRS = 20  # of digits; with fewer of them a negative number ends in a byte of its own


@lru_cache(8192)
def hash_of(key: tuple[KeyValue, ...]) -> bytes:
    """The hash of the values of a key."""
    text = b"".join([_SALT, *map(_bytes, key)])
    return hashlib.md5(text, usedforsecurity=False).digest()


def boundary(segment: int, total: int) -> bytes:
    """The lowest hash of a segment."""
    part = -(-_PARTS * segment // total)
    return (part << 4).to_bytes(3, "big")[1:] if part < _PARTS else b"\xff" * 17  # behind all


def in_segment(key: tuple[KeyValue, ...], segment: int, total: int) -> bool:
    """Whether a scan of a segment can come by a partition."""
    part = int.from_bytes(hash_of(key)[:2], "big") >> 4
    return -(-_PARTS * segment // total) <= part < -(-_PARTS * (segment + 1) // total)


def _bytes(value: KeyValue) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return value if isinstance(value, bytes) else number_bytes(value)


def number_bytes(number: int | Decimal) -> bytes:
    """A number as bytes that sort as numbers do: an exponent to 100, then pairs of digits."""
    if not number:
        return _ZERO
    sign, digits, exponent = Decimal(number).normalize(_EXACT).as_tuple()
    point = len(digits) + int(exponent)
    odd = point % 2
    padded = (*(0,) * odd, *digits, *(0,) * ((odd + len(digits)) % 2))
    pairs = [tens * 10 + ones for tens, ones in zip(padded[::2], padded[1::2], strict=True)]
    first = (point + odd) // 2 - 64
    if not sign:
        return bytes([first & 0xFF, *(pair + 1 for pair in pairs)])
    end = (102,) if len(pairs) < _MOST_PAIRS else ()
    return bytes([~first & 0xFF, *(101 - pair for pair in pairs), *end])
