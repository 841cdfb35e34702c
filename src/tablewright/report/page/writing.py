"""The report as one file: the page's data, its program and its looks in one document. Pure.

The page may load nothing and send nothing: its policy names its own script and style by their
digests and allows no address at all. A page that is served may ask its own server for a newer one.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_STYLES = ("uplot/uPlot.min.css", "page.css")
_SCRIPTS = (
    "uplot/uPlot.iife.min.js",
    "base.js",
    "figure.js",
    "tables.js",
    "use.js",
    "money.js",
    "checks.js",
    "access.js",
    "runs.js",
    "card.js",
    "overview.js",
    "start.js",
)


def page(document: Mapping[str, Any]) -> str:
    """The whole file.

    Args:
        document: what `document.document_of` made.
    """
    style, script = assets()
    connect = " connect-src 'self';" if document["refresh"] else ""
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        f"img-src data:;{connect} base-uri 'none'; form-action 'none'"
    )
    title = html.escape(f"{document['title']} · report of tablewright")
    return (
        f"<!doctype html>\n"
        f'<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n"
        f'<link rel="icon" href="data:,">\n'
        f"<style>{style}</style>\n</head>\n<body>\n{_skeleton()}\n"
        f'<script type="application/json" id="data">{_data(document)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


@cache
def assets() -> tuple[str, str]:
    """The page's style and its script, with the chart library's licence in front."""
    folder = files(__package__) / "assets"

    def text(name: str) -> str:
        return folder.joinpath(*name.split("/")).read_text("utf-8")

    licence = text("uplot/LICENSE").replace("*/", "* /")
    library, *own = (text(name) for name in _SCRIPTS)
    program = "\n".join(own)
    script = f'/* uPlot\n{licence}*/\n{library}\n(() => {{\n"use strict";\n{program}\n}})();\n'
    return "\n".join(text(name) for name in _STYLES), script


@cache
def _skeleton() -> str:
    folder = files(__package__) / "assets"
    return folder.joinpath("body.html").read_text("utf-8").strip()


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


def _data(document: Mapping[str, Any]) -> str:
    """JSON in which nothing can end the element that it stands in."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
