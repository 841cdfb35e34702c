import pytest

from tablewright_emulator.cloudwatch.metrics.store import MetricName
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError
from tablewright_emulator.cloudwatch.queries.insights import parse_insight
from tablewright_emulator.cloudwatch.queries.search import parse_search

CUSTOM = MetricName.of("MyNamespace", "CustomCount1", {"Host": "web-1"})
NETWORK = MetricName.of("AWS/EC2", "NetworkErrors2", {"InstanceId": "i-0abc"})
CPU = MetricName.of("AWS/EC2", "CPUUtilization", {"InstanceId": "i-0abc", "Type": "t2.micro"})


@pytest.mark.parametrize(
    ("search", "metric", "found"),
    [
        ("count", CUSTOM, True),
        ("COUNT", CUSTOM, True),
        ("couNT", CUSTOM, False),
        ("cust", CUSTOM, False),
        ("CustomCount", CUSTOM, True),
        ("Count1", CUSTOM, True),
        ("customcount1", CUSTOM, False),
        ('{MyNamespace}, "CustomCount1"', CUSTOM, True),
        ('{MyNamespace}, "customcount1"', CUSTOM, False),
        ('{MyNamespace}, "Custom"', CUSTOM, False),
        ("{MyNamespace}", CUSTOM, True),
        ("{MyNamespace,Host}", CUSTOM, True),
        ("{MyNamespace,Host,Other}", CUSTOM, False),
        ("{AWS/EC2,InstanceId}", CPU, False),
        ("{AWS/EC2,InstanceId,Type} CPU", CPU, True),
        ('{"AWS/EC2", InstanceId, "Type"}', CPU, True),
        ("Network-Errors", NETWORK, True),
        ("Network_Errors_2", NETWORK, True),
        ('"NetworkErrors2"', NETWORK, True),
        ('MetricName="CPUUtilization"', CPU, True),
        ('MetricName="CPUUtilization"', NETWORK, False),
        ('Type="t2.micro" Namespace="AWS/EC2"', CPU, True),
        ("Type=micro", CPU, True),
        ("Type=large", CPU, False),
        ("NOT Namespace=AWS", CUSTOM, True),
        ("NOT Namespace=AWS", CPU, False),
        ("(Network OR Custom) AND NOT CPU", CUSTOM, True),
        ("Network OR Utilization InstanceId", CPU, True),
        ('MetricName="NetworkErrors2" OR (CPU AND (t2 OR web))', CPU, True),
        ('MetricName="CPUUtilization" NOT "i-0abc"', CPU, False),
    ],
)
def test_a_search_finds_by_token_phrase_exact_text_and_schema(search, metric, found):
    assert parse_search(search).matches(metric) is found


@pytest.mark.parametrize(
    "text", ["", "  ", "{}", "(a", "(" * 500, "a OR", "NOT", "=x", "Name=", "a)", "x" * 1025]
)
def test_what_is_not_a_search_is_refused(text):
    with pytest.raises(ExpressionError):
        parse_search(text)


QUERY = """
    select sum(SystemErrors) from schema("AWS/DynamoDB", TableName, Operation)
    where TableName = 'orders' and Operation != 'Scan'
    group by Operation order by max() desc limit 5
"""


def test_an_insight_query_is_read_whole():
    insight = parse_insight(QUERY)
    assert (insight.function, insight.metric, insight.namespace) == (
        "SUM", "SystemErrors", "AWS/DynamoDB",
    )  # fmt: skip
    assert insight.dimensions == {"TableName", "Operation"}
    assert insight.group_by == ("Operation",)
    assert insight.order == ("MAX", True)
    assert insight.limit == 5


def test_an_insight_query_chooses_by_schema_and_conditions():
    insight = parse_insight(QUERY)

    def errors(**dimensions):
        return MetricName.of("AWS/DynamoDB", "SystemErrors", dimensions)

    assert insight.matches(errors(TableName="orders", Operation="GetItem"))
    assert not insight.matches(errors(TableName="orders", Operation="Scan"))
    assert not insight.matches(errors(TableName="other", Operation="GetItem"))
    assert not insight.matches(errors(TableName="orders"))
    assert insight.group(errors(TableName="orders", Operation="GetItem")) == ("GetItem",)


def test_without_a_schema_any_dimensions_do():
    insight = parse_insight('SELECT AVG("My Metric") FROM "My Namespace"')
    assert insight.matches(MetricName.of("My Namespace", "My Metric", {"a": "1"}))
    assert insight.matches(MetricName.of("My Namespace", "My Metric", {}))


@pytest.mark.parametrize(
    "text",
    ["SELECT", "SELECT MEDIAN(a) FROM b", "SELECT SUM(a)", "SELECT SUM(a) FROM b WHERE",
     "SELECT SUM(a) FROM b WHERE c < 'd'", "SELECT SUM(a) FROM b LIMIT 0",
     "SELECT SUM(a) FROM b LIMIT 501", "SELECT SUM(a) FROM b ORDER MAX()",
     "SELECT SUM(a) FROM SCHEMA(b", "SELECT SUM(a) FROM b extra", "SELECT SUM(a FROM b"],
)  # fmt: skip
def test_what_is_not_an_insight_query_is_refused(text):
    with pytest.raises(ExpressionError):
        parse_insight(text)
