"""Who may ask what: no web page anything, and nobody the embedded AWS itself without its secret."""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
from moto.core.config import default_user_config
from tests.sandbox.dynamodb.conftest import ACCOUNT, clients_of, create

from tablewright_emulator import admin
from tablewright_emulator.access import refusal
from tablewright_emulator.request import HttpRequest
from tablewright_emulator.server import Emulator

ROUTES = [*admin._ACTIONS, *admin._TRANSFERS]
BODIES: dict[str, Any] = {
    "calls": {"clear": True},
    "clock": {"advance": "1h"},
    "settings": {"throttling": False},
    "faults": {"operation": "ListTables"},
    "metrics": {"namespace": "n", "name": "m", "points": [[1_700_000_000, 1]]},
}
PAGES = {
    "another origin": {"Origin": "https://evil.example"},
    "a page of this machine": {"Origin": "http://localhost:3000"},
    "a page in a file or a frame without an origin": {"Origin": "null"},
    "an image or a form": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a page of a neighbour": {"Sec-Fetch-Site": "same-site"},
    "a page that it served itself": {"Sec-Fetch-Site": "same-origin"},
    "a name made to lead here": {"Host": "evil.example:4566"},
    "a name that looks like an address": {"Host": "127.0.0.1.evil.example"},
    "a name of a neighbour": {"Host": "evil.local:4566"},
    "a name of a neighbour's router": {"Host": "evil"},
}
SIGNED = (
    f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260310/us-east-1/{{}}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        create(running)
        yield running


def send(
    emulator: Emulator, method: str, path: str, body: bytes = b"", **headers: str
) -> http.client.HTTPResponse:
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.text = reply.read()
        return reply
    finally:
        connection.close()


def ask(emulator: Emulator, method: str, name: str, **headers: str) -> http.client.HTTPResponse:
    body = json.dumps(BODIES.get(name, {})).encode() if method == "POST" else b""
    names = {"Content-Type": "application/json"} | headers
    return send(emulator, method, f"/_tablewright/{name}", body, **names)


def everything(emulator: Emulator) -> tuple[Any, ...]:
    """What an administrative call could change."""
    return (
        emulator.world,
        emulator.clock.setting,
        emulator.dynamodb.throttling,
        emulator.faults.active,
        emulator.calls.total,
        clients_of(emulator)("cloudwatch").list_metrics()["Metrics"],
        clients_of(emulator)("dynamodb").list_tables()["TableNames"],
    )


def unchanged(emulator: Emulator, before: tuple[Any, ...]) -> bool:
    after = everything(emulator)
    return (*after[:4], *after[5:]) == (*before[:4], *before[5:]) and after[4] > before[4]


@pytest.mark.parametrize(("method", "name"), ROUTES)
def test_nobody_without_the_secret_asks_anything(method: str, name: str, emulator: Emulator):
    before = everything(emulator)
    for authorization in (
        None, "Bearer", "Bearer ", f"Bearer {emulator.secret[:-1]}", f"Bearer {emulator.secret}x",
        emulator.secret, f"Basic {emulator.secret}", "Bearer \xff", SIGNED.format("dynamodb"),
    ):  # fmt: skip
        headers = {} if authorization is None else {"Authorization": authorization}
        reply = ask(emulator, method, name, **headers)
        assert reply.status == 401, authorization
        assert emulator.secret.encode() not in reply.text
    assert unchanged(emulator, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("method", "name"), ROUTES)
def test_no_web_page_asks_anything_even_with_the_secret(
    method: str, name: str, page: str, emulator: Emulator
):
    before = everything(emulator)
    secret = {"Authorization": f"Bearer {emulator.secret}"}
    reply = ask(emulator, method, name, **secret, **PAGES[page])
    assert reply.status == 403
    assert not [header for header, _ in reply.getheaders() if "access-control" in header.lower()]
    assert unchanged(emulator, before)


@pytest.mark.parametrize("path", ["/", "/_tablewright/status", "/bucket/key"])
def test_a_browser_that_asks_beforehand_is_told_no(path: str, emulator: Emulator):
    reply = send(
        emulator, "OPTIONS", path, Origin="https://evil.example",
        **{"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x"},
    )  # fmt: skip
    assert reply.status == 403
    assert not [header for header, _ in reply.getheaders() if "access-control" in header.lower()]


@pytest.mark.parametrize("page", PAGES)
def test_no_web_page_calls_aws(page: str, emulator: Emulator):
    dynamodb = {
        "Authorization": SIGNED.format("dynamodb"),
        "X-Amz-Target": "DynamoDB_20120810.DeleteTable",
        "Content-Type": "application/x-amz-json-1.0",
    }
    form = "Action=CreateUser&UserName=mallory&Version=2010-05-08"
    credential = quote(f"{ACCOUNT}/20260310/us-east-1/iam/aws4_request", safe="")
    presigned = f"/?X-Amz-Credential={credential}&{form}"
    for method, path, body, headers in (
        ("POST", "/", b'{"TableName": "orders"}', dynamodb),
        ("POST", presigned, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"}),
        ("GET", presigned, b"", {}),
    ):
        assert send(emulator, method, path, body, **headers, **PAGES[page]).status == 403
    assert clients_of(emulator)("dynamodb").list_tables()["TableNames"] == ["orders"]
    assert clients_of(emulator)("iam").list_users()["Users"] == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4566", "localhost", "LOCALHOST:1", "[::1]:80", "::1", "localhost.:80",
        "bucket.localhost:4566", "host.docker.internal:4566",
        "dynamodb.us-east-1.amazonaws.com", "192.0.2.7:4566",
    ],
)  # fmt: skip
def test_programs_of_this_machine_and_its_networks_are_served(host: str, emulator: Emulator):
    secret = {"Authorization": f"Bearer {emulator.secret}"}
    assert ask(emulator, "GET", "status", Host=host, **secret).status == 200


