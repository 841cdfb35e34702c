"""Calls of AWS for a request of the engine: tried again, mapped, and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from threading import Event
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from tablewright.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    EndpointError,
    InterruptedRun,
    NotFoundError,
    WaitTimeoutError,
)
from tablewright.provider.configuration import Configuration
from tablewright.provider.dynamodb.table_reading import read_table
from tablewright.provider.operation_context import OperationContext, pauses, refused_with

DESCRIPTION = {
    "TableName": "events",
    "TableStatus": "ACTIVE",
    "TableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/events",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
}


class Scripted:
    """Clients whose answers are written down; the border that is faked is AWS itself."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        session.set_credentials("key", "secret")
        config = Config(retries={"total_max_attempts": 1})
        self.client = session.create_client("dynamodb", "eu-west-1", config=config)
        self.stubber = Stubber(self.client)
        self.stubber.activate()

    def __call__(self, service: str, region: str) -> Any:
        assert (service, region) == ("dynamodb", "eu-west-1")
        return self.client

    def answer(self, operation: str, **reply: Any) -> None:
        self.stubber.add_response(operation, reply)

    def refuse(self, operation: str, code: str, text: str = "no", status: int = 400) -> None:
        self.stubber.add_client_error(operation, code, text, http_status_code=status)


@pytest.fixture
def aws() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.stubber.assert_no_pending_responses()


@pytest.fixture
def run(aws: Scripted) -> Callable[..., OperationContext]:
    def make(
        seconds: float = 30, cancelled: Event | None = None, say: Callable[[str], None] = print
    ) -> OperationContext:
        configuration = Configuration({"region": "eu-west-1"})
        clients: Any = aws
        return OperationContext(
            "table events", clients, configuration, cancelled or Event(), seconds, say=say
        )

    return make


def describe(run: OperationContext, **options: Any) -> Any:
    return run.call("dynamodb", "eu-west-1", "DescribeTable", TableName="events", **options)


@pytest.mark.parametrize("code", ["ThrottlingException", "RequestLimitExceeded"])
def test_a_throttled_call_is_made_again(aws: Scripted, run: Any, code: str) -> None:
    aws.refuse("describe_table", code)
    aws.answer("describe_table", Table=DESCRIPTION)
    assert describe(run())["Table"]["TableName"] == "events"


def test_a_limit_that_passes_soon_is_waited_for(aws: Scripted, run: Any) -> None:
    text = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously"
    aws.refuse("describe_table", "LimitExceededException", text)
    aws.answer("describe_table", Table=DESCRIPTION)
    assert describe(run())


@pytest.mark.parametrize(
    "text",
    [
        "Provisioned throughput decreases are limited within a given UTC day",
        "Update to PayPerRequest mode are limited to 4 times in 1 day(s)",
        "Table class updates are limited to 2 times in 30 day(s)",
    ],
)
def test_a_limit_of_hours_or_days_is_told_at_once(aws: Scripted, run: Any, text: str) -> None:
    aws.refuse("describe_table", "LimitExceededException", text)
    with pytest.raises(AwsError) as failure:
        describe(run())
    assert text in failure.value.message


def test_a_code_that_means_later_for_this_call_is_waited_out(aws: Scripted, run: Any) -> None:
    aws.refuse("describe_table", "ResourceInUseException")
    aws.answer("describe_table", Table=DESCRIPTION)
    assert describe(run(), retry=("ResourceInUseException",))


def test_words_in_a_condition_are_looked_for(aws: Scripted, run: Any) -> None:
    condition = ("ValidationException: not yet",)
    aws.refuse("describe_table", "ValidationException", "this is not yet there")
    aws.refuse("describe_table", "ValidationException", "never")
    with pytest.raises(AwsError, match="never"):
        describe(run(), retry=condition)


