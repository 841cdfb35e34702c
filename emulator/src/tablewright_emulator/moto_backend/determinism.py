"""What moto takes from the operating system, and a request that is run again has to get again.

moto draws most of its ids from a generator of its own, which is seeded, and asks our clock for most
times. Some of its modules go past both: to `os.urandom`, `uuid` and `random` for ids and the
material of keys, to `time.time` for dates, to OpenSSL for keys. Run again, they would give other
ones, and what was encrypted or begun with the first would be lost. What would be seen outside, a
message sent over HTTP or a function that is invoked, is not done again at all.
"""

from __future__ import annotations

import os
import random
import sys
import uuid
from collections.abc import Callable
from functools import cached_property, partial, wraps
from typing import Any

from tablewright_emulator.moto_backend import outside

_TIMED = ("moto.secretsmanager.models",)
_OWN_GENERATORS = ("moto.moto_api.",)
"""Modules that are the generator, and its users by design."""


class _Instead:
    """A module with one function replaced."""

    def __init__(self, module: Any, name: str, function: Callable[..., Any]) -> None:
        self._module = module
        setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


class _Seen:
    """How many modules there were when all of them were looked at last."""

    modules = 0
    drawing = 0


def install(now: Callable[[], float]) -> None:
    """Let the modules that are loaded draw from moto's generator, and live in our time.

    Args:
        now: seconds since the epoch by our clock.
    """
    if len(sys.modules) == _Seen.modules:
        return
    draw_from_moto()
    for name in _TIMED:
        _replace(name, "time", lambda module: _Instead(module, "time", now))
    for name in ("moto.kms.utils", "moto.ec2.utils"):
        _replace(name, "rsa", _with_kept_keys)
    _replace("moto.kms.utils", "ec", _with_kept_keys)
    _replace("moto.sns.models", "requests", partial(_unless_again, name="post"))
    _replace("moto.events.models", "requests", partial(_unless_again, name="request"))
    for name, change in _CHANGES.items():
        if (module := sys.modules.get(name)) is not None and name not in _changed:
            _changed.add(name)
            change(module)
    _Seen.modules = _Seen.drawing


def draw_from_moto() -> None:
    """Let the modules that are loaded draw from moto's generator, which is seeded.

    Every use of a table under a key of KMS comes here, so that what was looked at is not again.
    """
    if len(sys.modules) == _Seen.drawing:
        return
    modules, loading = list(sys.modules.items()), False
    for name, module in modules:
        if not name.startswith("moto.") or name.startswith(_OWN_GENERATORS):
            continue
        loading = loading or _is_loading(module)
        held = vars(module)
        if held.get("os") is os:
            setattr(module, "os", _Instead(os, "urandom", _random_bytes))  # noqa: B010
        if held.get("uuid") is uuid:
            setattr(module, "uuid", _Instead(uuid, "uuid4", _random_uuid))  # noqa: B010
        if held.get("random") is random:
            setattr(module, "random", _generator())  # noqa: B010
    _Seen.drawing = 0 if loading else len(modules)


def _is_loading(module: Any) -> bool:
    """Whether another thread still imports it: what it holds by then is not known yet."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def _replace(module_name: str, name: str, instead: Callable[[Any], _Instead]) -> None:
    module = sys.modules.get(module_name)
    present = getattr(module, name, None)
    if module is not None and present is not None and not isinstance(present, _Instead):
        setattr(module, name, instead(present))


def _generator() -> Any:
    from moto.moto_api._internal import mock_random

    return mock_random


def _random_bytes(size: int) -> bytes:
    data: bytes = _generator().randbytes(size)
    return data


def _random_uuid() -> uuid.UUID:
    value: uuid.UUID = _generator().uuid4()
    return value


# --- keys ---------------------------------------------------------------------------------------


def _with_kept_keys(module: Any) -> _Instead:
    """OpenSSL's keys of a kind, which are kept with the call that made them."""

    def generate(*args: Any, **kwargs: Any) -> Any:
        from cryptography.hazmat.primitives import serialization

        def make() -> bytes:
            return _pem(module.generate_private_key(*args, **kwargs))

        return serialization.load_pem_private_key(outside.drawn(make), None)

    return _Instead(module, "generate_private_key", generate)


def _pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem


def _keep_asymmetric_keys(models: Any) -> None:
    """Moto makes a key pair for every key of KMS; only those of asymmetric keys are ever used."""
    make = models.generate_private_key

    @wraps(make)
    def generate_private_key(key_spec: str) -> Any:
        if key_spec.startswith(("RSA_", "ECC_")):
            return make(key_spec)
        return _PairOnDemand(lambda: make(key_spec))

    models.generate_private_key = generate_private_key


class _PairOnDemand:
    """The key pair of a symmetric key: OpenSSL takes 60 ms for what nothing asks for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pair, name)

    @cached_property
    def _pair(self) -> Any:
        with outside.unnoted():
            return self._make()


def _keep_certificates(models: Any) -> None:
    """A certificate of ACM has a serial number of OpenSSL's besides its key."""
    bundle = models.CertBundle
    make = bundle.generate_cert

    @wraps(make)
    def generate_cert(*args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        made.cert, made.key = outside.drawn(lambda: [made.cert, made.key])
        made._cert, made._key = made.validate_certificate(), made.validate_pk()  # noqa: SLF001
        return made

    bundle.generate_cert = staticmethod(generate_cert)


# --- what is seen outside -----------------------------------------------------------------------


def _unless_again(module: Any, name: str) -> _Instead:
    """`requests`, which sends nothing while a call is run again."""

    def send(*args: Any, **kwargs: Any) -> Any:
        return None if outside.is_again() else getattr(module, name)(*args, **kwargs)

    return _Instead(module, name, send)


def _invoke_once(models: Any) -> None:
    """A function that a message invoked is not invoked again."""
    invoke = models.LambdaFunction._invoke_lambda  # noqa: SLF001 - moto has no seam for it

    @wraps(invoke)
    def invoke_once(function: Any, *args: Any, **kwargs: Any) -> Any:
        return ("", False, "") if outside.is_again() else invoke(function, *args, **kwargs)

    models.LambdaFunction._invoke_lambda = invoke_once  # noqa: SLF001


def _name_messages_in_receipts(models: Any) -> None:
    """A receipt of SQS names its message: what was received is not kept, what is deleted is."""
    message = models.Message
    receive, had = message.mark_received, message.had_receipt_handle

    @wraps(receive)
    def mark_received(self: Any, *args: Any, **kwargs: Any) -> None:
        receive(self, *args, **kwargs)
        self.receipt_handle = f"{self.receipt_handle}{self.id}"

    @wraps(had)
    def had_receipt_handle(self: Any, receipt_handle: str) -> bool:
        return bool(had(self, receipt_handle)) or receipt_handle.endswith(self.id)

    message.mark_received, message.had_receipt_handle = mark_received, had_receipt_handle


_CHANGES: dict[str, Callable[[Any], None]] = {
    "moto.acm.models": _keep_certificates,
    "moto.awslambda.models": _invoke_once,
    "moto.kms.models": _keep_asymmetric_keys,
    "moto.sqs.models": _name_messages_in_receipts,
}
_changed: set[str] = set()
