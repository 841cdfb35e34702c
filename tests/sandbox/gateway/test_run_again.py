"""What moto holds after a kill or a stop: its calls are run again and answer as before."""

import http.server
import io
import json
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from tests.sandbox.dynamodb.conftest import Clients, clients_of, described

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }],
})  # fmt: skip
TABLE_TEMPLATE = json.dumps({"Resources": {"Table": {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "made", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "SSESpecification": {"SSEEnabled": True},
    },
}}})  # fmt: skip
TEMPLATE = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
Look = Callable[[Clients], Any]


def iam(client: Clients) -> Look:
    client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    client("iam").create_user(UserName="user")
    client("iam").create_access_key(UserName="user")
    return lambda client: (
        client("iam").get_account_authorization_details(Filter=["Role", "User"])["RoleDetailList"],
        client("iam").list_access_keys(UserName="user")["AccessKeyMetadata"],
    )


def kms(client: Clients) -> Look:
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = client("kms").encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    return lambda client: (
        client("kms").describe_key(KeyId=key)["KeyMetadata"],
        client("kms").decrypt(CiphertextBlob=secret)["Plaintext"],
    )


def s3(client: Clients) -> Look:
    s3, name = client("s3"), {"Bucket": "bucket", "Key": "in-parts"}
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="whole", Body=b"one")
    upload = name | {"UploadId": s3.create_multipart_upload(**name)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]}
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})
    return lambda client: (
        client("s3").list_object_versions(Bucket="bucket")["Versions"],
        client("s3").get_object(**name)["Body"].read(),
    )


def sns_and_sqs(client: Clients) -> Look:
    topic = client("sns").create_topic(Name="topic")["TopicArn"]
    url = client("sqs").create_queue(QueueName="queue")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{topic.split(':')[4]}:queue"
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    client("sns").publish(TopicArn=topic, Message="text")
    return lambda client: (
        client("sns").list_subscriptions()["Subscriptions"],
        client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"],
    )


def kinesis(client: Clients) -> Look:
    client("kinesis").create_stream(StreamName="stream", ShardCount=1)
    client("kinesis").put_record(StreamName="stream", Data=b"data", PartitionKey="a")

    def look(client: Clients) -> Any:
        kinesis = client("kinesis")
        shard = kinesis.list_shards(StreamName="stream")["Shards"][0]["ShardId"]
        iterator = kinesis.get_shard_iterator(
            StreamName="stream", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return kinesis.get_records(ShardIterator=iterator)["Records"]

    return look


def ssm(client: Clients) -> Look:
    client("ssm").put_parameter(Name="/a", Value="1", Type="String")
    return lambda client: client("ssm").get_parameter(Name="/a")["Parameter"]


def secretsmanager(client: Clients) -> Look:
    client("secretsmanager").create_secret(Name="secret", SecretString="text")

    def look(client: Clients) -> Any:
        manager = client("secretsmanager")
        dates = manager.list_secrets()["SecretList"][0]
        version = manager.get_secret_value(SecretId="secret")
        return (
            dates["CreatedDate"],
            dates["LastChangedDate"],
            version["VersionId"],
            version["SecretString"],
        )

    return look


def sts(client: Clients) -> Look:
    client("iam").create_role(RoleName="assumed", AssumeRolePolicyDocument=TRUST)
    arn = client("iam").get_role(RoleName="assumed")["Role"]["Arn"]
    key = client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return lambda client: client("sts", account=key["AccessKeyId"]).get_caller_identity()["Arn"]


def logs(client: Clients) -> Look:
    client("logs").create_log_group(logGroupName="group")
    return lambda client: client("logs").describe_log_groups()["logGroups"]


def cloudformation(client: Clients) -> Look:
    client("cloudformation").create_stack(StackName="stack", TemplateBody=TEMPLATE)
    return lambda client: client("cloudformation").list_stack_resources(StackName="stack")[
        "StackResourceSummaries"
    ]


def stack_with_a_table(client: Clients) -> Look:
    client("cloudformation").create_stack(StackName="tables", TemplateBody=TABLE_TEMPLATE)
    client("dynamodb").update_table(TableName="made", DeletionProtectionEnabled=True)

    def look(client: Clients) -> Any:
        stack = client("cloudformation").describe_stacks(StackName="tables")["Stacks"]
        return stack, described(client("dynamodb"), "made")

    return look


def asymmetric_keys(client: Clients) -> Look:
    kms, message = client("kms"), {"Message": b"text", "MessageType": "RAW"}
    signed = []
    for spec, algorithm in (("RSA_2048", "RSASSA_PSS_SHA_256"), ("ECC_NIST_P256", "ECDSA_SHA_256")):
        key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        how = {"KeyId": key, "SigningAlgorithm": algorithm, **message}
        signed.append(how | {"Signature": kms.sign(**how)["Signature"]})
    return lambda client: [client("kms").verify(**each)["SignatureValid"] for each in signed]


def certificate(client: Clients) -> Look:
    arn = client("acm").request_certificate(DomainName="example.com")["CertificateArn"]
    return lambda client: (
        client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Serial"],
        client("ec2").describe_vpcs()["Vpcs"],
    )


def messages(client: Clients) -> Look:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    name = "ApproximateNumberOfMessages"
    return lambda client: client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])[
        "Attributes"
    ][name]


