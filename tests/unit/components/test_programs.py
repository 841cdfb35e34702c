"""Programs over the components, as people write them."""

import json

import pytest

import pulumi
import tablewright.components as tw

TABLE = "aws:dynamodb/table:Table"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
TEAM = {"Team": "data", "CostCenter": "engineering"}
ORDERS = tw.TableArgs(tw.Key("orderId"))


def late(value):
    return pulumi.Output.from_input(value)


def settings(**more):
    return tw.StackArgs(**{"environment": "dev", "region": "eu-west-1", "tags": TEAM, **more})


@pytest.fixture
def deployed(deploy):
    """A stack of one table."""

    def run(table=ORDERS, **more):
        def program():
            given = table() if callable(table) else table
            tags = more.pop("tags", TEAM)
            args = settings(
                tables={"orders": given}, tags=tags() if callable(tags) else tags, **more
            )
            tw.TableStack("shop", args).export()

        return deploy(program)

    return run


def test_a_table_has_the_name_its_stack_calls_it_by(deployed):
    assert deployed().one(TABLE).inputs["name"] == "orders"


def test_everything_a_program_does_not_say_is_sent_as_off(deployed):
    inputs = deployed().one(TABLE).inputs
    assert inputs["streamEnabled"] is False
    assert inputs["pointInTimeRecovery"] == {"enabled": False}
    assert inputs["ttl"] == {"enabled": False}
    assert inputs["serverSideEncryption"] == {"enabled": False}
    assert inputs["globalSecondaryIndexes"] == []


def test_the_environment_is_a_tag_that_wins(deployed):
    tags = deployed(tags={**TEAM, "Environment": "other"}).one(TABLE).inputs["tags"]
    assert tags["Environment"] == "dev"


def test_a_tables_own_tag_wins_over_the_stacks(deployed):
    table = tw.TableArgs(tw.Key("orderId"), tags={"Team": "own"})
    assert deployed(table).one(TABLE).inputs["tags"]["Team"] == "own"


def test_a_tag_may_be_known_only_at_deployment(deployed):
    recording = deployed(
        tw.TableArgs(tw.Key("orderId"), access=["read"], alarms=tw.AlarmsArgs({"latency": True})),
        tags=lambda: {**TEAM, "Team": late("late team")},
    )
    tagged = [it for it in recording.resources if "tags" in it.inputs]
    assert len(tagged) == 5
    assert {it.inputs["tags"]["Team"] for it in tagged} == {"late team"}


def test_all_tags_together_may_be_known_only_at_deployment(deployed):
    tags = deployed(tags=lambda: late(TEAM)).one(TABLE).inputs["tags"]
    assert tags == {**TEAM, "Environment": "dev"}


def test_a_mandatory_tag_missing_from_the_tags_of_a_program_is_an_error(deployed):
    with pytest.raises(tw.ProgramError, match="CostCenter"):
        deployed(tags=lambda: late({"Team": "data"}))


def test_a_customer_key_may_be_known_only_at_deployment(deployed):
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    table = deployed(
        lambda: tw.TableArgs(tw.Key("orderId"), encryption=tw.CustomerKey(late(key)))
    ).one(TABLE)
    assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key}


def test_who_is_told_may_be_known_only_at_deployment(deployed):
    topic = "arn:aws:sns:eu-west-1:123456789012:pager"
    alarms = lambda: tw.AlarmsArgs({"system_errors": 5}, alarm_actions=[late(topic)])  # noqa: E731
    alarm = deployed(lambda: tw.TableArgs(tw.Key("orderId"), alarms=alarms())).one(ALARM)
    assert alarm.inputs["alarmActions"] == [topic]


def test_principals_may_be_known_only_at_deployment(deployed):
    principal = "arn:aws:iam::999999999999:role/auditor"
    role = deployed(
        lambda: tw.TableArgs(
            tw.Key("orderId"),
            access=["read"],
            trust=tw.Trust(principals=[late(principal)], external_id=late("shared")),
        )
    ).one(ROLE)
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"AWS": principal}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "shared"}}


