"""A stack written down as a program: the program makes what the stack makes."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.components import TableStack
from tablewright.components.eject import eject
from tablewright.components.eject._layout import WIDTH
from tablewright.plan.declaration.declared import (
    Alarm,
    DeclaredStack,
    DeclaredTable,
    Grant,
    Insights,
    MetricQuery,
    MetricStat,
    Output,
    Role,
    Trust,
)
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    TimeToLive,
)

EXAMPLES = Path(__file__).parents[3] / "examples"
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
)
TAGS = st.dictionaries(TEXTS, TEXTS, max_size=3)
NAMES = st.text("abcXYZ019_.-", min_size=3, max_size=9)
ARNS = NAMES.map("arn:aws:sns:eu-west-1:123456789012:{}".format)
STATS = st.builds(
    MetricStat,
    st.just("AWS/DynamoDB"),
    st.just("SystemErrors"),
    st.dictionaries(st.sampled_from(["TableName", "Operation"]), NAMES),
    st.just(60),
    st.sampled_from(["Sum", "p99"]),
)
WATCHED = st.one_of(
    st.fixed_dictionaries({"metric": STATS}),
    st.fixed_dictionaries(
        {
            "queries": st.tuples(
                st.builds(MetricQuery, st.just("m1"), STATS),
                st.builds(
                    MetricQuery, st.just("sum"), st.none(), TEXTS, TEXTS, return_data=st.booleans()
                ),
            )
        }
    ),
)
PRINCIPALS = st.sampled_from(["999999999999", "arn:aws:iam::999999999999:role/x"])
TRUSTS = st.builds(
    Trust,
    services=st.just(("lambda.amazonaws.com",)),
    principals=st.lists(PRINCIPALS, max_size=2).map(tuple),
    source_account=st.booleans(),
    external_id=st.none() | TEXTS,
)
GRANTS = st.builds(
    Grant,
    st.just("Sid"),
    st.just(("dynamodb:Query", "dynamodb:GetItem")),
    st.lists(st.sampled_from(["table", "indexes", "stream", "any"]), min_size=1).map(tuple),
    st.dictionaries(st.just("StringEquals"), st.dictionaries(TEXTS, st.lists(TEXTS)), max_size=1),
)
POLICIES = st.sampled_from(
    ["arn:aws:iam::aws:policy/service-role/X", "arn:aws:iam::123456789012:policy/X"]
)


@st.composite
def alarms(draw, owner):
    return tuple(
        Alarm(
            key=f"{owner}-{word}",
            name=draw(TEXTS),
            description=draw(TEXTS),
            comparison_operator="GreaterThanThreshold",
            threshold=draw(st.decimals(-1000, 1000, places=2)),
            evaluation_periods=draw(st.integers(1, 5)),
            datapoints_to_alarm=draw(st.none() | st.integers(1, 5)),
            treat_missing_data=draw(st.none() | st.just("ignore")),
            alarm_actions=tuple(draw(st.lists(ARNS, max_size=2))),
            tags=draw(TAGS),
            **draw(WATCHED),
        )
        for word in draw(st.lists(NAMES, max_size=2, unique=True))
    )


@st.composite
def roles(draw, owner):
    return tuple(
        Role(
            key=f"{owner}-{word}",
            name=draw(NAMES),
            policy_name=draw(NAMES),
            description=draw(TEXTS),
            trust=draw(TRUSTS),
            grants=tuple(draw(st.lists(GRANTS, min_size=1, max_size=2))),
            managed_policies=tuple(draw(st.lists(POLICIES, max_size=2, unique=True))),
            permissions_boundary=draw(st.none() | POLICIES),
            tags=draw(TAGS),
        )
        for word in draw(st.lists(NAMES, max_size=2, unique=True))
    )


@st.composite
def declared_tables(draw, key):
    indexes = draw(st.lists(NAMES, max_size=2, unique=True))
    watched = draw(st.lists(st.sampled_from([None, *indexes]), unique=True))
    table = Table(
        name=draw(NAMES),
        key=Key(("id",), draw(st.sampled_from([(), ("at",)]))),
        attributes={"id": "S", "at": "N"},
        billing_mode="PAY_PER_REQUEST",
        global_indexes=tuple(
            GlobalIndex(name, Key(("at", "id")), Projection("INCLUDE", frozenset({"a", "b"})))
            for name in indexes
        ),
        stream=Stream(draw(st.sampled_from([None, "KEYS_ONLY"]))),
        encryption=draw(st.sampled_from([Encryption("AWS_OWNED"), Encryption("CUSTOMER", "arn")])),
        recovery=Recovery(draw(st.sampled_from([0, 7]))),
        time_to_live=TimeToLive(draw(st.none() | TEXTS)),
        on_demand_maximum=draw(st.builds(OnDemandMaximum, st.none() | st.integers(1, 9))),
        tags=draw(TAGS),
    )
    return DeclaredTable(
        table,
        protect=draw(st.booleans()),
        insights=tuple(Insights(index) for index in watched),
        alarms=draw(alarms(key)),
        roles=draw(roles(key)),
        key=key,
    )


@st.composite
def stacks(draw):
    keys = draw(st.lists(NAMES, max_size=2, unique=True))
    tables = tuple(draw(declared_tables(key)) for key in keys)
    outputs = [Output("where", "region")]
    outputs += [
        Output(f"of-{number}-{value}", value, key)
        for number, key in enumerate(keys)
        for value in ("tableName", "tableArn", "tableId", "streamArn", "streamLabel")
    ]
    for number, table in enumerate(tables):
        for role in table.roles:
            outputs.append(Output(f"role-{number}", "roleArn", table.key, role=role.key))
            outputs.append(Output(f"name-{number}", "roleName", table.key, role=role.key))
        for alarm in table.alarms:
            outputs.append(Output(f"alarm-{number}", "alarmArn", table.key, alarm=alarm.key))
    return DeclaredStack(
        name="shop",
        environment="dev",
        region=draw(st.sampled_from(["eu-west-1", "cn-north-1", "us-gov-west-1"])),
        tables=tables,
        alarms=draw(alarms("all")),
        tags=draw(TAGS),
        outputs=tuple(outputs),
    )


ALARM = Alarm(
    "shop-errors",
    "errors",
    "errors",
    "GreaterThanThreshold",
    Decimal(5),
    1,
    MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum"),
    tags={"Team": "data"},
)
SHOP = DeclaredStack(
    "shop",
    "dev",
    "eu-west-1",
    (DeclaredTable(Table("orders", Key(("id",)), {"id": "S"}), alarms=(ALARM,)),),
    tags={"Team": "data"},
)


def told(recording):
    """What the engine is told, in no order."""
    return {
        it.urn: {
            name: getattr(it, name)
            for name in (
                "deleted_before_replaced",
                "dependencies",
                "ignored",
                "import_id",
                "inputs",
                "name",
                "parent",
                "protected",
                "timeouts",
                "type",
            )
        }
        for it in recording.resources
    }


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_program_makes_the_same_resources_under_the_same_names(data, deploy):
    stack = data.draw(stacks())
    source = eject(stack, "python")["__main__.py"]
    code = compile(source, "__main__.py", "exec")
    partition = {"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"}.get(stack.region, "aws")
    where = {"project": stack.name, "stack": stack.environment, "partition": partition}
    declared = deploy(lambda: TableStack.from_declared(stack).export(), **where)
    ejected = deploy(lambda: exec(code, {"__name__": "__main__"}), **where)  # noqa: S102
    assert told(ejected) == told(declared)
    assert ejected.exports == declared.exports


@given(stacks())
def test_python_is_well_formed_whatever_stands_in_names_and_tags(stack):
    assert ast.parse(eject(stack, "python")["__main__.py"]).body


@given(stacks(), st.sampled_from(["python", "typescript"]))
def test_the_same_stack_is_written_the_same_way(stack, language):
    assert eject(stack, language) == eject(stack, language)


@pytest.mark.parametrize(
    ("language", "runtime", "source"),
    [("python", "python", "__main__.py"), ("typescript", "nodejs", "index.ts")],
)
def test_a_program_comes_with_its_project(language, runtime, source):
    files = eject(SHOP, language)
    assert files["Pulumi.yaml"] == f"name: shop\nruntime: {runtime}\n"
    assert files["Pulumi.dev.yaml"] == "config:\n  aws:region: eu-west-1\n"
    assert source in files
    assert "pulumi stack select dev" in files["README.md"]


def test_a_program_in_python_needs_pulumi_alone():
    files = eject(SHOP, "python")
    assert "tablewright" not in files["requirements.txt"]
    modules = {
        alias.name
        for node in ast.walk(ast.parse(files["__main__.py"]))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert modules == {"pulumi", "pulumi_aws"}


def test_a_program_in_typescript_needs_pulumi_alone():
    package = json.loads(eject(SHOP, "typescript")["package.json"])
    assert set(package["dependencies"]) == {"@pulumi/pulumi", "@pulumi/aws"}
    assert json.loads(eject(SHOP, "typescript")["tsconfig.json"])["compilerOptions"]["strict"]


def test_tags_that_most_things_share_are_written_once():
    source = eject(SHOP, "python")["__main__.py"]
    assert source.count('{"Team": "data"}') == 1
    assert "tags=tags" in source


def test_lines_stay_within_the_width_where_nothing_single_is_longer():
    for language in ("python", "typescript"):
        for text in eject(SHOP, language).values():
            assert max(map(len, text.splitlines())) <= WIDTH


def test_the_account_is_asked_for_only_by_roles():
    assert "caller" not in eject(SHOP, "python")["__main__.py"]
    assert "caller" not in eject(SHOP, "typescript")["index.ts"]


def test_tables_whose_names_make_one_variable_get_two():
    tables = [
        DeclaredTable(Table(name, Key(("id",)), {"id": "S"}))
        for name in ("a.b", "a-b", "a_b", "ab")
    ]
    source = eject(replace(SHOP, tables=tuple(tables)), "python")["__main__.py"]
    assigned = [
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    assert len(assigned) == len(set(assigned))


def test_an_output_whose_name_is_no_variable_is_exported_all_the_same():
    stack = replace(
        SHOP, outputs=(Output("orders-name", "tableName", "orders"), Output("orders", "region"))
    )
    source = eject(stack, "typescript")["index.ts"]
    assert 'export { output1 as "orders-name" };' in source
    assert "export { output2 as orders };" in source


def test_text_in_a_template_cannot_end_it():
    role = Role(
        "orders-read",
        "r",
        "p",
        "`${process.exit()}`",
        Trust(("lambda.amazonaws.com",), external_id="`${x}`"),
        (Grant("Read", ("Query",), ("indexes",)),),
    )
    [table] = SHOP.tables
    source = eject(replace(SHOP, tables=(replace(table, roles=(role,)),)), "typescript")["index.ts"]
    assert 'description: "`${process.exit()}`"' in source
    assert "interpolate`${orders.arn}/index/*`" in source


def test_a_program_goes_to_a_folder_called_like_its_stack_and_over_nothing(tmp_path):
    def ejected(*words):
        command = [Path(sys.executable).with_name("tablewright"), "eject", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = ejected(EXAMPLES / "three-tables")
    assert done.returncode == 0
    assert "analytics/README.md" in done.stderr
    assert (tmp_path / "analytics" / "__main__.py").exists()
    assert ejected(EXAMPLES / "three-tables", "--language", "typescript").returncode == 2
    assert not (tmp_path / "analytics" / "index.ts").exists()


@pytest.mark.parametrize(
    ("language", "plugin"),
    [("python", "pulumi-language-python"), ("typescript", "pulumi-language-nodejs")],
)
def test_the_readme_names_the_plugin_that_its_command_needs(language, plugin):
    files = eject(DeclaredStack("shop", "eu-west-1", "dev", (), {}), language)
    assert plugin in files["README.md"]
    assert "get.pulumi.com" in files["README.md"]
