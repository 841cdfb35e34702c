"""The state of everything as bytes: our services' and moto's.

moto keeps locks and RSA keys in its backends, which pickle does not know; both are written in a way
of their own. A backend that cannot be written is left out and named.
"""

from __future__ import annotations

import io
import pickle
import threading
from typing import Any

from tablewright import __version__
from tablewright.errors import SandboxError

FORMAT = f"tablewright-emulator-2/{__version__}"
_LOCKS = (type(threading.RLock()), type(threading.Lock()))


class _Writer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, _LOCKS):
            return (threading.RLock if isinstance(value, _LOCKS[0]) else threading.Lock), ()
        if type(value).__module__.startswith("cryptography.") and hasattr(value, "private_bytes"):
            return _private_key, (_pem(value),)
        return NotImplemented


def to_bytes(value: Any) -> bytes:
    """A value as bytes.

    Raises:
        TypeError, AttributeError, pickle.PicklingError: it holds something that cannot be kept.
    """
    file = io.BytesIO()
    _Writer(file, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return file.getvalue()


def from_bytes(data: bytes) -> Any:
    """The value that `to_bytes` wrote; only for files this user wrote.

    Raises:
        SandboxError: the bytes are damaged or of another version.
    """
    try:
        return pickle.loads(data)  # noqa: S301 - the user's own file
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError) as error:
        raise SandboxError(
            "The kept state of the embedded AWS cannot be read: it is damaged or was written by "
            "another version.",
            "Start with an empty data directory.",
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
