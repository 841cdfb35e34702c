"""Messages and stubs of the engine's protocol, without Pulumi's SDK around them.

They are part of the SDK, whose package imports all of itself: a tenth of a second that what only
speaks the protocol need not pay. So the folder of the generated modules is opened as a package of
another name. Both names give the same classes: Protocol Buffers keep one class for a message.

>>> from tablewright.pulumi_protocol import plugin_pb2
>>> plugin_pb2.PluginInfo(version="1").version
'1'
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        engine_pb2_grpc,
        language_pb2,
        language_pb2_grpc,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )

__all__ = [
    "engine_pb2",
    "engine_pb2_grpc",
    "language_pb2",
    "language_pb2_grpc",
    "messages",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
]

_PACKAGE: Final = "tablewright._pulumi_protocol"


def messages(name: str) -> Any:
    """A generated module, `resource_pb2` or `resource_pb2_grpc`.

    Raises:
        ModuleNotFoundError: the SDK is not installed, or has no such module.
    """
    if _PACKAGE not in sys.modules:
        spec = find_spec("pulumi")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("Pulumi's SDK is not installed", name="pulumi")
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(Path(spec.submodule_search_locations[0], "runtime", "proto"))]
        sys.modules[_PACKAGE] = package
    return import_module(f"{_PACKAGE}.{name}")


def __getattr__(name: str) -> Any:
    """The generated modules among what is offered here."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return messages(name)
