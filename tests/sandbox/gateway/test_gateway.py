"""The gateway: routing, accounts, errors as SDKs want them, and input that is no request at all."""

import http.client
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox.dynamodb.conftest import ACCOUNT, clients_of, code_of, create, refusal, send

from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.server import Emulator

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
    }],
})  # fmt: skip
JSON = "application/x-amz-json-1.0"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(durations="none") as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_left(emulator: Emulator) -> Iterator[None]:
    yield
    emulator.reset()


def raw(emulator: Emulator, method: str, path: str, body: bytes = b"", **headers: str):
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        reply = connection.getresponse()
        return reply.status, dict(reply.headers), reply.read()
    finally:
        connection.close()


def signed(service: str, region: str = "us-east-1", key: str = ACCOUNT) -> str:
    scope = f"{key}/20260310/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


# --- replies ------------------------------------------------------------------------------------


def test_a_reply_has_a_request_id_and_a_checksum(emulator: Emulator):
    _, headers, body = raw(
        emulator, "POST", "/", b"{}", Authorization=signed("dynamodb"),
        X_Amz_Target="DynamoDB_20120810.ListTables",
    )  # fmt: skip
    assert headers["Content-Type"] == JSON
    assert len(headers["x-amzn-RequestId"]) == 52
    assert int(headers["x-amz-crc32"]) == zlib.crc32(body)


def test_a_connection_is_kept_for_the_next_request(emulator: Emulator):
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    headers = {"Authorization": signed("dynamodb"), "X-Amz-Target": "DynamoDB_20120810.ListTables"}
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/", b"{}", headers)
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


@pytest.mark.parametrize(
    ("service", "call", "parameters"),
    [
        ("dynamodb", "describe_table_replica_auto_scaling", {"TableName": "orders"}),
        ("cloudtrail", "list_imports", {}),
        ("iam", "get_organizations_access_report", {"JobId": "0" * 36}),
        ("ce", "get_cost_forecast", {}),
    ],
)
def test_what_is_not_there_is_an_unknown_operation_at_once(service, call, parameters, emulator):
    code, _ = refusal(getattr(clients_of(emulator)(service), call), **parameters)
    assert code in {"UnknownOperationException", "InvalidAction"}


def test_an_unknown_operation_of_dynamodb_is_refused(emulator: Emulator):
    status, reply = send(emulator, "DropEverything", {})
    assert (status, code_of(reply)) == (400, "UnknownOperationException")


def test_an_unsigned_request_is_refused(emulator: Emulator):
    status, _, body = raw(emulator, "POST", "/", b"{}", X_Amz_Target="DynamoDB_20120810.ListTables")
    assert status == 400
    assert code_of(json.loads(body)) == "MissingAuthenticationTokenException"


# --- accounts -----------------------------------------------------------------------------------


def test_a_key_of_twelve_digits_is_its_account(emulator: Emulator):
    sts = clients_of(emulator)("sts", account="111122223333")
    assert sts.get_caller_identity()["Account"] == "111122223333"
    other = clients_of(emulator)("sts", account="AKIANOBODYKNOWSTHISK")
    assert other.get_caller_identity()["Account"] == ACCOUNT


