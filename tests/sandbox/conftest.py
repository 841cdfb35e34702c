from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.target import Target

REGION = "ap-southeast-2"


@pytest.fixture
def session() -> Iterator[Session]:
    """A session on an embedded AWS of its own."""
    with embedded_aws() as emulator:
        session = Session(Target.sandbox(emulator.endpoint), REGION)
        yield session
        session.close()


@pytest.fixture
def refuse(session: Session) -> Callable[..., None]:
    """`refuse(service, operation, code)`: from now on AWS answers that call so."""

    def make(service: str, operation: str, code: str = "AccessDeniedException") -> None:
        answer = {"Error": {"Code": code, "Message": f"not authorized to perform: x:{operation}"}}

        def reply(**_: Any) -> tuple[Any, Any]:
            return SimpleNamespace(status_code=403), answer

        client = session.client(service)
        name = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"before-call.{name}.{operation}", reply)

    return make


@pytest.fixture
def make_table(session: Session) -> Callable[..., str]:
    """Make a table with the given members besides its name and key; answers its ARN."""
    own = session

    def make(
        name: str, *, region: str | None = None, session: Session | None = None, **members: Any
    ) -> str:
        request = {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        client = (session or own).client("dynamodb", region)
        reply = client.create_table(TableName=name, **{**request, **members})
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05})
        arn: str = reply["TableDescription"]["TableArn"]
        return arn

    return make
