"""Pulumi's release from a server on loopback that serves it well, badly, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tablewright.engine.install import release
from tablewright.engine.install.locate import ENGINE_VERSION, find_engine
from tablewright.engine.install.release import (
    RELEASES_VARIABLE,
    ReleaseError,
    archive_of,
    checksum_in,
    checksums_of,
    fetch_release,
)
from tablewright.errors import EngineMissingError

ARCHIVE = archive_of(ENGINE_VERSION)
LISTING = checksums_of(ENGINE_VERSION)


def packed(text: str, member: str = "pulumi/pulumi") -> bytes:
    """An archive as Pulumi's, with a script in the engine's place."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, body in (("pulumi/pulumi-language-go", b"other"), (member, text.encode())):
            information = tarfile.TarInfo(name)
            information.size = len(body)
            archive.addfile(information, io.BytesIO(body))
    return stream.getvalue()


GOOD = packed(f"#!/bin/sh\necho v{ENGINE_VERSION}\n")


@dataclass
class Mirror:
    """What a server has, by path."""

    files: dict[str, bytes] = field(default_factory=dict)
    cut: int | None = None
    pause: float = 0
    url: str = ""

    def publish(self, archive: bytes, listed: bytes | None = None) -> None:
        digest = hashlib.sha256(archive if listed is None else listed).hexdigest()
        self.files = {
            ARCHIVE: archive,
            LISTING: f"{'0' * 64}  other.tar.gz\n{digest}  {ARCHIVE}\n".encode(),
        }


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    mirror = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = mirror.files.get(self.path.lstrip("/"))
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            is_archive = self.path.endswith(ARCHIVE)
            half = body[: mirror.cut] if is_archive else body
            for start in range(0, len(half), 64):
                time.sleep(mirror.pause if is_archive else 0)
                with suppress(OSError):  # whoever asked has given up
                    self.wfile.write(half[start : start + 64])

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        mirror.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield mirror
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "engine").mkdir()
    return tmp_path / "engine" / "pulumi"


def fetch(mirror: Mirror, target: Path, **options) -> list[str]:
    told: list[str] = []
    environment = {RELEASES_VARIABLE: mirror.url}
    fetch_release(target, ENGINE_VERSION, told.append, environment, **options)
    return told


def test_a_whole_release_is_put_in_place_alone_and_told_in_per_cent(mirror, target):
    mirror.publish(GOOD)
    told = fetch(mirror, target)
    assert os.access(target, os.X_OK)
    assert [path.name for path in target.parent.iterdir()] == ["pulumi"]
    assert told[0].startswith(f"fetching Pulumi's engine {ENGINE_VERSION}")
    assert told[-1] == "fetching Pulumi's engine: 100 %"


def test_an_engine_is_found_without_go_where_the_release_is_reached(mirror, tmp_path):
    mirror.publish(GOOD)
    environment = {
        "PATH": "/nonexistent",
        "TABLEWRIGHT_CACHE": str(tmp_path),
        RELEASES_VARIABLE: mirror.url,
    }
    assert find_engine(lambda _: None, environment=environment).version == ENGINE_VERSION


BAD = {
    "wrong checksum": (lambda mirror: mirror.publish(GOOD, listed=b"x"), "its checksum is"),
    "not listed": (
        lambda mirror: mirror.files.update({ARCHIVE: GOOD, LISTING: b"nothing\n"}),
        f"does not name {ARCHIVE}",
    ),
    "no archive": (
        lambda mirror: (mirror.publish(GOOD), mirror.files.pop(ARCHIVE)),
        "127.0.0.1 answers 404",
    ),
    "nothing there": (lambda mirror: None, "127.0.0.1 answers 404"),
    "cut off": (
        lambda mirror: (mirror.publish(GOOD), setattr(mirror, "cut", 100)),
        "only 100 of",
    ),
    "no archive at all": (lambda mirror: mirror.publish(b"<html>"), "its archive is damaged"),
    "another engine": (
        lambda mirror: mirror.publish(packed("#!/bin/sh\necho v3.1.0\n")),
        "says that it is version 3.1.0",
    ),
    "without the engine": (
        lambda mirror: mirror.publish(packed("", "../pulumi/pulumi")),
        "its archive has no pulumi/pulumi",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_not_the_release_is_never_put_in_place(kind, mirror, target):
    prepare, reason = BAD[kind]
    prepare(mirror)
    with pytest.raises(ReleaseError, match=reason):
        fetch(mirror, target)
    assert list(target.parent.iterdir()) == []


def test_a_slow_one_is_given_up(mirror, target):
    mirror.publish(GOOD)
    mirror.pause = 0.05
    with pytest.raises(ReleaseError, match="did not come whole within"):
        fetch(mirror, target, seconds=0.05)


def test_one_that_is_silent_is_given_up(mirror, target, monkeypatch):
    monkeypatch.setattr(release, "STALLED_SECONDS", 0.05)
    mirror.publish(GOOD)
    mirror.pause = 0.5
    with pytest.raises(ReleaseError, match="nothing came"):
        fetch(mirror, target)


def test_a_proxy_that_is_not_there_is_told(target, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ReleaseError, match="it cannot be reached: "):
        fetch_release(target, ENGINE_VERSION, lambda _: None, {})


@pytest.mark.parametrize("place", ["http://mirror.example", "ftp://127.0.0.1", "/srv/mirror"])
def test_a_mirror_is_asked_over_https(place, target):
    with pytest.raises(ReleaseError, match="must begin with https"):
        fetch_release(target, ENGINE_VERSION, lambda _: None, {RELEASES_VARIABLE: place})


def test_a_release_that_is_refused_and_no_go_are_both_told(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/nonexistent")
    environment = {
        "PATH": "/nonexistent",
        "TABLEWRIGHT_CACHE": str(tmp_path),
        RELEASES_VARIABLE: mirror.url,
    }
    with pytest.raises(EngineMissingError, match=r"(?s)Go to build it.*answers 404") as caught:
        find_engine(lambda _: None, environment=environment)
    assert "3.259" in caught.value.next_step


@pytest.mark.parametrize("line", ["{}  name", "{} *name"])
def test_a_list_of_checksums_is_read(line):
    assert checksum_in(f"x\n{line.format('AB' * 32)}\n", "name") == "ab" * 32
    assert checksum_in(f"{line.format('AB' * 32)}.sig\n", "name") is None
