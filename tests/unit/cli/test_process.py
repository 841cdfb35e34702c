"""A command in surroundings that are not a terminal's: streams closed, its directory gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "three-tables"
COMMAND = [sys.executable, "-c", "import sys; from tablewright.cli import main; main()"]


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_a_stream_that_is_closed_is_open_to_nothing(closed: tuple[int, ...], tmp_path: Path):
    def close() -> None:
        for number in closed:
            os.close(number)

    file = tmp_path / "out.json"
    code = (
        "import sys\n"
        "from tablewright.cli import process\n"
        "process.open_closed_streams()\n"
        "with open(sys.argv[1], 'w') as file:\n"
        "    assert file.fileno() > 2\n"
        "    print('to nobody', flush=True)\n"
        "    print('to nobody', file=sys.stderr, flush=True)\n"
        "    sys.stdin.buffer.read()\n"
        "    file.write('whole')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=close,
        check=False,
    )
    assert ran.returncode == 0
    assert file.read_text() == "whole"


def test_a_directory_that_is_gone_is_named(tmp_path: Path):
    folder = tmp_path / "gone"
    folder.mkdir()
    ran = subprocess.run(
        [*COMMAND, "validate", str(EXAMPLE)],
        cwd=folder,
        preexec_fn=folder.rmdir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr == (
        "error TW-E120: the current directory does not exist any more\n  → cd to another one\n"
    )


def test_what_an_output_cannot_show_is_replaced():
    code = (
        "import atexit; atexit.register(print, '└── größe')\n"
        "from tablewright.cli import main; main(['--version'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.splitlines()[-1] == b"??? gr??e"