def test_an_assumed_role_works_in_its_account(emulator: Emulator):
    import boto3

    far = clients_of(emulator)("iam", account="111122223333")
    arn = far.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    sts = clients_of(emulator)("sts")
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    create(emulator)
    assumed = boto3.client(
        "dynamodb",
        endpoint_url=emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert assumed.list_tables()["TableNames"] == []
    clients_of(emulator)("dynamodb", account="111122223333").create_table(
        TableName="theirs",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert assumed.list_tables()["TableNames"] == ["theirs"]


def test_managed_policies_of_aws_can_be_attached(emulator: Emulator):
    iam = clients_of(emulator)("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    (attached,) = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
    assert attached["PolicyArn"] == arn
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert "logs:PutLogEvents" in json.dumps(document)
    code, _ = refusal(
        iam.attach_role_policy, RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/Nobody"
    )
    assert code == "NoSuchEntity"
    assert len(iam.list_policies(Scope="Local")["Policies"]) == 0


def test_moto_lives_in_the_same_time(emulator: Emulator):
    emulator.clock.advance(40 * 86_400)
    made = clients_of(emulator)("kms").create_key()["KeyMetadata"]["CreationDate"]
    assert abs((made - emulator.clock.now()).total_seconds()) < 60


# --- many at once -------------------------------------------------------------------------------


def test_many_clients_at_once_get_exact_counts(emulator: Emulator):
    emulator.dynamodb.throttling = False
    create(emulator)
    failures: list[Exception] = []

    def work() -> None:
        try:
            dynamodb = clients_of(emulator)("dynamodb")
            for _ in range(25):
                dynamodb.update_item(
                    TableName="orders",
                    Key={"pk": {"S": "counter"}},
                    UpdateExpression="ADD n :one",
                    ExpressionAttributeValues={":one": {"N": "1"}},
                )
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    dynamodb = clients_of(emulator)("dynamodb")
    found = dynamodb.get_item(TableName="orders", Key={"pk": {"S": "counter"}})
    assert found["Item"]["n"] == {"N": "200"}


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"NaN", b'{"TableName": Infinity}',
        b"[" * 100_000, b'{"a":' * 100_000, b'{"Limit": ' + b"9" * 10_000 + b"}",
        b'{"Limit": 1e999}', b'{"Limit": {}}', b'{"TableName": ["x"]}', b"<xml/>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("operation", ["ListTables", "PutItem", "CreateTable", "Query"])
def test_a_body_that_is_no_request_gets_a_clean_400(operation, body, emulator: Emulator):
    status, reply = send(emulator, operation, body)
    if operation == "ListTables" and b'"TableName": ["x"]' in body:
        assert status == 200  # a member that the operation does not know is ignored
        return
    assert status == 400
    assert code_of(reply) in {"SerializationException", "ValidationException"}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    operation=st.sampled_from([
        "CreateTable", "UpdateTable", "PutItem", "GetItem", "UpdateItem", "Query", "Scan",
        "BatchWriteItem", "BatchGetItem", "TransactWriteItems", "TransactGetItems",
        "ExecuteStatement", "UpdateTimeToLive", "UpdateContinuousBackups", "TagResource",
        "PutResourcePolicy", "UpdateContributorInsights", "RestoreTableToPointInTime",
    ]),
    params=st.dictionaries(
        st.sampled_from([
            "TableName", "Item", "Key", "KeySchema", "AttributeDefinitions", "RequestItems",
            "TransactItems", "ExpressionAttributeValues", "ExpressionAttributeNames",
            "ConditionExpression", "UpdateExpression", "KeyConditionExpression", "Limit",
            "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "Tags", "Statement",
            "Expected", "AttributeUpdates", "KeyConditions", "ExclusiveStartKey", "ResourceArn",
            "GlobalSecondaryIndexUpdates", "ReplicaUpdates", "StreamSpecification", "Parameters",
        ]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
            | st.text(max_size=8) | st.sampled_from(["orders", "pk = :a", "S", "N", ":a"]),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["S", "N", "L", "M", "SS", "pk", ":a", "#a", "orders", "Put",
                                 "PutRequest", "Item", "TableName", "AttributeName", "Create"]),
                inner, max_size=3,
            ),
            max_leaves=8,
        ),
        max_size=6,
    ),
)  # fmt: skip
def test_nothing_a_client_sends_makes_a_500(operation, params, emulator: Emulator):
    status, reply = send(emulator, operation, params)
    assert status in {200, 400}, (operation, params, reply)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_half_a_request_is_answered_or_dropped_and_the_gateway_stays_open(sent, emulator: Emulator):
    address = urlsplit(emulator.endpoint)
    with socket.create_connection((address.hostname, address.port or 0), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert b" 500 " not in answer.split(b"\r\n")[0]
    assert send(emulator, "ListTables", {})[0] == 200


def test_a_body_in_chunks_is_read(emulator: Emulator):
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    headers = {"Authorization": signed("dynamodb"), "X-Amz-Target": "DynamoDB_20120810.ListTables"}
    connection.request("POST", "/", iter([b'{"Lim', b'it": 5}']), headers, encode_chunked=True)
    reply = connection.getresponse()
    assert (reply.status, json.loads(reply.read())) == (200, {"TableNames": []})
    connection.close()


def test_a_thousand_tables_are_listed_and_described(emulator: Emulator):
    for number in range(1000):
        status, reply = send(emulator, "CreateTable", {
            "TableName": f"table-{number:04}",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        })  # fmt: skip
        assert status == 200, reply
    pages = clients_of(emulator)("dynamodb").get_paginator("list_tables").paginate()
    assert sum(len(page["TableNames"]) for page in pages) == 1000


# --- where it listens ---------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])  # noqa: S104
def test_it_does_not_listen_beyond_loopback_unless_told(host):
    with pytest.raises(EmulatorError) as caught:
        Emulator(host=host)
    assert "loopback" in caught.value.message


def test_it_listens_beyond_loopback_when_told():
    assert Emulator(host="0.0.0.0", expose_to_network=True)  # noqa: S104


def test_one_emulator_runs_in_a_process(emulator: Emulator):
    with pytest.raises(EmulatorError):
        Emulator().start()
    assert send(emulator, "ListTables", {})[0] == 200


def test_a_port_that_is_taken_is_said_to_be():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        Emulator._running, running = None, Emulator._running
        try:
            with pytest.raises(EmulatorError) as caught:
                Emulator(other.getsockname()[1]).start()
        finally:
            Emulator._running = running
    assert "cannot be had" in caught.value.message


def test_a_stopped_emulator_has_no_endpoint():
    with pytest.raises(EmulatorError):
        _ = Emulator().endpoint
    Emulator().stop()


# --- CloudWatch over CBOR -----------------------------------------------------------------------


def cbor(emulator: Emulator, operation: str, body: bytes):
    return raw(
        emulator,
        "POST",
        f"/service/GraniteServiceVersion20100801/operation/{operation}",
        body,
        Authorization=signed("monitoring"),
        smithy_protocol="rpc-v2-cbor",
        Content_Type="application/cbor",
    )


def test_cloudwatch_speaks_cbor(emulator: Emulator):
    from botocore.serialize import create_serializer

    from tablewright_emulator.protocol import operation_model

    model = operation_model("cloudwatch", "PutMetricAlarm")
    alarm = {
        "AlarmName": "high", "MetricName": "m", "Namespace": "n", "Statistic": "Sum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.5,
        "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    wire = create_serializer("smithy-rpc-v2-cbor").serialize_to_request(alarm, model)
    status, headers, _ = cbor(emulator, "PutMetricAlarm", wire["body"])
    assert (status, headers["smithy-protocol"]) == (200, "rpc-v2-cbor")
    (found,) = clients_of(emulator)("cloudwatch").describe_alarms()["MetricAlarms"]
    assert found["Threshold"] == 1.5
    status, _, body = cbor(emulator, "DescribeAlarms", b"\xa0")
    assert status == 200
    assert b"high" in body


def test_what_moto_answers_reaches_a_client_that_speaks_cbor(emulator: Emulator):
    from botocore.parsers import create_parser

    from tablewright_emulator.protocol import operation_model

    clients_of(emulator)("cloudwatch").put_dashboard(
        DashboardName="mine", DashboardBody='{"widgets":[]}'
    )
    status, headers, body = cbor(emulator, "ListDashboards", b"\xa0")
    model = operation_model("cloudwatch", "ListDashboards")
    parsed = create_parser("smithy-rpc-v2-cbor").parse(
        {"status_code": status, "headers": headers, "body": body}, model.output_shape
    )
    assert [each["DashboardName"] for each in parsed["DashboardEntries"]] == ["mine"]


@pytest.mark.parametrize(
    "body", [b"\xff", b"\x9f", b"\xbf", b"\x01", b"\xa1\x61", b"\x81" * 5000, b"\x5b" + b"\xff" * 8]
)
def test_cbor_that_is_none_is_refused_cleanly(body, emulator: Emulator):
    status, headers, _ = cbor(emulator, "PutMetricAlarm", body)
    assert (status, headers["smithy-protocol"]) == (400, "rpc-v2-cbor")
    status, headers, _ = cbor(emulator, "NoSuchThing", b"\xa0")
    assert status == 400


def test_a_query_client_gets_xml(emulator: Emulator):
    form = b"Action=DescribeAlarms&Version=2010-08-01"
    status, headers, body = raw(
        emulator, "POST", "/", form, Authorization=signed("monitoring"),
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert (status, headers["Content-Type"]) == (200, "text/xml")
    assert b"<DescribeAlarmsResponse" in body
    status, _, body = raw(
        emulator, "POST", "/", b"Action=Nonsense&Version=2010-08-01",
        Authorization=signed("monitoring"), Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert status == 400
    assert b"<Code>InvalidAction</Code>" in body


# --- prices -------------------------------------------------------------------------------------


def test_prices_are_found_by_their_attributes(emulator: Emulator):
    pricing = clients_of(emulator)("pricing")
    filters = [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "ap-southeast-2"},
        {"Type": "TERM_MATCH", "Field": "group", "Value": "DDB-WriteUnits"},
        {"Type": "TERM_MATCH", "Field": "operation", "Value": "PayPerRequestThroughput"},
    ]
    found = pricing.get_products(ServiceCode="AmazonDynamoDB", Filters=filters)["PriceList"]
    (product,) = map(json.loads, found)
    assert product["product"]["attributes"]["usagetype"] == "APS2-WriteRequestUnits"
    (term,) = product["terms"]["OnDemand"].values()
    (price,) = term["priceDimensions"].values()
    assert price["pricePerUnit"] == {"USD": "0.0000007100"}


def test_prices_come_in_pages(emulator: Emulator):
    pricing = clients_of(emulator)("pricing")
    pages = pricing.get_paginator("get_products").paginate(
        ServiceCode="AmazonDynamoDB", PaginationConfig={"PageSize": 7}
    )
    skus = [json.loads(each)["product"]["sku"] for page in pages for each in page["PriceList"]]
    assert len(skus) == len(set(skus)) > 80
    regions = pricing.get_attribute_values(
        ServiceCode="AmazonDynamoDB", AttributeName="regionCode"
    )["AttributeValues"]
    assert {"Value": "eu-central-1"} in regions
    assert pricing.describe_services()["Services"][0]["ServiceCode"] == "AmazonDynamoDB"
    code, _ = refusal(pricing.get_products, ServiceCode="AmazonEC2")
    assert code == "InvalidParameterException"
