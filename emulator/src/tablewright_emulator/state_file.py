"""The state of everything as bytes: our services' and moto's.

moto keeps locks and RSA keys in its backends, which pickle does not know; both are written in a way
of their own. A backend that cannot be written is left out and named.

Only classes that hold values are written, and no others are read: those of moto and of the embedded
AWS, and the plain ones of the standard library below. It is the second net: what was not sealed
with our own key (`seal`) does not come here at all.
"""

from __future__ import annotations

import io
import pickle
import threading
from types import FunctionType, ModuleType
from typing import Any

from tablewright_emulator.errors import EmulatorError

_LOCKS = (type(threading.RLock()), type(threading.Lock()))
_OURS = "tablewright_emulator."
_OWN = ("moto.", "joserfc.", _OURS)
_VALUES = {
    "_codecs": "encode",
    "array": "_array_reconstructor array",
    "builtins": "bytearray complex dict frozenset list object range set slice tuple",
    "collections": "ChainMap Counter OrderedDict UserDict UserList defaultdict deque",
    "copyreg": "_reconstructor",
    "datetime": "date datetime time timedelta timezone",
    "dateutil.tz.tz": "tzlocal tzoffset tzutc",
    "decimal": "Decimal",
    "functools": "partial",
    "ipaddress": "IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network",
    "moto.lakeformation.models": "default_settings",
    "numpy": "dtype ndarray",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy._core.numeric": "_frombuffer",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "pathlib": "PosixPath PurePosixPath",
    "random": "Random",
    "re": "_compile",
    "requests.structures": "CaseInsensitiveDict",
    "threading": "Condition Lock RLock",
    "types": "SimpleNamespace",
    "urllib.parse": "ParseResult SplitResult",
    "uuid": "UUID",
    "werkzeug.datastructures.headers": "Headers",
}
_GETATTR = ("builtins", "getattr")  # how bound methods are written


class _Writer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, _LOCKS):
            return (threading.RLock if isinstance(value, _LOCKS[0]) else threading.Lock), ()
        if isinstance(value, threading.Condition):
            return threading.Condition, ()
        if type(value).__module__.startswith("cryptography.") and hasattr(value, "private_bytes"):
            return _private_key, (_pem(value),)
        if (isinstance(value, type) or callable(value)) and not _can_be_read(value):
            message = f"{value!r} is not among what is kept"
            raise pickle.PicklingError(message)
        return NotImplemented


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == _GETATTR:
            return _attribute
        if module in _VALUES or module.startswith(_OWN):
            value = super().find_class(module, name)
            if _is_value(module, name, value):
                return value
        message = f"{module}.{name} is not among what is kept"
        raise pickle.UnpicklingError(message)


def _can_be_read(value: Any) -> bool:
    """Whether a class, a function, a method or whatever else can be called is read again."""
    if value is getattr:
        return True
    owner = getattr(value, "__self__", None)
    if owner is not None and not isinstance(owner, ModuleType):
        return _is_own(owner)
    if hasattr(value, "__qualname__"):
        return _is_value(str(value.__module__), str(value.__qualname__), value)
    return True  # a value whose class is asked about next


def _is_own(owner: Any) -> bool:
    kind = owner if isinstance(owner, type) else type(owner)
    return (kind.__module__ + ".").startswith(_OWN)


def _is_value(module: str, name: str, value: Any) -> bool:
    """Whether something may be named: what is listed, a class of moto's, whatever is ours."""
    if name in _VALUES.get(module, "").split():
        return True
    kinds = (type, FunctionType) if module.startswith(_OURS) else (type,)
    return isinstance(value, kinds) and module.startswith(_OWN) and value.__module__ == module


def _attribute(owner: Any, name: str) -> Any:
    """A method or member of something that came out of the same state."""
    if name.startswith("__") or not _is_own(owner):
        message = f"{name} of {owner!r} is not among what is kept"
        raise pickle.UnpicklingError(message)
    return getattr(owner, name)


def to_bytes(value: Any) -> bytes:
    """A value as bytes.

    Raises:
        TypeError, AttributeError, pickle.PicklingError: it holds something that cannot be kept.
    """
    file = io.BytesIO()
    _Writer(file, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return file.getvalue()


def from_bytes(data: bytes) -> Any:
    """The value that `to_bytes` wrote; only for bytes whose seal was found right.

    Raises:
        EmulatorError: the bytes are damaged, of another version, or name what is no value.
    """
    try:
        return _Reader(io.BytesIO(data)).load()
    except (
        pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError,
        ValueError, KeyError,
    ) as error:  # fmt: skip
        raise EmulatorError(
            f"The kept state of the embedded AWS cannot be read: {error}.",
            "Start with another data directory.",
        ) from error


def _pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - loaded when needed

    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem


def _private_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - loaded when needed

    return serialization.load_pem_private_key(pem, None)
