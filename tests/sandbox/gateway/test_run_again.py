"""What moto holds after a kill: the journal is run again and gives what was answered before."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.dynamodb.conftest import Clients, clients_of

from tablewright_emulator.clock import Clock
from tablewright_emulator.server import Emulator

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }],
})  # fmt: skip
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


MAKERS = (
    iam, kms, s3, sns_and_sqs, kinesis, ssm, secretsmanager, sts, logs, cloudformation,
)  # fmt: skip


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_a_service_of_moto_answered_is_answered_after_a_kill(
    make: Callable[[Clients], Look], tmp_path: Path
):
    with Emulator(data=tmp_path) as emulator:
        look = make(clients_of(emulator))
        before = look(clients_of(emulator))
        journal = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "snapshot.bin").unlink()
    (tmp_path / "journal.bin").write_bytes(journal)  # as a kill would have left it
    with Emulator(data=tmp_path) as emulator:
        assert look(clients_of(emulator)) == before


def test_a_secret_is_dated_by_the_clock():
    moment = datetime(2031, 5, 1, tzinfo=UTC)
    with Emulator(clock=Clock(moment)) as emulator:
        manager = clients_of(emulator)("secretsmanager")
        manager.create_secret(Name="secret", SecretString="text")
        assert manager.list_secrets()["SecretList"][0]["CreatedDate"] == moment
