"""moto's modules draw from its seeded generator, whenever they were loaded."""

import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from tablewright_emulator.moto_backend.determinism import draw_from_moto


def _load(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """A module of moto's that takes bytes from the operating system."""
    module = ModuleType(name)
    module.os = os
    monkeypatch.setitem(sys.modules, name, module)
    return module


def test_a_module_that_is_loaded_later_draws_from_motos_generator_too(monkeypatch):
    first = _load(monkeypatch, "moto.first_of_a_test")
    draw_from_moto()
    second = _load(monkeypatch, "moto.second_of_a_test")
    draw_from_moto()
    assert first.os is not os
    assert second.os is not os


def test_a_module_that_was_being_loaded_is_looked_at_again(monkeypatch):
    module = _load(monkeypatch, "moto.third_of_a_test")
    module.__spec__ = ModuleSpec(module.__name__, None)
    module.__spec__._initializing = True  # as the import system marks it, until its code has run
    del module.os
    draw_from_moto()
    module.os, module.__spec__._initializing = os, False
    draw_from_moto()
    assert module.os is not os
