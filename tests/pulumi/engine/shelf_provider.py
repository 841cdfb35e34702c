"""A small but whole provider for the engine's own tests: boxes on a shelf, which is a folder.

The engine starts `shelf_plugin`, which asks the `ShelfHost` of the tests for an instance. There is
one type, `shelf:index:Box`: each box is a file `NAME.json` in the folder `SHELF`. What a test needs
is said by the box's inputs:

- `name`: its physical name, also its id; a second box of that name is refused as AWS would;
- `label`: changes in place; `lock` and `name`: a change replaces; `secret`: an output kept secret;
- `refuse`: the text with which creating fails, after `seconds`; `refuseUpdate` likewise;
- `seconds`: how long creating takes after the box stands on the shelf; a cancel ends the wait and
  takes the box away again, unless it is `stubborn`;
- `until`: creating takes until the folder has a file of this name.

Of a cancel it tells in the file `cancelled`. With the process that the engine started it ends at
once, whatever it is at.
"""
# ruff: noqa: N802 - the protocol's names

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent import futures
from contextlib import suppress
from pathlib import Path
from typing import Self

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2

from tablewright.pulumi_protocol import messages

plugin_pb2, provider_pb2 = messages("plugin_pb2"), messages("provider_pb2")
provider_pb2_grpc = messages("provider_pb2_grpc")

REPLACING = ("name", "lock")
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def struct(values: dict) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    json_format.ParseDict(values, message)
    return message


def outputs(inputs: dict) -> dict:
    made = {**inputs, "address": f"shelf/{inputs.get('name')}"}
    if "secret" in inputs:
        made["opened"] = {SIGNATURE: SECRET, "value": "treasure"}
    return made


class Shelf(provider_pb2_grpc.ResourceProviderServicer):
    def __init__(self, folder: Path):
        self.folder = folder
        self.cancelled, self.gone = threading.Event(), threading.Event()

    def end(self) -> None:
        """No request is waited for any more, and none makes or takes anything."""
        self.gone.set()
        self.cancelled.set()

    def box(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return provider_pb2.DiffResponse()

    def Configure(self, request, context):
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    def Check(self, request, context):
        failures = []
        if "name" not in request.news:
            failures = [provider_pb2.CheckFailure(property="name", reason="a box needs a name")]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request, context):
        olds = json_format.MessageToDict(request.old_inputs)
        news = json_format.MessageToDict(request.news)
        changed = sorted(key for key in {*olds, *news} if olds.get(key) != news.get(key))
        kinds = provider_pb2.PropertyDiff
        detailed = {
            key: kinds(
                kind=kinds.UPDATE_REPLACE if key in REPLACING else kinds.UPDATE, inputDiff=True
            )
            for key in changed
        }
        return provider_pb2.DiffResponse(
            changes=2 if changed else 1,
            diffs=changed,
            replaces=[key for key in changed if key in REPLACING],
            detailedDiff=detailed,
            hasDetailedDiff=True,
            deleteBeforeReplace="lock" in changed,
        )

    def Create(self, request, context):
        inputs = json_format.MessageToDict(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=struct(inputs))
        name = inputs["name"]
        if "refuse" in inputs:
            self.gone.wait(inputs.get("seconds", 0))
            context.abort(grpc.StatusCode.UNKNOWN, inputs["refuse"])
        try:
            with self.box(name).open("x") as file:
                json.dump(inputs, file)
        except FileExistsError:
            text = f"ResourceInUseException: there is a box {name} already"
            context.abort(grpc.StatusCode.UNKNOWN, text)
        if "stubborn" in inputs:
            self.gone.wait(inputs["seconds"])
        elif "until" in inputs:
            while not (self.gone.is_set() or (self.folder / inputs["until"]).exists()):
                time.sleep(0.01)
        elif self.cancelled.wait(inputs.get("seconds", 0)) and not self.gone.is_set():
            self.box(name).unlink()
            context.abort(grpc.StatusCode.UNKNOWN, f"creating {name} was cancelled")
        return provider_pb2.CreateResponse(id=name, properties=struct(outputs(inputs)))

    def Read(self, request, context):
        path = self.box(request.id)
        if not path.exists():
            return provider_pb2.ReadResponse()
        inputs = json.loads(path.read_text())
        return provider_pb2.ReadResponse(
            id=request.id, inputs=struct(inputs), properties=struct(outputs(inputs))
        )

    def Update(self, request, context):
        inputs = json_format.MessageToDict(request.news)
        if not request.preview:
            if "refuseUpdate" in inputs:
                context.abort(grpc.StatusCode.UNKNOWN, inputs["refuseUpdate"])
            self.box(request.id).write_text(json.dumps(inputs))
        return provider_pb2.UpdateResponse(properties=struct(outputs(inputs)))

    def Delete(self, request, context):
        self.box(request.id).unlink(missing_ok=True)
        return empty_pb2.Empty()

    def Cancel(self, request, context):
        self.cancelled.set()
        (self.folder / "cancelled").touch()
        return empty_pb2.Empty()

    def Attach(self, request, context):
        return empty_pb2.Empty()


class ShelfHost:
    """Serves an instance for each process of the plug-in, as long as that lives."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._listener.getsockname()[1]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as reader:
        shelf = Shelf(Path(reader.readline().decode().rstrip("\n")))
        server = grpc.server(futures.ThreadPoolExecutor(16))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(shelf, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with suppress(ConnectionError):
            connection.sendall(f"{port}\n".encode())
            reader.read()  # nothing more is said; its end is that of the process
        shelf.end()
        server.stop(grace=None)
