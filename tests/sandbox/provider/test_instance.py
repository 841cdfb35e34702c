"""Provider instances: their environment, configuration, secrets, waits and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeout
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from tablewright.aws import in_process
from tablewright.provider.clients import can_act_for
from tablewright.provider.hosting.host import PLUGIN_DIRECTORY, ProviderHost, install_plugin

TABLE = "aws:dynamodb/table:Table"
ROLE = "aws:iam/role:Role"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:b"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_KEY = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def events(**rest):
    return {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        **rest,
    }


def secret(value):
    return {SECRET_KEY: SECRET, "value": value}


def test_two_instances_work_in_their_own_regions(engine_for, client):
    one, other = engine_for(), engine_for()
    one.configure(region="eu-west-1")
    other.configure(region="us-east-1")
    assert one.create(TABLE, events()).outputs["region"] == "eu-west-1"
    assert other.create(TABLE, events()).outputs["region"] == "us-east-1"
    assert client("dynamodb", "us-east-1").list_tables()["TableNames"] == ["events"]
    assert one.invoke("aws:index/getRegion:getRegion")["region"] == "eu-west-1"
    assert other.invoke("aws:index/getRegion:getRegion")["region"] == "us-east-1"


def test_an_instance_never_looks_at_the_hosts_own_environment(engine_for, environment, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "wrong")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    engine = engine_for()
    assert engine.configure()["region"] == environment["AWS_REGION"]
    assert engine.create(TABLE, events()).outputs["region"] == "eu-west-1"


def test_an_instance_of_the_sandbox_never_calls_another_host(engine_for):
    engine = engine_for()
    engine.configure(endpoints=[{"iam": "http://192.0.2.1:4566"}])
    with pytest.raises(Exception, match=r"about to go to 192\.0\.2\.1; nothing was sent"):
        engine.create(ROLE, {"name": "r", "assumeRolePolicy": "{}"})


def test_endpoints_of_the_configuration_win_over_the_environment(engine_for, environment):
    engine = engine_for(AWS_ENDPOINT_URL="http://127.0.0.1:9")
    engine.configure(endpoints=[{"dynamodb": environment["AWS_ENDPOINT_URL"]}])
    assert engine.create(TABLE, events()).identifier == "events"


def test_an_endpoint_that_does_not_answer_is_named(engine_for):
    engine = engine_for(AWS_ENDPOINT_URL="http://127.0.0.1:9")
    engine.configure(maxRetries=1)
    with pytest.raises(Exception, match=r"nothing answers at http://127\.0\.0\.1:9"):
        engine.create(TABLE, events())


def test_without_a_region_the_check_says_how_to_set_one(engine_for):
    engine = engine_for(AWS_REGION=None)
    engine.configure()
    assert "set aws:region, or AWS_REGION" in engine.mistakes(TABLE, events())["region"]


def test_a_profile_that_does_not_exist_is_named(engine_for, tmp_path):
    engine = engine_for(
        AWS_ACCESS_KEY_ID=None,
        AWS_SECRET_ACCESS_KEY=None,
        AWS_PROFILE="nobody",
        HOME=str(tmp_path),
    )
    engine.configure()
    with pytest.raises(Exception, match="profile nobody does not exist"):
        engine.create(TABLE, events())


def test_a_profile_of_the_engines_home_is_used(engine_for, tmp_path):
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[mine]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n"
    )
    engine = engine_for(
        AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None, AWS_PROFILE="mine", HOME=str(tmp_path)
    )
    engine.configure()
    assert engine.create(TABLE, events()).identifier == "events"


def test_a_profile_names_its_endpoint_and_a_service_its_own(engine_for, environment, tmp_path):
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[profile mine]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n"
        f"region = eu-west-1\nendpoint_url = {environment['AWS_ENDPOINT_URL']}\n"
        "services = own\n[services own]\niam =\n  endpoint_url = http://127.0.0.1:9\n"
    )
    engine = engine_for(
        AWS_ACCESS_KEY_ID=None,
        AWS_SECRET_ACCESS_KEY=None,
        AWS_ENDPOINT_URL=None,
        AWS_PROFILE="another",
        HOME=str(tmp_path),
    )
    engine.configure(profile="mine", maxRetries=1)
    assert engine.create(TABLE, events()).identifier == "events"
    with pytest.raises(Exception, match="nothing answers at http://127"):
        engine.create(ROLE, {"name": "r", "assumeRolePolicy": "{}"})


def test_keys_of_the_configuration_win_over_the_environment(engine_for):
    engine = engine_for(AWS_ACCESS_KEY_ID="other")
    engine.configure(accessKey="AKIDEXAMPLE", secretKey=secret("hidden"), token="t")
    assert engine.create(TABLE, events()).identifier == "events"


def test_half_a_key_is_refused(engine_for):
    engine = engine_for()
    engine.configure(accessKey="AKIDEXAMPLE")
    with pytest.raises(Exception, match="must be given together"):
        engine.create(TABLE, events())


@pytest.fixture
def over_loopback(environment, monkeypatch):
    """The embedded AWS is called as AWS is, over HTTP."""
    monkeypatch.delitem(in_process._answering, environment["AWS_ENDPOINT_URL"])


@pytest.mark.usefixtures("over_loopback")
def test_a_proxy_is_used_unless_the_endpoint_needs_none(engine_for):
    proxied = engine_for(HTTP_PROXY="http://127.0.0.1:9")
    proxied.configure(maxRetries=1)
    with pytest.raises(Exception, match="could not call CreateTable"):
        proxied.create(TABLE, events())
    direct = engine_for(HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1,localhost")
    direct.configure()
    assert direct.create(TABLE, events()).identifier == "events"
    configured = engine_for()
    configured.configure(httpProxy="http://127.0.0.1:9", noProxy="elsewhere", maxRetries=1)
    with pytest.raises(Exception, match="could not call CreateTable"):
        configured.create(TABLE, events(name="other"))


def test_a_role_is_assumed_and_its_account_worked_in(engine_for, client):
    engine = engine_for()
    engine.configure(
        assumeRoles=[{"roleArn": "arn:aws:iam::210987654321:role/ops", "duration": "1h"}]
    )
    state = engine.create(TABLE, events())
    assert ":210987654321:" in state.outputs["arn"]
    assert client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"tagPolicyCompliance": "error"}, "tag policies are not enforced"),
        ({"colour": "red"}, "is not an input"),
        ({"retryMode": "often"}, "must be one of"),
        ({"endpoints": [{"dynamodb": "localhost:8000"}]}, "must be a URL"),
        ({"assumeRoles": [{"roleArn": "x", "duration": "soon"}]}, "must be a duration"),
        ({"maxRetries": "many"}, "must be a whole number"),
    ],
)
def test_a_configuration_that_is_not_understood_is_refused_by_name(
    engine_for, configuration, words
):
    with pytest.raises(Exception, match=words):
        engine_for().configure(**configuration)


def test_a_configuration_that_changes_nothing_is_accepted(engine_for):
    engine = engine_for()
    engine.configure(
        skipCredentialsValidation=True,
        skipMetadataApiCheck="true",
        skipRegionValidation=True,
        s3UsePathStyle=True,
        maxRetries=5,
        retryMode="adaptive",
        userAgents=["mine/1"],
        version="7.51.1",
    )
    assert engine.create(TABLE, events()).identifier == "events"


@pytest.mark.parametrize("name", ["allowedAccountIds", "forbiddenAccountIds"])
def test_an_account_that_is_ruled_out_stops_the_provider(engine_for, name):
    accounts = ["999999999999"] if name == "allowedAccountIds" else ["123456789012"]
    with pytest.raises(Exception, match=f"which aws:{name} rules out"):
        engine_for().configure(**{name: accounts})


def test_default_tags_go_under_the_tags_of_everything(engine_for, client):
    engine = engine_for()
    engine.configure(defaultTags={"tags": {"Team": "a", "Owner": "b"}})
    news = events(tags={"Team": "mine"})
    state = engine.create(TABLE, news)
    assert state.outputs["tagsAll"] == {"Team": "mine", "Owner": "b"}
    assert state.outputs["tags"] == {"Team": "mine"}
    assert engine.settled(state, news)
    changed = engine_for()
    changed.configure(defaultTags={"tags": {"Owner": "c"}})
    assert changed.apply(state, news).paths == {"tags.Owner": "UPDATE"}
    assert changed.settled(state, news)
    live = client("dynamodb").list_tags_of_resource(ResourceArn=state.outputs["arn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in live} == {"Team": "mine", "Owner": "c"}


def test_tags_that_are_ignored_are_neither_shown_nor_removed(engine_for, client):
    engine = engine_for()
    engine.configure(ignoreTags={"keys": ["Cost"], "keyPrefixes": ["auto:"]})
    state = engine.create(TABLE, events(tags={"A": "1"}))
    arn = state.outputs["arn"]
    others = [{"Key": "Cost", "Value": "9"}, {"Key": "auto:x", "Value": "1"}]
    client("dynamodb").tag_resource(ResourceArn=arn, Tags=others)
    seen = engine.read(TABLE, "events", state)
    assert seen.inputs["tags"] == {"A": "1"}
    engine.update(state, events(tags={"A": "2"}))
    assert len(client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"]) == 3


def test_a_changed_region_of_the_provider_is_an_update_of_it_and_replaces_what_has_one(engine_for):
    engine = engine_for()
    engine.configure()
    state = engine.create(TABLE, events())
    moved = engine_for()
    moved.configure(region="us-east-1")
    assert moved.diff_config({"region": "eu-west-1"}, {"region": "us-east-1"}) == ["region"]
    assert moved.diff(state, moved.check(state, events())).replaces == ["region"]
    moved.delete(state)
    assert engine.read(TABLE, "events") is None


def test_what_was_secret_leaves_the_provider_secret_again(engine):
    state = engine.create(TABLE, events(tags={"A": secret("hidden"), "B": "open"}))
    assert state.inputs["tags"] == {"A": secret("hidden"), "B": "open"}
    assert state.outputs["tags"] == {"A": secret("hidden"), "B": "open"}
    assert state.outputs["tagsAll"] == secret({"A": "hidden", "B": "open"})
    seen = engine.read(TABLE, "events", state)
    assert seen.outputs["tags"]["A"] == secret("hidden")
    assert seen.inputs["tags"]["A"] == secret("hidden")


def test_a_secret_in_a_list_makes_the_list_secret(engine):
    state = engine.create(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "a",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "threshold": 1,
            "metricName": "UserErrors",
            "namespace": "AWS/DynamoDB",
            "period": 60,
            "statistic": "Sum",
            "alarmActions": ["arn:aws:sns:eu-west-1:123456789012:a", secret(TOPIC)],
        },
    )
    assert state.outputs["alarmActions"][SECRET_KEY] == SECRET


def test_a_type_that_is_not_there_is_refused_by_name(engine):
    with pytest.raises(
        Exception,
        match=r"s3.Bucket is not carried by .* types of appautoscaling, .*make it with boto3",
    ):
        engine.create("aws:s3/bucket:Bucket", {})


def test_a_function_that_is_not_there_is_refused_by_name(engine):
    with pytest.raises(Exception, match="getAvailabilityZones is not carried"):
        engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones")


def test_programs_learn_who_and_where_they_are(engine):
    identity = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == "123456789012"
    region = engine.invoke("aws:index/getRegion:getRegion")
    assert (region["name"], region["description"]) == ("eu-west-1", "Europe (Ireland)")
    assert region["endpoint"] == "ec2.eu-west-1.amazonaws.com"
    partition = engine.invoke("aws:index/getPartition:getPartition")
    assert (partition["partition"], partition["dnsSuffix"]) == ("aws", "amazonaws.com")
    china = engine.invoke("aws:index/getRegion:getRegion", region="cn-north-1")
    assert china["endpoint"].endswith("amazonaws.com.cn")


def test_a_policy_document_is_made_of_statements_sources_and_overrides(engine):
    tok = "aws:iam/getPolicyDocument:getPolicyDocument"
    source = engine.invoke(
        tok, statements=[{"sid": "one", "actions": ["s3:Get*"], "resources": ["*"]}]
    )
    result = engine.invoke(
        tok,
        sourcePolicyDocuments=[source["json"]],
        statements=[
            {
                "sid": "two",
                "effect": "Deny",
                "notActions": ["b", "a"],
                "notResources": ["*"],
                "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
                "conditions": [
                    {"test": "StringEquals", "variable": "aws:x", "values": ["&{aws:y}"]}
                ],
            }
        ],
        overridePolicyDocuments=[
            json.dumps({"Statement": [{"Sid": "one", "Effect": "Deny", "Action": "s3:*"}]})
        ],
    )
    document = json.loads(result["json"])
    assert document == json.loads(result["minifiedJson"])
    assert document["Statement"] == [
        {"Sid": "one", "Effect": "Deny", "Action": "s3:*"},
        {
            "Sid": "two",
            "Effect": "Deny",
            "NotAction": ["a", "b"],
            "NotResource": "*",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:x": "${aws:y}"}},
        },
    ]


def test_a_policy_document_with_a_sid_twice_is_refused(engine):
    statements = [{"sid": "a", "actions": ["x"]}, {"sid": "a", "actions": ["y"]}]
    with pytest.raises(Exception, match="the sid a more than once"):
        engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=statements)


def test_a_function_with_an_unknown_argument_answers_nothing(engine):
    arguments = {"statements": [{"actions": [UNKNOWN]}]}
    assert engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", **arguments) == {}


@pytest.fixture
def slow(emulator, monkeypatch):
    """An embedded AWS where creating a table takes a minute."""
    durations = replace(emulator.dynamodb.durations, create=60.0)
    monkeypatch.setattr(emulator.dynamodb, "durations", durations)


@pytest.mark.usefixtures("slow")
def test_a_cancel_ends_the_waits_of_this_instance_alone(engine_for):
    one, other = engine_for(), engine_for()
    one.configure()
    other.configure()
    other.cancel()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(one.create, TABLE, events())
        with pytest.raises(FuturesTimeout):
            waiting.result(0.5)
        one.cancel()
        failure = waiting.exception(60)
    assert failure.text == (
        "table events: stopped while waiting: create table events; "
        "run the same command again, it goes on from here"
    )
    assert failure.identifier == "events"


@pytest.fixture
def listener():
    """What an engine hears in its log: (urn, text, ephemeral)."""
    heard = []

    class Log(engine_pb2_grpc.EngineServicer):
        def Log(self, request, context):  # noqa: N802 - the protocol names it
            heard.append((request.urn, request.message, request.ephemeral))
            return empty_pb2.Empty()

    server = grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(Log(), server)
    heard.append(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
    server.start()
    yield heard
    server.stop(None)


@pytest.mark.usefixtures("slow")
def test_a_long_wait_is_told_to_the_person_who_waits_and_only_once(engine, listener):
    address = listener.pop()
    engine.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=address))
    with pytest.raises(Exception, match="after 2 s still waiting"):
        engine.create(TABLE, events(), timeout=2)
    assert listener == [(engine.urn(TABLE), "waiting: create table events", True)]


@pytest.mark.usefixtures("slow")
def test_a_wait_ends_with_the_time_the_program_allows(engine):
    with pytest.raises(Exception, match="after 1 s still waiting: create table events") as failure:
        engine.create(TABLE, events(), timeout=1)
    assert failure.value.identifier == "events"
    assert "customTimeouts" in failure.value.text


def test_an_instance_ends_with_its_connection(engine_for):
    engine = engine_for()
    port = engine.reply["port"]
    engine.connection.shutdown(socket.SHUT_RDWR)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    raise AssertionError("the instance still listens")


def test_a_host_that_stops_ends_its_instances(environment):
    host = ProviderHost()
    host.start()
    with socket.create_connection(host.address) as connection:
        request = {"engine": "", "token": host.token, "environment": environment}
        connection.sendall(json.dumps(request).encode() + b"\n")
        reader = connection.makefile("rb")
        assert json.loads(reader.readline())["port"]
        host.stop()
        assert reader.read() == b""
    with pytest.raises(RuntimeError, match="not running"):
        _ = host.address


@pytest.mark.parametrize("line", [b"nonsense\n", b'{"environment": 5}\n', b"\n", b"[]\n"])
def test_a_request_that_is_none_gets_an_error_and_no_instance(host, line):
    with socket.create_connection(host.address) as connection:
        connection.sendall(line)
        assert "error" in json.loads(connection.makefile("rb").readline())


@pytest.mark.parametrize("token", [None, "", "guess", 5, "\u00e9"])
def test_nobody_without_the_token_gets_an_instance(host, environment, token):
    request = {"engine": "", "environment": environment} | ({"token": token} if token else {})
    with socket.create_connection(host.address) as connection:
        connection.sendall(json.dumps(request).encode() + b"\n")
        assert "error" in json.loads(connection.makefile("rb").readline())
    assert host.token not in (str(host.address), "")


def test_an_environment_without_keys_is_left_to_a_process_of_its_own(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    assert can_act_for({"AWS_ACCESS_KEY_ID": "x"})
    assert can_act_for({"AWS_PROFILE": "x"})
    assert not can_act_for({"AWS_REGION": "somewhere-else-9"})


@contextmanager
def plugin(tmp_path, environment):
    """The executable as the engine starts it, and the port it printed."""
    executable = install_plugin(tmp_path / PLUGIN_DIRECTORY)
    with subprocess.Popen(
        [str(executable), "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **environment},
        text=True,
    ) as process:
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def answers(port):
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    stub = provider_pb2_grpc.ResourceProviderStub(channel)
    version = stub.GetPluginInfo(empty_pb2.Empty())
    channel.close()
    return version.version


def test_the_executable_gets_a_port_of_the_host_and_ends_with_its_engine(
    tmp_path, host, environment
):
    environment["TABLEWRIGHT_PROVIDER_HOST"] = host.variable
    with plugin(tmp_path, environment) as (process, port):
        assert answers(port) == "7.51.1"
        process.stdin.close()
        assert process.wait(60) == 0


def test_the_executable_ends_at_once_when_it_is_interrupted(tmp_path, host, environment):
    environment["TABLEWRIGHT_PROVIDER_HOST"] = host.variable
    with plugin(tmp_path, environment) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT


@pytest.mark.parametrize("named", [None, "127.0.0.1:9"])
def test_without_a_host_the_executable_becomes_the_provider(tmp_path, environment, named):
    if named:
        environment["TABLEWRIGHT_PROVIDER_HOST"] = named
    with plugin(tmp_path, environment) as (process, port):
        assert answers(port) == "7.51.1"
        process.stdin.close()
        assert process.wait(60) == 0


def test_the_executable_is_written_once_and_holds_no_secret(tmp_path):
    first = install_plugin(tmp_path)
    written = first.stat().st_mtime_ns
    assert install_plugin(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert sys.executable in first.read_text()
    assert [path.name for path in Path(tmp_path).iterdir()] == ["pulumi-resource-aws"]


def test_the_schema_names_the_types(engine):
    schema = json.loads(engine.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert schema["name"] == "aws"
    assert TABLE in schema["resources"]