def test_a_boundary_may_be_known_only_at_deployment(deployed):
    boundary = "arn:aws:iam::123456789012:policy/Boundary"
    role = deployed(
        lambda: tw.TableArgs(
            tw.Key("orderId"),
            access=[tw.Role("read", grants=["read"], permissions_boundary=late(boundary))],
        )
    ).one(ROLE)
    assert role.inputs["permissionsBoundary"] == boundary


def test_names_follow_the_stacks_templates(deployed):
    recording = deployed(
        tw.TableArgs(tw.Key("orderId"), access=["read"]),
        naming=tw.Naming(role="{stack}-{table}-{access}"),
    )
    assert recording.one(ROLE).inputs["name"] == "shop-orders-read"


def test_a_mistake_in_the_arguments_is_told_before_anything_is_registered(deploy):
    args = settings(tables={"orders": tw.TableArgs(tw.Key("orderId"), recovery_days=36)})
    with pytest.raises(tw.ProgramError) as failure:
        deploy(lambda: tw.TableStack("shop", args))
    assert str(failure.value) == ("table orders: recovery.days: 36 is too large; use at most 35")


def test_the_rules_of_the_manifest_hold_for_programs(deploy):
    index = tw.GlobalIndex("by-time", tw.Key("orderId", "N"))
    args = settings(tables={"orders": tw.TableArgs(tw.Key("orderId"), global_indexes=[index])})
    with pytest.raises(tw.ProgramError, match="table orders: globalSecondaryIndexes"):
        deploy(lambda: tw.TableStack("shop", args))


def test_all_mistakes_are_told_at_once(deploy):
    tables = {
        "orders": tw.TableArgs(tw.Key("id"), recovery_days=36, deletion_protection="yes"),
    }
    with pytest.raises(tw.ProgramError) as failure:
        deploy(lambda: tw.TableStack("shop", settings(tables=tables)))
    first, *rest = str(failure.value).splitlines()
    assert first == "2 mistakes in the program:"
    assert len(rest) == 2


def test_a_mandatory_tag_that_is_not_given_is_a_mistake(deploy):
    args = settings(tags={"Team": "data"}, tables={"orders": ORDERS})
    with pytest.raises(tw.ProgramError, match="mandatory tag `CostCenter` is missing"):
        deploy(lambda: tw.TableStack("shop", args))


def test_two_tables_cannot_share_a_name(deploy):
    tables = {name: tw.TableArgs(tw.Key("id"), table_name="orders") for name in ("one", "two")}
    with pytest.raises(tw.ProgramError, match="two tables would be called `orders`"):
        deploy(lambda: tw.TableStack("shop", settings(tables=tables)))


def test_what_no_provider_can_do_is_a_mistake_of_the_program(deploy):
    replica = tw.Replica("eu-central-1", read_ceiling=10)
    orders = tw.TableArgs(
        tw.Key("id"), stream="NEW_AND_OLD_IMAGES", global_table=tw.GlobalTable([replica])
    )
    with pytest.raises(tw.ProgramError, match="cannot set `maxReadRequestUnits` of a replica"):
        deploy(lambda: tw.TableStack("shop", settings(tables={"orders": orders})))


def test_an_output_is_accepted_wherever_a_rule_asks_for_an_arn(deploy):
    """Placeholders are well-formed: the rules find nothing wrong with what is not known yet."""

    def program():
        arn = late("arn")
        tables = {
            "orders": tw.TableArgs(
                tw.Key("id"),
                encryption=tw.CustomerKey(arn),
                stream="NEW_AND_OLD_IMAGES",
                kinesis=tw.KinesisDestination(arn),
                alarms=tw.AlarmsArgs(
                    {"latency": True}, alarm_actions=[arn], insufficient_data_actions=[arn]
                ),
                access=[tw.Role("read", grants=["read"], permissions_boundary=arn)],
                global_table=tw.GlobalTable([tw.Replica("eu-central-1", kms_key_arn=arn)]),
                tags={"Owner": arn},
            ),
            "restored": tw.TableArgs(tw.Key("id"), restore=tw.Restore(backup_arn=arn)),
            "filled": tw.TableArgs(tw.Key("id"), import_from_s3=tw.ImportFromS3(arn)),
        }
        tw.TableStack("shop", settings(tables=tables))

    assert len(deploy(program).of(TABLE)) == 3


