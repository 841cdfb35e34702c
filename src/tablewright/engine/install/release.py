"""Fetch Pulumi's own release of the engine, checked by SHA-256: 130 MB instead of a build.

The archive comes from one host and the list of checksums from another, over https. What
`checksums.txt` beside this module names counts instead of that list. Nothing is put in its place
that is not whole, of that checksum, and an engine that runs.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from tablewright.transfer import shortfall

RELEASES_VARIABLE = "TABLEWRIGHT_ENGINE_RELEASES"
"""A mirror with both files of a release, or `off`."""
STALLED_SECONDS = 15.0
TRANSFER_SECONDS = 900.0
"""Longer than a build: whoever waits is better off with that."""
_ARCHIVES = "https://get.pulumi.com/releases/sdk"
_CHECKSUMS = "https://github.com/pulumi/pulumi/releases/download/v{version}"
_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_MEMBER = "pulumi/pulumi"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK = 256 * 1024
_LARGEST_LIST_BYTES = 1024 * 1024
_STEP_PERCENT = 10
_MEGABYTE = 1_000_000


class ReleaseError(Exception):
    """Why the release cannot be used, in words."""


def fetch_release(
    destination: Path,
    version: str,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
    *,
    seconds: float = TRANSFER_SECONDS,
) -> None:
    """Fetch the engine and put it at `destination`, whole or not at all.

    Args:
        destination: the executable to be; its folder exists.
        version: of the engine.
        progress: told what is fetched, in per cent.
        environment: the user's.
        seconds: how long the archive may take.

    Raises:
        ReleaseError: it cannot be had, or is not what its checksum says.
    """
    archive_name = archive_of(version)
    archives, checksums = _sources(version, environment)
    try:
        with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".release-") as scratch:
            archive = Path(scratch) / "archive"
            expected = _pinned(archive_name) or _listed(archive_name, version, checksums)
            digest = _download(f"{archives}/{archive_name}", archive, version, progress, seconds)
            if digest != expected:
                raise ReleaseError(f"its checksum is {digest}, and {expected} was expected")
            _unpack(archive, Path(scratch) / "pulumi", version).replace(destination)
    except (OSError, HTTPException, tarfile.TarError, EOFError) as error:
        raise ReleaseError(_reason(error)) from error


def archive_of(version: str) -> str:
    """The name of the archive for this machine.

    Raises:
        ReleaseError: Pulumi has none.
    """
    system = _SYSTEMS.get(sys.platform)
    machine = _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise ReleaseError(f"Pulumi has none for {sys.platform} on {platform.machine()}")
    return f"pulumi-v{version}-{system}-{machine}.tar.gz"


def checksums_of(version: str) -> str:
    """The name of the list of checksums of a release."""
    return f"pulumi-{version}-checksums.txt"


def checksum_in(listing: str, name: str) -> str | None:
    """The SHA-256 that a list as `sha256sum` writes it has for a name."""
    match = re.search(rf"^([0-9a-fA-F]{{64}}) [ *]{re.escape(name)}$", listing, re.MULTILINE)
    return match[1].lower() if match else None


def _sources(version: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Where the archive is, and where the list of checksums."""
    mirror = environment.get(RELEASES_VARIABLE, "").rstrip("/")
    if mirror == "off":
        raise ReleaseError(f"{RELEASES_VARIABLE} is off")
    if mirror:
        parts = urlsplit(mirror)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ReleaseError(f"{RELEASES_VARIABLE} must begin with https://")
        return mirror, mirror
    return _ARCHIVES, _CHECKSUMS.format(version=version)


def _pinned(name: str) -> str | None:
    listing = resources.files(__package__).joinpath("checksums.txt").read_text("utf-8")
    return checksum_in(listing, name)


def _listed(name: str, version: str, place: str) -> str:
    with _opened(f"{place}/{checksums_of(version)}") as reply:
        listing = reply.read(_LARGEST_LIST_BYTES)
        if problem := shortfall(reply.headers, len(listing)):
            raise ReleaseError(problem)
    checksum = checksum_in(listing.decode("utf-8", "replace"), name)
    if checksum is None:
        raise ReleaseError(f"the list of its checksums does not name {name}")
    return checksum


def _download(
    url: str, target: Path, version: str, progress: Callable[[str], None], seconds: float
) -> str:
    """Write the body of a URL to a file; its SHA-256."""
    deadline = time.monotonic() + seconds
    digest, received, percent_shown = hashlib.sha256(), 0, 0
    with _opened(url) as reply, target.open("wb") as file:
        length = int(reply.headers.get("Content-Length") or 0)
        size = f"{length / _MEGABYTE:,.0f} MB" if length else "an archive of unknown size"
        progress(f"fetching Pulumi's engine {version}, once: {size}")
        while chunk := reply.read1(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            received += len(chunk)
            percent = 100 * received // length if length else 0
            if percent >= percent_shown + _STEP_PERCENT:
                percent_shown = percent
                progress(f"fetching Pulumi's engine: {percent} %")
            if time.monotonic() > deadline:
                raise ReleaseError(f"it did not come whole within {seconds:g} seconds")
        if problem := shortfall(reply.headers, received):
            raise ReleaseError(problem)
    return digest.hexdigest()


class _SecureRedirects(HTTPRedirectHandler):
    """Follows a redirection from https to https, and from loopback to loopback."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        if urlsplit(newurl).scheme != "https" and req.type == "https":
            raise ReleaseError("it is redirected to where connections are not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opened(url: str) -> Any:
    return build_opener(_SecureRedirects).open(url, timeout=STALLED_SECONDS)


def _unpack(archive: Path, engine: Path, version: str) -> Path:
    """The engine out of the archive, which has the language hosts besides."""
    with tarfile.open(archive, "r:gz") as members:
        for member in members:
            if member.name.removeprefix("./") == _MEMBER and member.isfile():
                _copy(members.extractfile(member), engine)
                break
        else:
            raise ReleaseError(f"its archive has no {_MEMBER}")
    answer = subprocess.run(
        [engine, "version"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        timeout=60,
    ).stdout.strip()
    answer = answer.removeprefix("v")
    if answer != version:
        raise ReleaseError(f"its engine says that it is version {answer or '(nothing)'}")
    return engine


def _copy(source: Any, target: Path) -> None:
    stream: BinaryIO = source
    with stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file)
    target.chmod(0o755)


def _reason(error: Exception) -> str:
    match error:
        case HTTPError():
            error.close()
            return f"{urlsplit(error.url).hostname} answers {error.code} for {error.url}"
        case URLError(reason=TimeoutError()) | TimeoutError():
            return f"nothing came for {STALLED_SECONDS:g} seconds"
        case URLError():
            reason = getattr(error.reason, "strerror", None) or error.reason
            return f"it cannot be reached: {reason}"
        case tarfile.TarError() | EOFError():
            return "its archive is damaged"
    return str(error) or type(error).__name__
