"""The engine's protocol for one provider instance: requests in, resource types called, replies out.

An instance belongs to one engine and one configuration. What goes wrong reaches the engine as one
sentence; what went wrong half-way reaches it with what was made so far, so that it is recorded and
the next run finishes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2

from tablewright.errors import NotFoundError, TablewrightError
from tablewright.provider import going_on
from tablewright.provider.accounts import RecordedAccounts, require_allowed
from tablewright.provider.catalogue import INVOKES, RESOURCES, package_schema, refusal_of
from tablewright.provider.clients import ClientPool, Clients
from tablewright.provider.configuration import Configuration, read_configuration
from tablewright.provider.creation_id import is_another
from tablewright.provider.hosting.plugin import SDK_VERSION
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.holders import Holders, Place
from tablewright.provider.resources.import_ids import located
from tablewright.provider.resources.parts import as_recorded, inputs_found
from tablewright.provider.resources.resource import Recorded, ResourceType
from tablewright.provider.resources.shape import conform
from tablewright.pulumi_protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from tablewright.pulumi_values import ENGINE_OWNER_VARIABLE, urn_name
from tablewright.resource_kinds import KINDS

from .engine_log import EngineLog
from .filling import fill_name, fill_region
from .replies import (
    abort_half_done,
    check_failures,
    diff_response,
    invoke_response,
    joined_secrets,
    refuse,
    sealed,
    sentence,
)
from .unknown import UNKNOWN, has_unknown
from .wire import Properties, decode, encode

_LEFT_ALONE: Final = (
    "left alone: what this record means in AWS is declared, or was made in this run"
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """A create or an update under way."""

    kind: ResourceType
    run: OperationContext
    news: Properties
    recorded: Properties


class ProviderInstance(provider_pb2_grpc.ResourceProviderServicer):
    """The servicer of one instance.

    Args:
        pool: clients shared with other instances.
        environment: of the engine, never this process's own.
        holders: of the run, shared with the other instances of its engine.
    """

    def __init__(
        self, pool: ClientPool, environment: Mapping[str, str], holders: Holders | None = None
    ) -> None:
        self._pool = pool
        self._environment = environment
        self._configuration = Configuration()
        self._clients: Clients | None = None
        self._cancelled = Event()
        self._voice = EngineLog()
        self._holders = holders or Holders()
        self._accounts = RecordedAccounts()
        self._place = Place(lambda: self._run("the provider", "", 60).identity().account)

    def close(self) -> None:
        """Let go of what the instance holds, at its end."""
        self._cancelled.set()
        self._holders.leave(self._place)
        self._voice.close()

    # About the provider itself. ------------------------------------------------------------

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Agree on what both sides understand."""
        del context
        self._voice = EngineLog(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=False,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return the version of the SDK that this provider stands in for."""
        del request, context
        return plugin_pb2.PluginInfo(version=SDK_VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return what is carried, as the installed SDK declares it."""
        del request, context
        return provider_pb2.GetSchemaResponse(schema=package_schema())

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Accept an engine that was told our port instead of starting us."""
        del context
        self._voice = EngineLog(request.address)
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """End all waits of this instance; the engine calls it after good runs too."""
        del request, context
        self._cancelled.set()
        self._holders.leave(self._place)
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Check the provider's own inputs."""
        del context
        news = decode(request.news)
        configuration, failures = read_configuration(news.values, self._environment)
        recorded = {name: value for name, value in news.values.items() if value is not None}
        if configuration.region and not recorded.get("region"):
            recorded["region"] = configuration.region
        return provider_pb2.CheckResponse(
            inputs=encode(recorded, news.secrets), failures=check_failures(failures)
        )

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return which inputs of the provider changed; none of them replaces it.

        A changed region replaces the resources that have one, each by its own `region` input.
        """
        del context
        olds = decode(request.old_inputs).values or decode(request.olds).values
        news = decode(request.news).values
        names = sorted({*olds, *news} - {"version"})
        changes = [Change(name, "update") for name in names if olds.get(name) != news.get(name)]
        return diff_response(changes, delete_first=False)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the configuration of this instance; a run begins."""
        self._holders.leave(self._place)
        values = decode(request.args).values
        configuration, failures = read_configuration(values, self._environment)
        if failures:
            text = "; ".join(f"aws:{failure.path} {failure.reason}" for failure in failures)
            refuse(context, grpc.StatusCode.INVALID_ARGUMENT, text)
        self._configuration = configuration
        self._clients = self._pool.clients(configuration, self._environment)
        self._accounts = RecordedAccounts()
        self._guarded(context, lambda: require_allowed(self._run("the provider", "", 60)))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    # About resources. ----------------------------------------------------------------------

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Validate inputs, and fill in the name and the region."""
        kind = self._kind(request.urn, context)
        olds = decode(request.olds)
        news = self._guarded(context, lambda: decode(request.news))
        inputs, failures = conform(kind.shape, news.values)
        if olds.values:
            self._holders.record(self._place, kind.tok, olds.values)
        failures = [
            *failures,
            *fill_name(kind, inputs, olds.values, request),
            *fill_region(kind, inputs, self._configuration),
        ]
        if not failures:
            failures = kind.check(inputs, olds.values)
        return provider_pb2.CheckResponse(
            inputs=encode(inputs, news.secrets), failures=check_failures(failures)
        )

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare what is recorded with what is wanted, without asking AWS."""
        kind = self._kind(request.urn, context)
        recorded = self._recorded(request)
        self._accounts.see(kind.tok, recorded.outputs)
        changes = self._guarded(context, lambda: kind.diff(recorded, self._configuration))
        declared = {"arn": recorded.outputs.get("arn"), **recorded.news}
        if changes:
            self._holders.declare(self._place, kind.tok, request.urn, declared)
        else:
            self._holders.make(self._place, kind.tok, request.urn, declared, recorded.outputs)
        first = KINDS[kind.tok].displaces(recorded.outputs, recorded.news)
        return diff_response(changes, delete_first=first)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a resource, or say what its outputs will be."""
        kind = self._kind(request.urn, context)
        news = decode(request.properties)
        if request.preview:
            outputs = kind.preview_create(news.values, self._configuration)
            return provider_pb2.CreateResponse(properties=sealed(kind, outputs, news.secrets))
        subject = kind.subject(urn_name(request.urn), news.values)
        timeout_seconds = request.timeout or kind.seconds("create", news.values)
        run = self._run(subject, request.urn, timeout_seconds, creates=True)
        job = _Job(kind, run, news, Properties())
        looked = ENGINE_OWNER_VARIABLE in self._environment  # a command of ours, before the run

        def create() -> tuple[str, dict[str, Any]]:
            self._accounts.require_any(run)
            try:
                known = looked or self._holders.is_recorded(self._place, kind.tok, news.values)
                identifier = going_on.make(kind, run, news.values, request.urn, is_known=known)
                run.record(identifier)
            finally:
                if run.made is not None:
                    self._holders.make(self._place, kind.tok, request.urn, news.values)
            return identifier, self._outputs(job, identifier)

        identifier, properties = self._half_done(context, job, create)
        return provider_pb2.CreateResponse(id=identifier, properties=properties)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read a resource: to import it when nothing is recorded, else to refresh."""
        kind = self._kind(request.urn, context)
        properties, inputs = decode(request.properties), decode(request.inputs)
        importing = not properties.values and not inputs.values
        identifier, recorded = request.id, properties.values
        if importing:
            identifier, recorded = located(kind, request.id)
        subject = kind.subject(identifier, recorded)
        run = self._run(subject, request.urn, request.timeout or kind.timeouts.read)
        self._guarded(context, lambda: self._accounts.require(run, kind.tok, recorded))
        live = self._guarded(context, lambda: kind.read(run, identifier, recorded))
        if live is None or is_another(recorded, live.outputs):
            return provider_pb2.ReadResponse()
        if importing:
            self._holders.take(self._place, kind.tok, live.outputs)
        outputs = kind.settle(live.outputs, inputs.values, properties.values)
        found_inputs = inputs_found(kind, outputs, None if importing else inputs.values)
        return provider_pb2.ReadResponse(
            id=live.identifier,
            properties=sealed(kind, outputs, joined_secrets(properties.secrets, inputs.secrets)),
            inputs=encode(found_inputs, inputs.secrets),
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change a resource in place, or say what its outputs will be."""
        kind = self._kind(request.urn, context)
        olds, news = decode(request.olds), decode(request.news)
        recorded = self._recorded(request)
        if request.preview:
            changes = kind.diff(recorded, self._configuration)
            outputs = kind.preview_update(recorded, changes, self._configuration)
            properties = sealed(kind, outputs, news.secrets)
            return provider_pb2.UpdateResponse(properties=properties)
        subject = kind.subject(request.id, news.values)
        timeout_seconds = request.timeout or kind.seconds("update", news.values)
        run = self._run(subject, request.urn, timeout_seconds)
        job = _Job(kind, run, news, olds)

        def update() -> tuple[str, dict[str, Any]]:
            self._accounts.require(run, kind.tok, olds.values)
            declared = {"arn": olds.values.get("arn"), **news.values}
            self._holders.make(self._place, kind.tok, request.urn, declared, olds.values)
            going_on.change(kind, run, recorded, request.urn)
            return request.id, self._outputs(job, request.id)

        _, properties = self._half_done(context, job, update)
        return provider_pb2.UpdateResponse(properties=properties)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Remove a resource, unless it is another's by now."""
        kind = self._kind(request.urn, context)
        properties = decode(request.properties).values
        if self._holders.is_lost(self._place, kind.tok, request.urn, properties):
            self._voice.say(request.urn, _LEFT_ALONE, ephemeral=False)
            return empty_pb2.Empty()
        subject = kind.subject(request.id, properties)
        recorded = Recorded(request.id, properties, decode(request.old_inputs).values)
        timeout_seconds = request.timeout or kind.seconds("delete", recorded.old_inputs)
        run = self._run(subject, request.urn, timeout_seconds)
        self._guarded(context, lambda: self._accounts.require(run, kind.tok, properties))
        self._guarded(context, lambda: going_on.remove(kind, run, recorded, request.urn))
        self._holders.release(self._place, kind.tok, request.urn, properties)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer a function of the SDK."""
        function = INVOKES.get(request.tok)
        if function is None:
            refuse(context, grpc.StatusCode.UNIMPLEMENTED, refusal_of(request.tok))
        given = decode(request.args)
        if has_unknown(given.values):
            return invoke_response({})
        arguments, failures = function.conform(given.values)
        if failures:
            return provider_pb2.InvokeResponse(failures=check_failures(failures))
        run = self._run(request.tok.rpartition(":")[2], "", 60)
        result = self._guarded(context, lambda: function.answer(run, arguments))
        if isinstance(result, list):
            return provider_pb2.InvokeResponse(failures=check_failures(result))
        return invoke_response(result)

    # Inside. -------------------------------------------------------------------------------

    def _kind(self, urn: str, context: Any) -> ResourceType:
        token = urn.split("::")[2].rpartition("$")[2]
        kind = RESOURCES.get(token)
        if kind is None:
            refuse(context, grpc.StatusCode.UNIMPLEMENTED, refusal_of(token))
        return kind

    def _recorded(self, request: Any) -> Recorded:
        return Recorded(
            identifier=request.id,
            outputs=decode(request.olds).values,
            old_inputs=decode(request.old_inputs).values,
            news=decode(request.news).values,
            ignored=tuple(request.ignoreChanges),
        )

    def _run(
        self, subject: str, urn: str, timeout_seconds: float, *, creates: bool = False
    ) -> OperationContext:
        return OperationContext(
            subject,
            self._clients or self._pool.clients(self._configuration, self._environment),
            self._configuration,
            self._cancelled,
            timeout_seconds,
            creates=creates,
            say=partial(self._voice.say, urn),
        )

    def _outputs(self, job: _Job, identifier: str, *, is_done: bool = True) -> dict[str, Any]:
        inputs, recorded = job.news.values, job.recorded.values
        live = job.run.see(lambda: job.kind.read(job.run, identifier, {**recorded, **inputs}))
        if live is None:
            message = f"{job.run.subject} disappeared during the run"
            raise NotFoundError(message, "find out who else deletes it, then run again")
        bags = live.outputs, recorded, inputs
        outputs = as_recorded(job.kind, *bags, self._configuration, is_done=is_done)
        return job.kind.settle(outputs, inputs, recorded)

    def _half_done(
        self, context: Any, job: _Job, work: Callable[[], tuple[str, dict[str, Any]]]
    ) -> tuple[str, Any]:
        """Do work that may stop half-way, and then leave a record of what is there."""
        try:
            identifier, outputs = work()
        except TablewrightError as error:
            _LOG.info("failed: %s", error)
            if job.run.made is None:
                refuse(context, grpc.StatusCode.FAILED_PRECONDITION, sentence(error))
            outputs = self._what_is_there(job)
            properties = sealed(job.kind, outputs, job.news.secrets)
            abort_half_done(context, job.run.made, properties, sentence(error))
        return identifier, sealed(job.kind, outputs, job.news.secrets)

    def _what_is_there(self, job: _Job) -> dict[str, Any]:
        """Outputs after a failure: read again if that works, else what was known before."""
        run, kind = job.run, job.kind
        reading = OperationContext(
            run.subject, run.clients, run.configuration, Event(), kind.timeouts.read
        )
        try:
            unfinished = _Job(kind, reading, job.news, job.recorded)
            return self._outputs(unfinished, run.made or "", is_done=False)
        except TablewrightError:
            outputs = job.recorded.values or kind.preview_create(
                job.news.values, self._configuration
            )
            return {name: value for name, value in outputs.items() if value is not UNKNOWN}

    def _guarded(self, context: Any, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except TablewrightError as error:
            _LOG.info("failed: %s", error)
            refuse(context, grpc.StatusCode.FAILED_PRECONDITION, sentence(error))
