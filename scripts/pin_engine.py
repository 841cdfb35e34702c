"""Write the SHA-256 of Pulumi's release into the package: `python -m scripts.pin_engine`.

Needs a network that reaches Pulumi's releases. The names of all systems are taken, so that who pins
needs none of the others' machines.
"""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

from tablewright.engine.install.locate import ENGINE_VERSION
from tablewright.engine.install.release import checksum_in, checksums_of

FILE = Path(__file__).parents[1] / "src/tablewright/engine/install/checksums.txt"
SYSTEMS = ("linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64")
RELEASE = f"https://github.com/pulumi/pulumi/releases/download/v{ENGINE_VERSION}"


def main() -> int:
    """Replace the lines of the file; 1 if an archive is not in the list."""
    url = f"{RELEASE}/{checksums_of(ENGINE_VERSION)}"
    with urllib.request.urlopen(url, timeout=30) as reply:  # noqa: S310 - it is https
        listing = reply.read().decode("utf-8")
    names = [f"pulumi-v{ENGINE_VERSION}-{system}.tar.gz" for system in SYSTEMS]
    checksums = {name: checksum_in(listing, name) for name in names}
    if lacking := [name for name, checksum in checksums.items() if checksum is None]:
        print(f"not in the list: {', '.join(lacking)}")
        return 1
    comments = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("#")]
    lines = [*comments, *(f"{checksum}  {name}" for name, checksum in checksums.items())]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