def test_a_code_is_believed_only_for_a_while(aws: Scripted, run: Any) -> None:
    aws.refuse("describe_table", "ResourceNotFoundException")
    with pytest.raises(NotFoundError) as failure:
        describe(run(), retry=("ResourceNotFoundException",), patience_seconds=0)
    assert refused_with(failure.value, "ResourceNotFoundException")
    assert not refused_with(failure.value, "AccessDenied")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("AccessDeniedException", AccessDeniedError, "DescribeTable is not allowed"),
        ("UnrecognizedClientException", CredentialsError, "does not accept these credentials"),
        ("ExpiredTokenException", CredentialsError, "expired"),
        ("ValidationException", AwsError, "could not call DescribeTable for table events"),
    ],
)
def test_a_refusal_becomes_one_sentence_with_the_resource_in_it(
    aws: Scripted, run: Any, code: str, kind: type[AwsError], words: str
) -> None:
    aws.refuse("describe_table", code)
    with pytest.raises(kind) as failure:
        describe(run())
    assert words in failure.value.message
    assert "table events" in failure.value.message
    assert code not in failure.value.message or kind is AwsError


def test_what_is_known_of_a_later_time_is_said_instead_of_the_code(aws: Scripted, run: Any) -> None:
    aws.refuse("describe_table", "ValidationException")
    later = "AWS allows the next TTL change at 18:27"
    with pytest.raises(WaitTimeoutError, match=f"still waiting: {later}"):
        run(0.01).call(
            "dynamodb",
            "eu-west-1",
            "DescribeTable",
            retry=("ValidationException",),
            later=later,
            TableName="events",
        )


def test_a_wait_may_be_shorter_than_its_request(run: Any) -> None:
    with pytest.raises(WaitTimeoutError, match="still waiting: the endpoint confirms"):
        run(30).wait(lambda: None, "the endpoint confirms", 0.2)


def test_a_wait_gives_up_at_the_deadline_and_says_what_for(run: Any) -> None:
    began = time.monotonic()
    with pytest.raises(WaitTimeoutError, match="after 0 s still waiting: the index is built"):
        run(0.2).wait(lambda: None, "the index is built")
    assert time.monotonic() - began < 60


def test_a_wait_ends_when_the_engine_cancels(run: Any) -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(InterruptedRun, match="stopped while waiting: the index is built"):
        run(30, cancelled).wait(lambda: None, "the index is built")


def test_throttling_ends_when_the_engine_cancels(aws: Scripted, run: Any) -> None:
    cancelled = Event()
    cancelled.set()
    aws.refuse("describe_table", "ThrottlingException")
    with pytest.raises(InterruptedRun, match="AWS asked to retry DescribeTable later"):
        describe(run(30, cancelled))


def test_waits_begin_quick_and_get_slow_and_are_never_the_same() -> None:
    taken = list(islice(pauses(), 40))
    assert taken[0] < 0.05
    assert 10 < taken[-1] < 20
    assert len(set(taken)) == len(taken)


def test_all_pages_are_read(aws: Scripted, run: Any) -> None:
    tag = {"Key": "A", "Value": "1"}
    aws.answer("list_tags_of_resource", Tags=[tag], NextToken="more")
    aws.answer("list_tags_of_resource", Tags=[tag, tag])
    arn = DESCRIPTION["TableArn"]
    found = run().pages("dynamodb", "eu-west-1", "ListTagsOfResource", "Tags", ResourceArn=arn)
    assert len(found) == 3


def test_without_a_region_the_cure_is_said(aws: Scripted) -> None:
    clients: Any = aws
    bare = OperationContext("role reader", clients, Configuration(), Event(), 1)
    with pytest.raises(EndpointError, match="set aws:region"):
        _ = bare.default_region
    assert bare.region_of({"region": ""}, {"region": "eu-west-1"}) == "eu-west-1"


def test_what_may_not_be_read_of_a_table_is_unread_and_never_a_default(
    aws: Scripted, run: Any
) -> None:
    aws.answer("describe_table", Table=DESCRIPTION)
    aws.refuse("describe_continuous_backups", "AccessDeniedException")
    aws.answer("describe_time_to_live", TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})
    aws.refuse("list_tags_of_resource", "AccessDeniedException")
    reading = read_table(run(), "eu-west-1", "events")
    assert reading is not None
    assert (reading.table.recovery, reading.table.tags) == (None, None)
    assert set(reading.unread) == {"recovery", "tags"}
    assert "is not allowed" in reading.unread["recovery"]


def test_a_table_that_goes_while_it_is_read_is_not_there(aws: Scripted, run: Any) -> None:
    aws.answer("describe_table", Table=DESCRIPTION)
    aws.refuse("describe_continuous_backups", "TableNotFoundException")
    assert read_table(run(), "eu-west-1", "events") is None