def function(client: Clients) -> Look:
    client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=TRUST)
    role = client("iam").get_role(RoleName="runs")["Role"]["Arn"]
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("f.py", "")
    client("lambda").create_function(
        FunctionName="f", Runtime="python3.12", Role=role, Handler="f.g",
        Code={"ZipFile": zipped.getvalue()},
    )  # fmt: skip
    return lambda client: client("lambda").get_function(FunctionName="f")["Configuration"]


MAKERS = (
    iam, kms, s3, sns_and_sqs, kinesis, ssm, secretsmanager, sts, logs, cloudformation,
    stack_with_a_table, asymmetric_keys, certificate, messages, function,
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_a_service_of_moto_answered_is_answered_after_a_stop_and_after_a_kill(
    make: Callable[[Clients], Look], tmp_path: Path
):
    with Emulator(data=tmp_path) as emulator:
        look = make(clients_of(emulator))
        before = look(clients_of(emulator))
        killed = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with Emulator(data=tmp_path) as emulator:
        assert look(clients_of(emulator)) == before
    for path in tmp_path.iterdir():
        path.unlink()
    for path, data in killed.items():  # as a kill would have left it
        path.write_bytes(data)
    with Emulator(data=tmp_path) as emulator:
        assert look(clients_of(emulator)) == before
        assert emulator.not_repeated == 0


def test_a_secret_is_dated_by_the_clock():
    moment = datetime(2031, 5, 1, tzinfo=UTC)
    with Emulator(clock=Clock(moment)) as emulator:
        manager = clients_of(emulator)("secretsmanager")
        manager.create_secret(Name="secret", SecretString="text")
        assert manager.list_secrets()["SecretList"][0]["CreatedDate"] == moment


def test_what_is_seen_outside_is_sent_once(tmp_path: Path):
    """A message over HTTP, after a kill and after a stop."""
    with Listener() as listener, Emulator(data=tmp_path) as emulator:
        sns = clients_of(emulator)("sns")
        topic = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=listener.url)
        sns.publish(TopicArn=topic, Message="text")
        sent = list(listener.received)
        assert any(b"text" in body for body in sent)
        killed = {path: path.read_bytes() for path in tmp_path.iterdir()}
        emulator.stop()
        for files in ({}, killed):
            for path, data in files.items():
                path.write_bytes(data)
            with Emulator(data=tmp_path) as again:
                assert clients_of(again)("sns").list_topics()["Topics"] == [{"TopicArn": topic}]
        assert listener.received == sent


class Listener:
    """Somebody who subscribed, and what they were sent."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_a_symmetric_key_has_one_pair_though_it_is_made_when_it_is_asked_for():
    with Emulator() as emulator:
        kms = clients_of(emulator)("kms")
        keys = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)]
        first, second, again = (
            kms.get_public_key(KeyId=key)["PublicKey"] for key in (*keys, keys[0])
        )
    assert first == again != second
