import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError

from tablewright import errors
from tablewright.aws.failures import code_of, is_not_found, translate, translated


def refusal(code: str, message: str = "no", status: int = 400, operation: str = "DescribeTable"):
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "R-1"},
        },
        operation,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ExpiredTokenException", errors.CredentialsError),
        ("UnrecognizedClientException", errors.CredentialsError),
        ("SignatureDoesNotMatch", errors.CredentialsError),
        ("OptInRequired", errors.EndpointError),
        ("ResourceNotFoundException", errors.NotFoundError),
        ("NoSuchEntity", errors.NotFoundError),
        ("ThrottlingException", errors.ThrottledError),
        ("AccessDeniedException", errors.AccessDeniedError),
        ("UnknownOperationException", errors.UnsupportedError),
    ],
)
def test_a_code_of_aws_has_a_class_of_ours_and_a_next_step(code: str, kind: type):
    error = translate(refusal(code), "read table events")
    assert type(error) is kind
    assert error.message.startswith("could not read table events: ")
    assert error.next_step


@pytest.mark.parametrize("code", ["LimitExceededException", "ResourceInUseException"])
def test_a_refusal_that_passes_by_itself_says_to_wait(code: str):
    error = translate(refusal(code, "Subscriber limit exceeded: 4 decreases."), "update it")
    assert error.message == "could not update it: Subscriber limit exceeded: 4 decreases"
    assert error.next_step.startswith("wait")


def test_what_others_hold_on_to_does_not_pass_by_waiting():
    error = translate(refusal("DeleteConflict", "Must detach all policies first."), "delete it")
    assert error.next_step.startswith("detach")


def test_a_denied_call_names_action_and_resource():
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
    error = translate(
        refusal(
            "AccessDeniedException",
            f"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: "
            f"dynamodb:DescribeTable on resource: {arn} because no identity-based policy allows "
            "the dynamodb:DescribeTable action",
        ),
        "read table events",
    )
    assert isinstance(error, errors.AccessDeniedError)
    assert (error.action, error.resource) == ("dynamodb:DescribeTable", arn)
    assert error.message == (
        f"could not read table events: dynamodb:DescribeTable is not allowed on {arn}"
    )
    assert "add dynamodb:DescribeTable to the policy" in error.next_step


def test_a_denied_call_without_details_names_the_operation():
    error = translate(refusal("AccessDenied", "Access Denied"), "read table events")
    assert isinstance(error, errors.AccessDeniedError)
    assert (error.action, error.resource) == ("DescribeTable", "")


def test_a_failed_signature_does_not_repeat_the_request_that_was_signed():
    said = "The canonical string was: x-amz-security-token:SECRET"
    assert "SECRET" not in str(translate(refusal("SignatureDoesNotMatch", said), "read"))


def test_an_unknown_refusal_keeps_the_words_and_the_code_of_aws():
    error = translate(refusal("ValidationException", "One or more\n  values were invalid."), "x")
    assert error.message == "could not x: One or more values were invalid (ValidationException)"


def test_a_failure_at_the_side_of_aws_names_the_request():
    error = translate(refusal("InternalServerError", "oops", 500), "read table events")
    assert error.message.endswith("AWS failed at its side (InternalServerError, request R-1)")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.NoCredentialsError(), errors.CredentialsError),
        (boto.PartialCredentialsError(provider="env", cred_var="x"), errors.CredentialsError),
        (boto.ProfileNotFound(profile="nobody"), errors.CredentialsError),
        (boto.NoRegionError(), errors.EndpointError),
        (boto.InvalidRegionError(region_name="a b"), errors.EndpointError),
        (boto.ReadTimeoutError(endpoint_url="https://x.amazonaws.com"), errors.EndpointError),
        (boto.WaiterError("w", "too long", {}), errors.WaitTimeoutError),
        (boto.ParamValidationError(report="bad"), errors.AwsError),
    ],
)
def test_what_fails_before_aws_answers_has_a_class_of_ours(error: Exception, kind: type):
    answer = translate(error, "read")
    assert type(answer) is kind
    assert type(error).__name__ not in str(answer)


def test_an_endpoint_on_this_machine_that_is_silent_is_a_sandbox_that_does_not_run():
    error = boto.EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/", error="refused")
    assert "tablewright sandbox start" in translate(error, "read").next_step


def test_an_endpoint_elsewhere_that_is_silent_names_its_host():
    error = boto.EndpointConnectionError(
        endpoint_url="https://dynamodb.eu-west-9.amazonaws.com/", error="name"
    )
    answer = translate(error, "read table events")
    assert "dynamodb.eu-west-9.amazonaws.com cannot be reached" in answer.message
    assert "region" in answer.next_step


def test_a_silent_proxy_is_named_without_its_password():
    error = boto.ProxyConnectionError(proxy_url="http://me:secret@proxy.corp:3128", error="refused")
    answer = translate(error, "read table events")
    assert type(answer) is errors.EndpointError
    assert "the proxy proxy.corp:3128 does not answer" in answer.message
    assert "secret" not in str(answer)


def test_a_profile_that_is_not_there_is_no_expired_login():
    answer = translate(boto.ProfileNotFound(profile="nobody"), "read table events")
    assert "there is no AWS profile nobody" in answer.message
    assert "list-profiles" in answer.next_step


def test_an_error_of_ours_passes_unchanged():
    ours = errors.WrongTargetError("no", "yes")
    assert translate(ours, "read") is ours


def test_credentials_that_come_expired_from_their_source_are_told_as_expired():
    said = "Credentials were refreshed, but the refreshed credentials are still expired."
    with pytest.raises(errors.CredentialsError, match="have expired") as caught, translated("read"):
        raise RuntimeError(said)
    assert "compare the clock of this machine" in caught.value.next_step
    with pytest.raises(RuntimeError, match="a mistake"), translated("read"):
        raise RuntimeError("a mistake")


def test_translated_chains_the_cause():
    with pytest.raises(errors.NotFoundError) as caught, translated("read"):
        raise refusal("ResourceNotFoundException")
    assert isinstance(caught.value.__cause__, ClientError)


def test_the_code_of_a_refusal_can_be_asked_for():
    assert code_of(refusal("ValidationException")) == "ValidationException"
    assert code_of(ValueError("x")) == ""
    assert is_not_found(refusal("NoSuchEntity"))
    assert not is_not_found(refusal("ValidationException"))


@pytest.mark.parametrize(
    ("report", "next_step"),
    [('Unknown parameter in input: "mode"', "update boto3"), ("Invalid length for TableName", "")],
)
def test_what_an_older_boto3_does_not_know_is_had_by_updating_it(report, next_step):
    error = translate(boto.ParamValidationError(report=report), "create table events")
    assert report in error.message
    assert error.next_step.startswith(next_step)
    assert bool(error.next_step) is bool(next_step)
