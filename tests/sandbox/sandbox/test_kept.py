"""A sandbox that ended, and whoever comes next: nothing is created, emptied or lost."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.sandbox.sandbox.test_lifecycle import gone, record, session
from tests.support.terminal import until
from tests.support.warm_commands import new_sandbox

from tablewright.deploy.options import Options
from tablewright.deploy.target_opening import open_target_environment
from tablewright.errors import SandboxError, UsageError
from tablewright.sandbox import lifecycle, stacks
from tablewright.sandbox.admin import ask
from tablewright.sandbox.demo.seed import COMPANY, REGION, seed
from tablewright.sandbox.folders import make_folder
from tablewright.sandbox.instance import Instance, folder, lock_path, running
from tablewright.sandbox.settings import Settings, remembered

TABLES = sorted(table.name for table in COMPANY)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(lifecycle, "new_process", new_sandbox)
    yield
    for name in ("default", "other"):
        lifecycle.stop(name)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def kept_in(data: Path) -> Settings:
    return Settings(data=str(data))


def tables(instance: Instance) -> list[str]:
    return session(instance).client("dynamodb").list_tables()["TableNames"]


def kill(instance: Instance) -> None:
    os.kill(instance.pid, signal.SIGKILL)
    assert gone(instance.pid)


def end(instance: Instance) -> None:
    lifecycle.stop(instance.name)


def filled(data: Path) -> tuple[Instance, Path]:
    """A sandbox with tables, and something recorded of a stack."""
    instance = lifecycle.start("default", kept_in(data))
    seed(session(instance), items=1)
    return instance, record(instance)


def next_command() -> Instance:
    """What every command does that needs the sandbox."""
    with open_target_environment(Options(target="sandbox"), REGION, lambda _: None):
        found = running("default")
        assert found is not None
        return found


@pytest.mark.parametrize("ended", [kill, end])
def test_the_next_command_finds_the_same_sandbox_with_its_data_and_its_stacks(ended, data):
    before, recorded = filled(data)
    ended(before)
    assert recorded.exists()
    after = next_command()
    assert (after.data, after.id, after.backend) == (before.data, before.id, before.backend)
    assert tables(after) == TABLES
    assert recorded.exists()


def test_all_that_was_asked_of_it_is_remembered(data):
    asked = Settings(data=str(data), durations="realistic", port=0)
    kill(lifecycle.start("default", asked))
    after = next_command()
    assert ask(after, "GET", "status")["durations"] == "realistic"
    assert remembered("default") == asked


def test_a_process_that_still_ends_is_waited_for(monkeypatch):
    make_folder("default")
    lock = lock_path("default")
    with lock.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def begun(*arguments):
            process = new_sandbox(*arguments)
            wants = psutil.Process(process.pid)

            def release():
                until(
                    lambda: str(lock) in {file.path for file in wants.open_files()}, "it is wanted"
                )
                held.close()

            threading.Thread(target=release).start()
            return process

        monkeypatch.setattr(lifecycle, "new_process", begun)
        assert lifecycle.start("default").alive


def test_a_start_without_words_is_with_the_data_and_says_so(data):
    end(filled(data)[0])
    said: list[str] = []
    assert tables(lifecycle.start("default", progress=said.append)) == TABLES
    assert said == [f"starting the embedded AWS with the data in {data}"]


def test_in_memory_has_to_be_asked_for_and_leaves_the_data_alone(data):
    before, recorded = filled(data)
    end(before)
    memory = lifecycle.start("default", in_memory=True)
    assert (memory.data, tables(memory)) == (None, [])
    assert memory.backend != before.backend
    record(memory)
    end(memory)
    assert recorded.exists()
    assert tables(lifecycle.start("default", kept_in(data))) == TABLES


def test_a_data_folder_that_is_gone_is_not_made_again_by_the_way(data):
    end(filled(data)[0])
    moved = data.rename(data.with_name("moved"))
    with pytest.raises(SandboxError, match="that folder is not there") as caught:
        next_command()
    assert not data.exists()
    assert "--data FOLDER" in (caught.value.next_step or "")
    after = lifecycle.start("default", kept_in(moved))
    assert tables(after) == TABLES
    assert stacks.holds_anything(after.backend)
    end(after)
    assert next_command().data == str(moved)


def test_a_sandbox_of_another_name_takes_the_data_with_its_stacks(data):
    before, recorded = filled(data)
    with pytest.raises(UsageError, match="that of the sandbox default, which runs"):
        lifecycle.start("other", kept_in(data))
    with pytest.raises(UsageError):
        lifecycle.start("other", kept_in(data.parent / "home" / ".." / "data"))
    end(before)
    after = lifecycle.start("other", kept_in(data))
    assert (tables(after), after.id) == (TABLES, before.id)
    assert after.backend / recorded.relative_to(before.backend) == recorded


def test_what_was_in_memory_is_said_to_be_lost_and_what_was_recorded_of_it_is_kept():
    before = lifecycle.start("default")
    recorded = record(before)
    kill(before)
    said: list[str] = []
    with open_target_environment(Options(target="sandbox"), REGION, said.append):
        after = running("default")
    assert after is not None
    assert after.id != before.id
    assert not stacks.holds_anything(after.backend)
    assert "was killed and its tables were in memory only" in said[-1]
    (lost,) = (folder("default") / "lost").rglob(recorded.name)
    assert str(lost.parents[2]) in said[-1]


def test_a_sandbox_that_was_killed_without_stacks_leaves_nothing_to_say():
    kill(lifecycle.start("default"))
    said: list[str] = []
    lifecycle.start("default", progress=said.append)
    assert said == ["starting the embedded AWS"]


@pytest.mark.parametrize("damage", ["another world", "no mark"])
def test_stacks_of_other_tables_are_refused_and_stay_and_the_way_out_works(damage, data):
    before, recorded = filled(data)
    end(before)
    if damage == "another world":
        stacks.begin(before.backend, "somebody else's")
    else:
        (before.backend / "world.json").unlink()
    with pytest.raises(SandboxError, match="are not those of the tables") as caught:
        next_command()
    assert recorded.exists()
    command = (caught.value.next_step or "").partition("set them aside: ")[2]
    subprocess.run(["/bin/sh", "-c", command], check=True)
    assert tables(next_command()) == TABLES


def test_tables_that_were_put_back_from_an_older_copy_do_not_get_newer_stacks(data, tmp_path):
    before, _ = filled(data)
    end(before)
    for file in ("snapshot.bin", "journal.bin"):
        (data / file).unlink()
    with pytest.raises(SandboxError, match="are not those of the tables"):
        next_command()


def test_a_reset_empties_data_and_stacks_and_lasts(data):
    before, recorded = filled(data)
    after = lifecycle.reset(before)
    assert (tables(after), recorded.exists()) == ([], False)
    kill(after)
    again = next_command()
    assert (tables(again), again.id) == ([], after.id)


def test_a_snapshot_has_the_stacks_and_is_loaded_by_its_user_alone(data, tmp_path):
    before, recorded = filled(data)
    file = tmp_path / "snapshot"
    lifecycle.snapshot(before, file)
    emptied = lifecycle.reset(before)
    after = lifecycle.load(emptied, file)
    assert (tables(after), recorded.exists(), after.id) == (TABLES, True, before.id)
    end(after)
    assert tables(next_command()) == TABLES
    found = running("default")
    assert found is not None
    changed = bytearray(file.read_bytes())
    changed[-5] ^= 1
    file.write_bytes(changed)
    with pytest.raises(UsageError, match="is damaged, or was written with the key of somebody"):
        lifecycle.load(found, file)
    assert (tables(found), recorded.exists()) == (TABLES, True)


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_a_kill_in_the_middle_of_a_snapshot_leaves_everything(seconds: float, data, tmp_path):
    before, recorded = filled(data)
    file = tmp_path / "snapshot"
    file.write_text("an older one")
    program = (
        "import sys, pathlib; from tablewright.sandbox import lifecycle, instance\n"
        "print('ready', flush=True)\n"
        "lifecycle.snapshot(instance.running('default'), pathlib.Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", program, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
    assert file.read_bytes() == b"an older one" or lifecycle.load(before, file)
    kill(before)
    assert (tables(next_command()), recorded.exists()) == (TABLES, True)


def test_two_who_start_it_at_once_get_one_and_the_same():
    program = (
        "from tablewright.sandbox import lifecycle\n"
        "print(lifecycle.start('default').pid, flush=True)\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    pids = {each.communicate()[0].strip() for each in started}
    found = running("default")
    assert found is not None
    assert pids == {str(found.pid)}


def test_a_sandbox_whose_record_is_lost_is_named_and_left_alone(monkeypatch):
    monkeypatch.setattr(lifecycle, "START_SECONDS", 8)
    first = lifecycle.start("default")
    record_of_it = folder("default") / "instance.json"
    text = record_of_it.read_text()
    record_of_it.unlink()
    with pytest.raises(SandboxError, match=f"held by the process {first.pid}") as caught:
        lifecycle.start("default")
    assert caught.value.next_step == f"end that process: kill {first.pid}"
    record_of_it.write_text(text)
    assert running("default") == first


def test_damage_is_told_at_every_start_until_its_file_is_removed(data):
    before, _ = filled(data)
    kill(before)
    journal = data / "journal.bin"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9] + b"\0" + whole[-8:])
    for _ in range(2):
        said: list[str] = []
        after = lifecycle.start("default", progress=said.append)
        assert f"but in {data}/journal.damaged-1" in said[-1]
        assert ask(after, "GET", "status")["damaged"] == [f"{data}/journal.damaged-1"]
        end(after)
    (data / "journal.damaged-1").unlink()
    quiet: list[str] = []
    lifecycle.start("default", progress=quiet.append)
    assert len(quiet) == 1


def test_what_belongs_to_a_sandbox_is_for_its_users_eyes_alone(data):
    instance, _ = filled(data)
    home = folder("default")
    assert instance.secret in (home / "instance.json").read_text()
    assert instance.secret not in repr(instance)
    private = [home / "instance.json", home.parent / ".key", *data.glob("*.bin")]
    assert {path.stat().st_mode & 0o077 for path in (home, home.parent, data, *private)} == {0}
    end(instance)
    assert not (home / "instance.json").exists()


def test_another_users_data_is_not_opened(data, tmp_path, monkeypatch):
    end(filled(data)[0])
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "of somebody else"))
    before = {path: path.read_bytes() for path in data.glob("*.bin")}
    with pytest.raises(SandboxError, match="the key of somebody else"):
        lifecycle.start("default", kept_in(data))
    assert {path: path.read_bytes() for path in data.glob("*.bin")} == before


def test_only_what_is_asked_for_is_changed():
    kept = Settings(port=4566, data="/data", durations="short", expose="192.0.2.1")
    assert kept.changed(Settings()) == kept
    assert kept.changed(Settings(port=0)) == replace(kept, port=0)
    shutil.rmtree(folder("default"), ignore_errors=True)
    assert remembered("default") == Settings()
