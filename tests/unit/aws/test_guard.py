import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from botocore.exceptions import ClientError

from tablewright.aws.guard import is_loopback
from tablewright.aws.session import Session
from tablewright.aws.target import SANDBOX_CREDENTIALS, Credentials, Target
from tablewright.errors import CredentialsError, UsageError, WrongTargetError

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Start a loopback server that answers every POST by the given function."""
    servers: list[HTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def no_tables(request: BaseHTTPRequestHandler) -> None:
    body = b'{"TableNames": []}'
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test should anything but this machine be connected to, or looked up."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: tuple[str, int]) -> None:
        assert is_loopback(address[0]), f"connected to {address}"
        connect(self, address)

    def guarded_resolve(host: str, *rest: object, **more: object) -> object:
        assert is_loopback(host), f"looked up {host}"
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_this_machine_is_loopback(host: str):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", None, "10.0.0.1", "169.254.169.254", "localhost.example.com", "127.0.0.1.example.com"],
)
def test_every_other_host_is_not(host: str | None):
    assert not is_loopback(host)


@pytest.mark.parametrize("endpoint", [None, "", "https://dynamodb.eu-west-1.amazonaws.com"])
def test_a_sandbox_lives_on_loopback(endpoint: str | None):
    with pytest.raises(UsageError, match="loopback"):
        Target("sandbox", endpoint=endpoint)


def test_aws_takes_no_endpoint():
    with pytest.raises(UsageError, match="endpoint"):
        Target("aws", endpoint="http://127.0.0.1:1")


def test_secrets_are_not_shown():
    target = Target.aws(credentials=Credentials("AKIAX", "hush", "hush"))
    assert "hush" not in repr(target)


def test_a_client_of_the_sandbox_sends_nothing_elsewhere(no_way_out: None):
    client = Session(Target.sandbox("http://127.0.0.1:1"), "eu-west-1").client("dynamodb")
    # As an event handler or a redirect would do it: another host in the finished request.
    client.meta.events.register(
        "before-sign", lambda request, **_: setattr(request, "url", "https://example.com/")
    )
    with pytest.raises(WrongTargetError, match=r"about to go to example\.com"):
        client.list_tables()


def test_a_client_of_aws_does_not_reach_this_machine(
    monkeypatch: pytest.MonkeyPatch, no_way_out: None
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    session = Session(Target.aws(credentials=Credentials("AKIAX", "x")), "eu-west-1")
    with pytest.raises(WrongTargetError, match="AWS_ENDPOINT_URL"):
        session.client("dynamodb").list_tables()


def test_nothing_of_the_environment_reaches_a_sandbox(
    monkeypatch: pytest.MonkeyPatch,
    serve: Callable[[Answer], str],
    no_way_out: None,
    tmp_path: Path,
):
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = us-gov-west-1\nendpoint_url = http://192.0.2.1\n")
    for name, value in {
        "AWS_PROFILE": "work",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL": "http://192.0.2.1",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://192.0.2.1",
        "AWS_DEFAULTS_MODE": "auto",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": str(tmp_path / "missing"),
        "HTTP_PROXY": "http://192.0.2.1:3128",
        "http_proxy": "http://192.0.2.1:3128",
    }.items():
        monkeypatch.setenv(name, value)
    seen: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        seen.append(str(request.headers))
        no_tables(request)

    client = Session(Target.sandbox(serve(answer)), "eu-west-1").client("dynamodb")
    assert client.list_tables()["TableNames"] == []
    [headers] = seen
    assert f"Credential={SANDBOX_CREDENTIALS.access_key}/" in headers
    assert "/eu-west-1/dynamodb/" in headers
    assert "AKIAREAL" not in headers
    assert "x-amz-security-token" not in headers.lower()
    assert "tablewright/" in headers


def test_a_sandbox_that_redirects_elsewhere_is_not_followed(
    serve: Callable[[Answer], str], no_way_out: None
):
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(307)
        request.send_header("Location", "https://example.com/")
        request.send_header("Content-Length", "0")
        request.end_headers()

    client = Session(Target.sandbox(serve(answer)), "eu-west-1").client("dynamodb")
    with pytest.raises(ClientError, match="307"):
        client.list_tables()


def test_aws_without_credentials_falls_back_to_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_way_out: None
):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(CredentialsError, match="no AWS credentials"):
        _ = Session(Target.aws(), "eu-west-1").account_id


def test_a_role_is_assumed_on_the_same_target():
    target = Target.sandbox("http://127.0.0.1:1").assuming("arn:aws:iam::1:role/r", "secret")
    assert (target.kind, target.role_arn, target.external_id) == (
        "sandbox",
        "arn:aws:iam::1:role/r",
        "secret",
    )


@pytest.mark.parametrize("url", ["http://[::1/x", "http://[x]/"])
def test_what_is_no_url_is_no_endpoint(url: str) -> None:
    with pytest.raises(UsageError, match="listens on loopback"):
        Target.sandbox(url)
