"""A machine without Pulumi's engine, and without a way to build it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.terminal import Terminal, stack

pytestmark = pytest.mark.engine


@pytest.fixture
def manifest(terminal: Terminal):
    return terminal.write("tables.yaml", stack("shop", "orders"))


def test_a_named_engine_that_is_not_there_is_told_by_its_name(terminal, manifest):
    message = terminal.run("preview", manifest, TABLEWRIGHT_PULUMI="/nonexistent").refused(1)
    assert "TABLEWRIGHT_PULUMI names /nonexistent, which cannot be run" in message
    assert "version 3.259 or newer" in message


def test_a_named_engine_that_is_something_else_is_refused(terminal, manifest):
    message = terminal.run("preview", manifest, TABLEWRIGHT_PULUMI=sys.executable).refused(1)
    assert f"TABLEWRIGHT_PULUMI names {sys.executable}" in message


def test_without_an_engine_and_without_a_way_to_build_one_both_cures_are_said(terminal, manifest):
    cache = terminal.folder / "cache"
    said = terminal.run(
        "preview",
        manifest,
        PATH="/nonexistent",
        TABLEWRIGHT_CACHE=str(cache),
        TABLEWRIGHT_PULUMI="",
        TABLEWRIGHT_ENGINE_RELEASES="off",
        PIP_NO_INDEX="1",
    )
    message = said.refused(1)
    assert "Pulumi's engine is not installed" in message
    assert "install Pulumi 3.259 or newer" in message
    assert "Go 1.26" in message
    assert not [path for path in cache.rglob("pulumi") if path.is_file()]


def test_what_needs_no_engine_works_without_one(terminal, manifest):
    none = {"PATH": "/nonexistent", "TABLEWRIGHT_CACHE": str(Path("/nonexistent"))}
    terminal.run("validate", manifest, **none).ended(0)
    terminal.run("--help", **none).ended(0)