@pytest.mark.parametrize("host", ["sandbox:4566", "box.local", "box.lan:80", "box.internal"])
def test_names_of_the_network_are_served_where_it_is_exposed_to_it(host: str):
    assert refusal(HttpRequest("GET", "/", "", {"host": host}, b""), "192.0.2.7") is None
    assert refusal(HttpRequest("GET", "/", "", {"host": "evil.example"}, b""), "192.0.2.7")
    named = HttpRequest("GET", "/", "", {"host": "aws.corp.example:4566"}, b"")
    assert refusal(named, "aws.corp.example") is None


def test_an_image_in_a_page_of_an_old_browser_changes_nothing(emulator: Emulator):
    credential = quote(f"{ACCOUNT}/20260310/us-east-1/iam/aws4_request", safe="")
    address = f"/?X-Amz-Credential={credential}&Version=2010-05-08&Action="
    assert send(emulator, "GET", f"{address}CreateUser&UserName=mallory").status == 403
    assert clients_of(emulator)("iam").list_users()["Users"] == []
    assert send(emulator, "GET", f"{address}ListUsers").status == 200


def test_a_word_typed_into_a_browser_is_no_page(emulator: Emulator):
    assert ask(emulator, "GET", "status", **{"Sec-Fetch-Site": "none"}).status == 401


def test_two_sandboxes_have_two_secrets():
    assert Emulator().secret != Emulator().secret
    assert len(Emulator().secret) > 40


def other_address() -> str | None:
    """An address of this machine beyond loopback."""
    for addresses in psutil.net_if_addrs().values():
        for each in addresses:
            if each.family == socket.AF_INET and not each.address.startswith("127."):
                return each.address
    return None


@pytest.mark.parametrize("where", ["everywhere", "on one address"])
def test_an_exposed_sandbox_is_on_loopback_too_and_obeys_who_has_the_secret(where: str):
    address = other_address()
    if address is None:
        pytest.skip("this machine has loopback only")
    host = "0.0.0.0" if where == "everywhere" else address  # noqa: S104 - what is tried
    with Emulator(host=host, expose_to_network=True) as emulator:
        assert emulator.endpoint.startswith("http://127.0.0.1:")
        assert clients_of(emulator)("sqs").list_queues()
        assert default_user_config["lambda"] == {"use_docker": False}
        port = urlsplit(emulator.endpoint).port
        for name in ("127.0.0.1", address):
            connection = http.client.HTTPConnection(name, port, timeout=20)
            for secret, status in ((emulator.secret, 200), ("guess", 401)):
                headers = {"Authorization": f"Bearer {secret}"}
                connection.request("GET", "/_tablewright/status", headers=headers)
                reply = connection.getresponse()
                assert (reply.status, bool(reply.read())) == (status, True)
            connection.close()


def test_loopback_alone_is_where_it_listens_unless_exposed(emulator: Emulator):
    address = other_address()
    if address is None:
        pytest.skip("this machine has loopback only")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, urlsplit(emulator.endpoint).port or 0), timeout=5)
