"""`optimize` as a program for `spark-submit`; docs/optimize.md has the command.

spark-submit prints both streams of a program as one, so what is asked for goes to a file:

    spark-submit decide.py decisions.json --all --usage s3a://BUCKET/usage --output json
"""

import sys
from pathlib import Path

from tablewright.cli import main

if __name__ == "__main__":
    file, *words = sys.argv[1:]
    sys.argv[1:] = ["optimize", "--engine", "spark", *words]
    with Path(file).open("w", encoding="utf-8") as sys.stdout:
        main()
