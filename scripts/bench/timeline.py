"""Where the time of a command goes: the processes it has, on one line of time. Linux only."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .manifests import write
from .timing import TABLEWRIGHT, Home, sandbox_home

SAMPLE_SECONDS = 0.005
COLUMNS = 60
SHADES = " .:-=+*#%@"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class Track:
    """One process: what it had used of the processors at each moment.

    Args:
        name: the part it plays.
        moments: seconds since the command started, with seconds of processor time until then.
        most_bytes: the most memory it held.
    """

    name: str
    moments: list[tuple[float, float]] = field(default_factory=list)
    most_bytes: int = 0

    @property
    def used_seconds(self) -> float:
        """Processor time while it was watched."""
        return self.moments[-1][1] - self.moments[0][1]

    def shades(self, whole_seconds: float) -> str:
        """How busy it was, a character for each part of the time; `@` is one processor."""
        used = [0.0] * COLUMNS
        for (_, before), (moment, after) in zip(self.moments, self.moments[1:], strict=False):
            used[min(int(moment / whole_seconds * COLUMNS), COLUMNS - 1)] += after - before
        full = whole_seconds / COLUMNS
        last = len(SHADES) - 1
        return "".join(SHADES[min(round(part / full * last), last)] for part in used)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A command with all of its processes."""

    seconds: float
    tracks: tuple[Track, ...]

    @property
    def used_seconds(self) -> float:
        """Processor time of all processes."""
        return sum(track.used_seconds for track in self.tracks)

    def lines(self) -> Iterator[str]:
        """A line for each process, the scale below."""
        for track in self.tracks:
            yield (
                f"{track.name:9} |{track.shades(self.seconds)}| "
                f"{track.used_seconds:6.2f} s {track.most_bytes / 1e6:5.0f} MB"
            )
        scale = f"0{f'{self.seconds:.2f} s':>{COLUMNS - 1}}"
        yield f"{'':9} |{scale}| {self.used_seconds:6.2f} s"


def watch(home: Home, arguments: Sequence[str], others: Mapping[int, str]) -> Timeline:
    """Run a command and watch its processes, and others that it talks to.

    Args:
        home: where the sandbox is.
        arguments: of `tablewright`.
        others: names of processes by their ids.

    Raises:
        RuntimeError: the command failed.
    """
    tracks: dict[int, Track] = {}
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(TABLEWRIGHT), *arguments], env=home.environment, stdout=output, stderr=output
        )
        while process.poll() is None:
            moment = time.perf_counter() - started
            for pid, name in {**_family(process.pid), **others}.items():
                _sample(tracks, pid, name, moment)
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
        if process.returncode:
            output.seek(0)
            raise RuntimeError(output.read().decode())
    return Timeline(seconds, tuple(tracks.values()))


def _sample(tracks: dict[int, Track], pid: int, name: str, moment: float) -> None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return
    track = tracks.setdefault(pid, Track(name))
    track.moments.append((moment, (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND))
    track.most_bytes = max(track.most_bytes, int(fields[21]) * PAGE_BYTES)


def _family(root: int) -> dict[int, str]:
    """A process and those below it, with what they are."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    names = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, rest = (entry / "stat").read_text().rpartition(")")
        except OSError:
            continue
        names[int(entry.name)] = name.partition("(")[2]
        children[int(rest.split()[1])].append(int(entry.name))
    family, waiting = {root: "command"}, [root]
    while waiting:
        for child in children[waiting.pop()]:
            family[child] = "engine" if names[child] == "pulumi" else names[child]
            waiting.append(child)
    return family


def timeline() -> None:
    """Processes of each command on one line of time; `@` is a whole processor."""
    with sandbox_home() as home, tempfile.TemporaryDirectory() as directory:
        record = Path(home.environment["TABLEWRIGHT_HOME"]) / "sandbox/default/instance.json"
        sandbox = {json.loads(record.read_text("utf-8"))["pid"]: "sandbox"}
        for tables in map(int, os.environ.get("BENCH_TABLES", "3 100").split()):
            manifest = str(write(Path(directory) / f"{tables}.yaml", tables))
            for name, arguments in (
                ("first preview", ("preview", manifest)),
                ("up", ("up", manifest, "--yes")),
                ("preview, nothing changed", ("preview", manifest)),
                ("up, nothing changed", ("up", manifest, "--yes")),
                ("preview --refresh", ("preview", manifest, "--refresh")),
                ("verify", ("verify", manifest)),
                ("destroy", ("destroy", manifest, "--yes")),
            ):
                print(f"{tables} tables: {name}")
                print("\n".join(watch(home, arguments, sandbox).lines()), flush=True)