def test_a_region_is_left_to_the_provider_unless_given(deploy, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    args = settings(region=None, tables={"orders": ORDERS})
    recording = deploy(lambda: tw.TableStack("shop", args))
    assert "region" not in recording.one(TABLE).inputs


def test_names_take_the_region_that_the_provider_will_take(deploy, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    tables = {"orders": tw.TableArgs(tw.Key("id"), table_name="orders-{region}")}
    args = settings(region=None, tables=tables)
    configured = deploy(lambda: tw.TableStack("shop", args), config={"aws:region": "eu-west-3"})
    assert configured.one(TABLE).inputs["name"] == "orders-eu-west-3"
    assert deploy(lambda: tw.TableStack("s", args)).one(TABLE).inputs["name"] == "orders-eu-north-1"


def test_a_region_nobody_knows_is_asked_for(deploy, monkeypatch):
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(tw.ProgramError, match="region is not known"):
        deploy(lambda: tw.TableStack("shop", settings(region=None)))


def test_one_table_can_be_made_alone(deploy):
    def program():
        table = tw.Table("orders", tw.TableArgs(tw.Key("id"), access=["read"]), settings())
        pulumi.export("arn", table.arn)
        pulumi.export("reader", table.role_arns["read"])

    recording = deploy(program)
    assert recording.one(TABLE).parent.endswith("tablewright:index:Table::orders")
    assert recording.exports == {
        "arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        "reader": "arn:aws:iam::123456789012:role/dynamodb-orders-read-role-dev",
    }


def test_a_table_alone_needs_to_know_its_stack(deploy):
    with pytest.raises(tw.ProgramError, match="stack is not given"):
        deploy(lambda: tw.Table("orders", ORDERS))


def test_alarms_can_watch_a_table_made_elsewhere(deploy):
    alarms = tw.AlarmsArgs({"read_throttles": True})
    recording = deploy(lambda: tw.Alarms("orders", alarms, settings(), table="orders-v2"))
    alarm = recording.one(ALARM)
    assert alarm.name == "orders-read-throttles"
    assert alarm.inputs["name"] == "dynamodb-orders-v2-read-throttles-dev"
    assert alarm.inputs["dimensions"] == {"TableName": "orders-v2"}
    assert alarm.inputs["tags"] == {**TEAM, "Environment": "dev"}


def test_alarms_need_to_know_their_stack(deploy):
    with pytest.raises(tw.ProgramError, match="stack is not given"):
        deploy(lambda: tw.Alarms("orders", tw.AlarmsArgs({"read_throttles": True})))


def test_roles_can_reach_a_table_made_elsewhere(deploy):
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-v2"

    def program():
        tw.AccessRoles(
            "orders",
            ["read", tw.Role("sweep", actions=["dynamodb:DeleteItem"])],
            late(arn),
            settings(),
            table="orders-v2",
            trust=tw.Trust(services=["ecs-tasks.amazonaws.com"]),
        )

    recording = deploy(program)
    roles = recording.of(ROLE)
    assert [it.inputs["name"] for it in roles] == [
        "dynamodb-orders-v2-read-role-dev",
        "dynamodb-orders-v2-sweep-role-dev",
    ]
    assert all("ecs-tasks" in it.inputs["assumeRolePolicy"] for it in roles)
    assert all(arn in it.inputs["policy"] for it in recording.of(ROLE_POLICY))


def test_roles_need_to_know_their_stack(deploy):
    with pytest.raises(tw.ProgramError, match="stack is not given"):
        deploy(lambda: tw.AccessRoles("orders", ["read"], "arn"))


def test_options_reach_the_component(deploy):
    options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")], protect=True)
    recording = deploy(lambda: tw.Table("orders", ORDERS, settings(), options))
    assert recording.one("tablewright:index:Table").aliases == ["old"]
    assert recording.one(TABLE).protected
