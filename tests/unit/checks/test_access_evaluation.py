"""Our evaluation of policies: held to IAM's rules, and to the embedded AWS's enforcement."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.checks.access.context import RequestContext
from tablewright.checks.access.evaluation import Decision, Policies, evaluate
from tablewright.checks.access.statement import Request, parse
from tablewright_emulator.iam import document, evaluation

ACCOUNT, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
RESOURCES = [
    *(TABLE, f"{TABLE}-2", f"{TABLE}/index/by-user", f"{TABLE}/stream/2026", "*"),
    f"arn:aws:dynamodb:eu-west-1:{OTHER}:table/orders",
]
ACTIONS = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteTable", "kms:Decrypt"]
KEYS = {
    "aws:PrincipalTag/team": ["a", "b", "orders", "1.5"],
    "dynamodb:LeadingKeys": ["a", "u-1", "10.0.0.7", "2026-01-01T00:00:00Z"],
    "aws:SecureTransport": ["true", "false"],
    "aws:PrincipalArn": [ROLE, TABLE],
}
PATTERNS = [
    *RESOURCES,
    *(f"{TABLE}*", f"{TABLE}/index/*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:*"),
    *("arn:aws:dynamodb:eu-west-?:*:table/o*s", "arn:*:*:*:*:*"),
    "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}",
    "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/none, 'orders'}",
]
NAMES = st.sampled_from(
    ["*", "dynamodb:*", "dynamodb:Get*", "DynamoDB:query", "dynamodb:De?eteTable", *ACTIONS]
)
VALUES = st.sampled_from(
    [
        *("a", "b", "u-*", "true", "false", "*", "1.5", "1", "10.0.0.0/8", "2026-06-01"),
        *("${aws:PrincipalTag/team}", "${aws:PrincipalTag/none}", ROLE, "arn:aws:iam::*:role/*"),
    ]
)
OPERATORS = st.sampled_from(
    [
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike"),
        *("StringNotLike", "ArnLike", "ArnNotEquals", "Bool", "NumericLessThan", "IpAddress"),
        *("NotIpAddress", "DateLessThan", "NumericNotEquals", "BinaryEquals"),
    ]
)
PRINCIPALS = st.sampled_from(["*", {"AWS": [ROLE, OTHER]}, {"AWS": ACCOUNT}, {"AWS": OTHER}])


def one_or_more(values):
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


@st.composite
def conditions(draw):
    if draw(st.integers(0, 2)):
        return {}
    operator = draw(OPERATORS)
    prefix = draw(st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"]))
    suffix = draw(st.sampled_from(["", "", "IfExists"]))
    key = draw(st.sampled_from([*KEYS, "aws:SourceVpce"]))
    if draw(st.integers(0, 5)) == 0:
        return {"Condition": {"Null": {key: draw(st.sampled_from(["true", "false", True]))}}}
    return {"Condition": {f"{prefix}{operator}{suffix}": {key: draw(one_or_more(VALUES))}}}


@st.composite
def statements(draw, *, of_resource=False):
    """One statement; what it names is inverted now and then."""
    action, resource = (
        draw(st.sampled_from(["", "", "", "Not"])) + element for element in ("Action", "Resource")
    )
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"])),
        action: draw(one_or_more(NAMES)),
        resource: draw(one_or_more(st.sampled_from(PATTERNS))),
        **draw(conditions()),
    }
    if of_resource:
        inverted = draw(st.sampled_from(["", "", "", "Not"]))
        statement[f"{inverted}Principal"] = draw(PRINCIPALS)
    return statement


def documents(*, of_resource=False, most=2):
    return st.lists(
        st.builds(
            lambda version, listed: {"Version": version, "Statement": listed},
            st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
            st.lists(statements(of_resource=of_resource), min_size=1, max_size=3),
        ),
        max_size=most,
    )


CONTEXTS = st.fixed_dictionaries(
    {}, optional={key: st.lists(st.sampled_from(KEYS[key]), max_size=2) for key in KEYS}
).map(lambda given: {key.lower(): tuple(values) for key, values in given.items()})

POLICIES = st.tuples(
    documents(), st.one_of(st.none(), documents()), documents(of_resource=True, most=1)
)


def ours(policies, action, resource, context):
    identity, boundary, of_resource = policies
    request = Request(action, resource, account_of(resource), ROLE, context)
    return evaluate(
        request,
        Policies(
            _parsed(identity), None if boundary is None else _parsed(boundary), _parsed(of_resource)
        ),
    )


def theirs(policies, action, resource, known):
    identity, boundary, of_resource = (
        None if given is None else tuple(document.parse_policy(json.dumps(d), "p") for d in given)
        for given in policies
    )
    caller = evaluation.Caller(SESSION, ACCOUNT, ROLE)
    question = evaluation.Question(caller, action, resource, account_of(resource), known)
    applying = evaluation.Policies(identity, boundary, None, of_resource)
    return evaluation.evaluate(question, applying)


def account_of(resource):
    return ACCOUNT if resource == "*" else resource.split(":")[4]


def _parsed(given):
    return tuple(statement for each in given for statement in parse(each))


@settings(max_examples=150)
@given(POLICIES, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES), CONTEXTS)
def test_it_decides_as_the_embedded_aws_enforces(policies, action, resource, known):
    enforced = theirs(policies, action, resource, known)
    answer = ours(policies, action, resource, RequestContext(known, closed=True))
    assert answer.decision == (Decision.ALLOWED if enforced.allowed else Decision.DENIED)
    assert answer.final == (enforced.verdict == "explicitDeny")


@settings(max_examples=150)
@given(
    POLICIES,
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    CONTEXTS,
    st.sets(st.sampled_from([key.lower() for key in KEYS])),
)
def test_what_it_decides_holds_for_every_request(policies, action, resource, known, hidden):
    """With some keys left to the request, a decision is one for all of their values."""
    partly = {key: known.get(key, ()) for key in map(str.lower, KEYS) if key not in hidden}
    partly |= {"aws:sourcevpce": (), "aws:principaltag/none": ()}
    answer = ours(policies, action, resource, RequestContext(partly))
    if answer.decision in {Decision.ALLOWED, Decision.DENIED}:
        enforced = theirs(policies, action, resource, known)
        assert enforced.allowed == (answer.decision is Decision.ALLOWED)
