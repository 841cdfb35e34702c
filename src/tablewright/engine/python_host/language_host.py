"""`pulumi-language-python`: runs Pulumi projects with `runtime: python` where the user has no host.

Pulumi's own installer brings language hosts along; an engine built from source has none. The engine
starts this one from PATH, reads its port from the first line it prints, and asks it to run the
project's program. It installs nothing: it says so, and uses the interpreter that is there.

It serves `tablewright sandbox exec -- pulumi up` alone; our own runs need no host.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2

from tablewright.engine.python_host.import_code import UnreadableError, python_program
from tablewright.engine.run.messages import SERVER_OPTIONS
from tablewright.pulumi_protocol import language_pb2, language_pb2_grpc, plugin_pb2

_RUNNER = Path(__file__).with_name("project_runner.py")
_SAID_ALREADY = 32
"""The exit status with which the runner says that the failure was told already."""
_ORPHAN_POLL_SECONDS = 0.5
_CANCEL_GRACE_SECONDS = 5
_WORKERS = 4


class PythonHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The engine's language protocol for Python projects.

    Args:
        engine: address of the engine that started this host.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._program: subprocess.Popen[bytes] | None = None

    def Handshake(self, request: Any, _context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Learn the engine's address, which newer engines say here and older ones as argument."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Say which version this is: that of the SDK it was built beside."""
        return plugin_pb2.PluginInfo(version=_sdk_version())

    def GetRequiredPackages(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Name no packages: providers are looked up when the program first uses them."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Name no plugins, likewise."""
        return language_pb2.GetRequiredPluginsResponse()

    def RuntimeOptionsPrompts(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Ask nothing."""
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Say which interpreter would run the program."""
        folder = request.info.root_directory or str(Path.cwd())
        return language_pb2.AboutResponse(
            executable=str(interpreter(Path(folder), _options(request.info))),
            version=".".join(map(str, sys.version_info[:3])),
        )

    def GetProgramDependencies(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """List no dependencies: only `pulumi about` asks."""
        return language_pb2.GetProgramDependenciesResponse()

    def InstallDependencies(self, request: Any, _context: Any) -> Iterator[Any]:  # noqa: N802
        """Install nothing, and say so."""
        folder = Path(request.info.root_directory or request.directory or ".")
        used = interpreter(folder, _options(request.info))
        text = f"tablewright's Python host installs nothing; it runs the program with {used}\n"
        yield language_pb2.InstallDependenciesResponse(stdout=text.encode())

    def GenerateProgram(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Write the Python of what `pulumi import` took over."""
        try:
            code = python_program("\n".join(request.source.values()))
        except UnreadableError as error:
            text = (
                f"tablewright's Python host writes code for plain resources only, not: {error}; "
                "the resources are imported: declare them as `pulumi stack export` shows them"
            )
            context.abort(grpc.StatusCode.UNIMPLEMENTED, text)
        return language_pb2.GenerateProgramResponse(source={"__main__.py": code.encode()})

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the program in a process of its own, whose output the engine shows."""
        info = request.info
        root = Path(info.root_directory or request.pwd)
        used = interpreter(root, _options(info))
        if used is None:
            wanted = _options(info).get("virtualenv", "")
            return language_pb2.RunResponse(
                error=f"the virtual environment {wanted} of Pulumi.yaml does not exist in {root}; "
                "make it with `python -m venv`, and install the requirements into it"
            )
        command = [str(used), "-u", str(_RUNNER), *_arguments(request, self._engine)]
        folder = info.program_directory or request.pwd
        self._program = subprocess.Popen(command, cwd=folder, env=_environment(request, used))
        context.add_callback(self.end_program)
        return _answer(self._program.wait())

    def Cancel(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """End the program."""
        self.end_program()
        return empty_pb2.Empty()

    def end_program(self) -> None:
        """End a program that may still run: ask first, then kill."""
        program = self._program
        if program is None or program.poll() is not None:
            return
        program.terminate()
        try:
            program.wait(_CANCEL_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()


def interpreter(root: Path, options: Mapping[str, Any]) -> Path | None:
    """The Python that runs a project's program.

    The project's `virtualenv` option; without it a `.venv` or `venv` in its folder; else the
    Python that runs this host, which has Pulumi's SDK and these components.

    Returns:
        None if the project names a virtual environment that does not exist.
    """
    if named := options.get("virtualenv"):
        python = _python(root / str(named))
        return python if python.exists() else None
    for name in (".venv", "venv"):
        if (python := _python(root / name)).exists():
            return python
    return Path(sys.executable)


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _options(info: Any) -> dict[str, Any]:
    return dict(info.options.items()) if info.HasField("options") else {}


def _arguments(request: Any, engine: str) -> Sequence[str]:
    """Where and as what the program runs, for `project_runner`."""
    settings = {
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization or "organization",
        "root_directory": request.info.root_directory,
        "parallel": request.parallel,
        "dry_run": request.dryRun,
        "monitor": request.monitor_address,
        "engine": engine,
    }
    program = request.info.entry_point or request.program or "."
    return [json.dumps(settings), program, *request.args]


def _environment(request: Any, used: Path) -> dict[str, str]:
    """Configuration goes through the environment: arguments can be read by every user."""
    environment = {
        **os.environ,
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
    if used != Path(sys.executable):
        home = used.parent.parent
        environment["VIRTUAL_ENV"] = str(home)
        environment["PATH"] = f"{used.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        environment.pop("PYTHONHOME", None)
    return environment


def _answer(status: int) -> Any:
    if status == 0:
        return language_pb2.RunResponse()
    if status == _SAID_ALREADY or status < 0:
        return language_pb2.RunResponse(bail=True)
    return language_pb2.RunResponse(error=f"the program ended with exit status {status}")


def _sdk_version() -> str:
    return version("pulumi")


def main() -> None:
    """Serve the engine named by the last argument until it ends this process, or is gone."""
    engine = sys.argv[-1] if len(sys.argv) > 1 else ""
    host = PythonHost(engine)
    server = grpc.server(ThreadPoolExecutor(_WORKERS), options=SERVER_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    print(port, flush=True)  # noqa: T201 - what the engine waits for
    parent = os.getppid()
    while os.getppid() == parent:
        if ended.wait(_ORPHAN_POLL_SECONDS):
            break
    server.stop(None)
    host.end_program()
    os._exit(0)  # threads that wait for a program must not hold us
