"""A client in the sandbox's own process: the same answers and failures as over loopback."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from tests.sandbox.dynamodb.conftest import ACCOUNT, REGION

from tablewright.aws.connection import connect, open_session
from tablewright.sandbox.answering import answering_here
from tablewright_emulator.faults import KINDS, Fault, Kind
from tablewright_emulator.listener import Listener
from tablewright_emulator.server import Emulator

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("describe_table", {"TableName": "nowhere"}),
    "cloudwatch": ("describe_alarms", {}),
    "iam": ("get_role", {"RoleName": "nobody"}),
    "sts": ("get_caller_identity", {}),
    "lambda": ("list_functions", {}),
    "sns": ("create_topic", {"Name": "topic"}),
}
"""By service: JSON, CBOR or queries, XML, paths; answers and errors."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def outcome(emulator: Emulator, service: str) -> Any:
    """What a client like the provider's is answered, without what is of that one call."""
    session = open_session("sandbox")
    session.set_credentials(ACCOUNT, "none")
    client = connect(session, service, REGION, endpoint=emulator.endpoint, settings={}, attempts=1)
    operation, arguments = CALLS[service]
    try:
        reply = getattr(client, operation)(**arguments)
    except ClientError as error:
        reply = error.response
    except BotoCoreError as error:
        return type(error)
    metadata = reply.pop("ResponseMetadata")
    return reply, metadata["HTTPStatusCode"], metadata["HTTPHeaders"].get("content-type")


@pytest.mark.parametrize("service", CALLS)
def test_answers_are_those_over_loopback(service: str, emulator: Emulator):
    over_loopback = outcome(emulator, service)
    with answering_here(emulator):
        assert outcome(emulator, service) == over_loopback


@pytest.mark.parametrize("service", ["dynamodb", "iam"])
@pytest.mark.parametrize("kind", KINDS)
def test_failures_are_those_over_loopback(kind: Kind, service: str, emulator: Emulator):
    def struck() -> Any:
        seconds = 0.05 if kind == "delay" else 0.0
        emulator.faults.add(Fault(service="*", kind=kind, times=1, seconds=seconds))
        return outcome(emulator, service)

    over_loopback = struck()
    with answering_here(emulator):
        assert struck() == over_loopback


def test_nothing_goes_over_the_socket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch):
    with answering_here(emulator):
        monkeypatch.setattr(Listener, "verify_request", lambda *_: False)
        assert isinstance(outcome(emulator, "sts"), tuple)
    assert isinstance(outcome(emulator, "sts"), type), "afterwards it does again"
