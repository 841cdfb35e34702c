"""Sessions, against a loopback server that answers as AWS's token service."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from tablewright.aws.session import Session
from tablewright.aws.target import Credentials, Target
from tablewright.errors import AccessDeniedError, CredentialsError, EndpointError

ROLE = "arn:aws:iam::210987654321:role/auditor"
ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId>
<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
</AssumeRoleResponse>"""
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Account>{}</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""
DENIED = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
<Code>AccessDenied</Code><Message>User: me is not authorized to perform: sts:AssumeRole on
resource: {}</Message></Error></ErrorResponse>"""


class TokenService(ThreadingHTTPServer):
    """Knows one role, whose external id is `secret`; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: TokenService

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = body["Action"][0]
        self.server.asked.append(action)
        if action == "GetCallerIdentity":
            assumed = "ASIAASSUMED" in self.headers["Authorization"]
            self._answer(200, IDENTITY.format("210987654321" if assumed else "123456789012"))
        elif body.get("ExternalId") == ["secret"]:
            self._answer(200, ASSUMED)
        else:
            self._answer(403, DENIED.format(ROLE))

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def tokens() -> Iterator[TokenService]:
    with TokenService() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def target(tokens: TokenService) -> Target:
    return Target.sandbox(f"http://127.0.0.1:{tokens.server_port}")


def test_the_account_is_asked_for_once(tokens: TokenService, target: Target):
    session = Session(target, "eu-west-1")
    assert (session.account_id, session.account_id) == ("123456789012", "123456789012")
    assert tokens.asked == ["GetCallerIdentity"]


def test_a_role_is_assumed_at_the_first_call_and_kept(tokens: TokenService, target: Target):
    session = Session(target.assuming(ROLE, "secret"), "eu-west-1")
    assert tokens.asked == []
    assert session.account_id == "210987654321"
    session.client("sts").get_caller_identity()
    assert tokens.asked == ["AssumeRole", "GetCallerIdentity", "GetCallerIdentity"]


def test_a_role_that_may_not_be_assumed_is_named(target: Target):
    with pytest.raises(AccessDeniedError) as caught:
        _ = Session(target.assuming(ROLE), "eu-west-1").account_id
    assert (caught.value.action, caught.value.resource) == ("sts:AssumeRole", ROLE)


def test_a_client_is_made_once_per_service_and_region(target: Target):
    session = Session(target, "eu-west-1")
    assert session.client("dynamodb") is session.client("dynamodb", "eu-west-1")
    assert session.client("dynamodb") is not session.client("dynamodb", "us-east-1")
    session.close()


def test_a_session_can_be_used_after_it_was_closed(target: Target):
    session = Session(target, "eu-west-1")
    session.client("sts")
    session.close()
    assert session.account_id == "123456789012"
    session.close()


def test_a_sandbox_has_no_region_of_its_own(monkeypatch: pytest.MonkeyPatch, target: Target):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(EndpointError, match="no region"):
        _ = Session(target).region


def test_aws_takes_the_region_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    assert Session(Target.aws(credentials=Credentials("AKIAX", "x"))).region == "eu-west-3"


def test_a_region_knows_its_partition(target: Target):
    assert Session(target, "eu-west-1").partition == "aws"
    assert Session(target, "cn-north-1").partition == "aws-cn"


@pytest.mark.parametrize("region", ["not a region", "eu-west-1.example.com/"])
def test_a_region_that_cannot_be_one_is_refused(target: Target, region: str):
    with pytest.raises(EndpointError):
        Session(target, region).client("dynamodb")


def test_a_profile_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(CredentialsError, match="nobody"):
        Session(Target.aws("nobody"), "eu-west-1").client("dynamodb")
