"""Series as short texts: twelve bits a value, two characters of base64's alphabet. Pure.

A value is kept as its share of the series' highest, in 4,094 parts, so that no value is off by more
than 0.013 % of that. 4,095 stands for no datapoint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LETTERS = np.frombuffer(ALPHABET, np.uint8)
_MOST = 4094
_NOTHING = 4095


def packed(values: Any) -> list[Any]:
    """The highest value, and the text of all; NaN where there is no datapoint."""
    known = values[~np.isnan(values)]
    top = float(known.max()) if known.size else 0.0
    shares = np.nan_to_num(values, nan=0.0) / top if top else np.zeros(values.size)
    parts = np.where(np.isnan(values), _NOTHING, np.rint(shares * _MOST)).astype(np.uint16)
    letters = np.empty(2 * parts.size, np.uint8)
    letters[0::2] = _LETTERS[parts >> 6]
    letters[1::2] = _LETTERS[parts & 63]
    return [float(f"{top:.6g}"), letters.tobytes().decode("ascii")]


def runs(values: Any) -> list[list[float | int | None]]:
    """A series that seldom changes: places, and the values from there on; None for no datapoint."""
    pairs: list[list[float | int | None]] = []
    for place, value in enumerate(values.tolist()):
        shown = None if value != value else float(f"{value:.6g}")  # noqa: PLR0124 - NaN
        if not pairs or pairs[-1][1] != shown:
            pairs.append([place, shown])
    return pairs


def events(values: Any) -> list[list[int]]:
    """A series that is almost always 0, as places and counts."""
    places = np.flatnonzero(np.nan_to_num(values))
    return [[int(place), round(float(values[place]))] for place in places]
