"""Run a Pulumi project's program with the project's own interpreter.

A script, not a module of the package: the project's environment need not have tablewright, only
Pulumi's SDK. Called by `language_host` with the settings as JSON, the program, and its arguments.
Configuration comes through PULUMI_CONFIG and PULUMI_CONFIG_SECRET_KEYS.
"""

import asyncio
import gc
import inspect
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SAID_ALREADY = 32
"""Exit status for a failure that the user was told of."""


def main() -> int:
    """Run the program and answer the exit status."""
    settings, program, *arguments = sys.argv[1:]
    try:
        import pulumi.runtime  # noqa: PLC0415

        import pulumi  # noqa: PLC0415 - may be missing, and that must be said well
    except ImportError:
        say(
            f"Pulumi's SDK is not installed for {sys.executable}: "
            f"{sys.executable} -m pip install pulumi, or -r requirements.txt"
        )
        return SAID_ALREADY
    configure(pulumi, json.loads(settings))
    sys.argv = [program, *arguments]
    sys.path.insert(0, folder_of(program))
    try:
        run(pulumi, program)
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return SAID_ALREADY
    except Exception:  # noqa: BLE001 - whatever a program raises is told to its author
        pulumi.log.error(f"the program failed:\n{user_trace(program)}")
        return SAID_ALREADY
    return 0


def configure(pulumi: Any, settings: dict[str, Any]) -> None:
    """Connect the SDK with the engine and give it the configuration.

    An older SDK knows fewer settings; those it does not know are left out.
    """
    known = inspect.signature(pulumi.runtime.Settings).parameters
    pulumi.runtime.configure(
        pulumi.runtime.Settings(**{key: value for key, value in settings.items() if key in known})
    )
    pulumi.runtime.set_all_config(
        json.loads(os.environ.get("PULUMI_CONFIG", "{}")),
        json.loads(os.environ.get("PULUMI_CONFIG_SECRET_KEYS", "[]")),
    )


def run(pulumi: Any, program: str) -> None:
    """Run the program to the end of all its registrations."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of what a failure leaves waiting
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=32)
    loop.set_default_executor(executor)
    target = str(Path(program).absolute())

    def start() -> None:
        runpy.run_path(target, run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(start))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        loop.close()


def folder_of(program: str) -> str:
    """Where the program's own modules are imported from."""
    path = Path(program).absolute()
    return str(path if path.is_dir() else path.parent)


def user_trace(program: str) -> str:
    """The trace from the first line of the user's program on, without what called it."""
    error = sys.exc_info()[1]
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    folder = folder_of(program)
    first = next((n for n, f in enumerate(frames) if f.filename.startswith(folder)), 0)
    return "".join(traceback.format_exception(error, limit=first - len(frames)))


def say(text: str) -> None:
    """A line for the user: the engine shows what its language host prints."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    STATUS = main()
    gc.freeze()  # the interpreter's end would go over all objects of the SDK, which takes 0.2 s
    sys.exit(STATUS)
