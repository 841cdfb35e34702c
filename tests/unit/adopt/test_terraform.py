import json
import subprocess
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pulumi_aws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.adopt.adoption import AdoptedStack, AdoptedTable
from tablewright.adopt.roles import identity
from tablewright.adopt.terraform import TerraformState, hand_over, read_state, state_of, steps
from tablewright.adopt.terraform.belonging import PARTS
from tablewright.adopt.terraform.handover import removed_blocks, state_commands
from tablewright.adopt.terraform.roles import ROLE_TYPES, roles_about
from tablewright.adopt.terraform.state import TABLE_TYPE
from tablewright.errors import UsageError

REGION = "eu-west-1"
ARN = f"arn:aws:dynamodb:{REGION}:123456789012:table/orders"


def resource(name: str = "orders", **more: Any) -> dict[str, Any]:
    instances = more.pop("instances", [{"attributes": {"name": "orders", "arn": ARN}}])
    kind = {"mode": "managed", "type": TABLE_TYPE, "name": name}
    return {**kind, "instances": instances, **more}


def state(*resources: dict[str, Any], version: int = 4) -> str:
    return json.dumps({"version": version, "resources": list(resources)})


def keyed(key: str | int) -> dict[str, Any]:
    return {"index_key": key, "attributes": {"name": f"orders-{key}", "arn": f"{ARN}-{key}"}}


def part(kind: str, label: str = "x", /, **attributes: Any) -> dict[str, Any]:
    return resource(label, type=kind, instances=[{"attributes": attributes}])


def adopted(
    *names: str,
    stays: set[str] = frozenset(),
    regions: set[str] = frozenset(),
    holds: set[str] = frozenset(),
) -> Any:
    everywhere = frozenset({REGION, *regions})
    tables = tuple(
        AdoptedTable(name, "", {}, (), frozenset(stays), (), everywhere, frozenset(holds))
        for name in names
    )
    return [AdoptedStack("123456789012", REGION, "adopted", "", tables)]


def taken(text: str, stacks: Any) -> list[str]:
    return [one.address for one in hand_over(state_of(text), stacks).taken]


def test_a_table_is_found_with_its_region_and_account():
    [table] = state_of(state(resource())).tables
    assert table.instance.address == table.instance.resource == "aws_dynamodb_table.orders"
    assert (table.name, table.region, table.account_id) == ("orders", REGION, "123456789012")


def test_tables_of_modules_and_their_instances_have_addresses():
    nested = resource(module='module.shop["a.b"]', instances=[keyed("eu"), keyed(0)])
    tables = state_of(state(nested)).tables
    assert [table.instance.address for table in tables] == [
        'module.shop["a.b"].aws_dynamodb_table.orders["eu"]',
        'module.shop["a.b"].aws_dynamodb_table.orders[0]',
    ]
    assert {table.instance.resource for table in tables} == {
        "module.shop.aws_dynamodb_table.orders"
    }


def test_data_sources_and_deposed_objects_are_passed_over():
    data = resource(mode="data")
    deposed = resource(instances=[{"deposed": "8f3a", "attributes": {}}])
    assert state_of(state(data, deposed)) == TerraformState()


def test_names_choose_tables():
    held = state_of(state(resource(instances=[keyed("eu"), keyed("us")])))
    assert [table.name for table in held.chosen(())] == ["orders-eu", "orders-us"]
    assert [table.name for table in held.chosen(["orders-us", "carts"])] == ["orders-us"]


READS = {
    "service_namespace": "dynamodb",
    "resource_id": "table/orders/index/by-user",
    "scalable_dimension": "dynamodb:index:ReadCapacityUnits",
}
PLACE = f"{READS['resource_id']} {READS['scalable_dimension']}"
OF_ORDERS = {"dimensions": {"TableName": "orders"}}
MATH = {"metric_query": [{"metric": [OF_ORDERS]}, {"metric": []}]}
SAMPLES: dict[str, dict[str, Any]] = {
    "aws_appautoscaling_policy": READS,
    "aws_appautoscaling_scheduled_action": READS,
    "aws_appautoscaling_target": READS,
    "aws_cloudwatch_metric_alarm": {"alarm_name": "hot", "metric_query": [], **OF_ORDERS},
    "aws_dynamodb_contributor_insights": {"table_name": "orders", "index_name": ""},
    "aws_dynamodb_global_secondary_index": {"table_name": "orders", "index_name": "by-user"},
    "aws_dynamodb_global_table": {"name": "orders"},
    "aws_dynamodb_kinesis_streaming_destination": {"table_name": "orders"},
    "aws_dynamodb_resource_policy": {"resource_arn": f"{ARN}/stream/2026"},
    "aws_dynamodb_table_export": {"table_arn": ARN, "export_format": "ION"},
    "aws_dynamodb_table_item": {"table_name": "orders", "hash_key": "id", "item": "{}"},
    "aws_dynamodb_table_replica": {"global_table_arn": ARN},
    "aws_dynamodb_tag": {"resource_arn": ARN, "key": "Tier"},
}


@pytest.mark.parametrize("kind", sorted(PARTS))
def test_whatever_belongs_to_an_adopted_table_changes_hands_with_it(kind):
    text = state(resource(), part(kind, **SAMPLES[kind]))
    assert taken(text, adopted("orders")) == ["aws_dynamodb_table.orders", f"{kind}.x"]
    assert taken(text, adopted("users")) == []


OF_READER = [
    part("aws_iam_role", "reader", name="reader", inline_policy=[]),
    part("aws_iam_role_policy", "reader", role="reader", policy=json.dumps({"Resource": ARN})),
    part("aws_iam_role_policy_attachment", "reader", role="reader", policy_arn="p"),
    part("aws_iam_role_policies_exclusive", "reader", role_name="reader"),
    part("aws_iam_role_policy_attachments_exclusive", "reader", role_name="reader"),
]


def test_a_role_changes_hands_with_all_that_it_consists_of():
    writer = part("aws_iam_role_policy", "writer", role="writer", policy=ARN)
    other = part("aws_iam_role", "other", name="other", inline_policy=[{"policy": f"{ARN}s"}])
    text = state(resource(), *OF_READER, writer, other)
    known = state_of(text)
    assert roles_about(known.instances, {"orders"}) == {"reader": ""}
    assert roles_about(known.instances, set()) == {}
    held = adopted("orders", holds={identity("reader")})
    assert taken(text, held)[1:] == [f"{one}.reader" for one in ROLE_TYPES_IN_ORDER]
    assert {*ROLE_TYPES_IN_ORDER} == {*ROLE_TYPES}
    assert taken(text, adopted("orders")) == ["aws_dynamodb_table.orders"]


ROLE_TYPES_IN_ORDER = [one["type"] for one in OF_READER]


def test_a_role_whose_attachments_are_managed_with_those_of_others_stays():
    shared = part("aws_iam_policy_attachment", "all", roles=["reader", "writer"])
    known = state_of(state(resource(), *OF_READER, shared))
    [(role, why)] = roles_about(known.instances, {"orders"}).items()
    assert (role, "to others" in why) == ("reader", True)


def test_every_type_of_the_provider_that_is_part_of_a_table_is_known():
    """Pulumi's SDK has a module for each type in the schema of Terraform's provider."""
    names = {
        f"aws_{service}_{module.name}"
        for service in ("dynamodb", "appautoscaling")
        for module in iter_modules([str(Path(pulumi_aws.__file__).parent / service)])
        if not module.name.startswith(("_", "get_", "outputs"))
    }
    assert len(names) > 10
    assert names - {TABLE_TYPE} == {kind for kind in PARTS if "cloudwatch" not in kind}


@pytest.mark.parametrize(("kind", "identity"), [("policy", PLACE), ("target", PLACE)])
def test_scaling_that_was_not_adopted_stays_with_terraform(kind, identity):
    text = state(resource(), part(f"aws_appautoscaling_{kind}", **READS))
    assert taken(text, adopted("orders", stays={identity})) == ["aws_dynamodb_table.orders"]


def test_an_alarm_of_metric_math_belongs_to_its_one_table():
    text = state(resource(), part("aws_cloudwatch_metric_alarm", alarm_name="math", **MATH))
    assert "aws_cloudwatch_metric_alarm.x" in taken(text, adopted("orders"))
    assert taken(text, adopted("orders", stays={"math"})) == ["aws_dynamodb_table.orders"]


def test_what_belongs_to_other_tables_regions_or_services_stays_with_terraform():
    elsewhere = {"arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:x"}
    text = state(
        resource(),
        part("aws_appautoscaling_target", **{**READS, "service_namespace": "ecs"}),
        part("aws_dynamodb_contributor_insights", table_name="users"),
        part("aws_dynamodb_contributor_insights", table_name="orders", region="us-east-1"),
        part("aws_cloudwatch_metric_alarm", metric_query=[], **OF_ORDERS, **elsewhere),
        part("aws_cloudwatch_metric_alarm", alarm_name="cpu", metric_query=[], dimensions=None),
    )
    assert taken(text, adopted("orders")) == ["aws_dynamodb_table.orders"]
    assert len(taken(text, adopted("orders", regions={"us-east-1"}))) == 3


def test_removed_blocks_name_each_resource_once_and_destroy_nothing():
    held = state_of(state(resource(module='module.shop["a]."]', instances=[keyed(0), keyed(1)])))
    assert removed_blocks(hand_over(held, adopted("orders-0", "orders-1"))) == (
        "removed {\n  from = module.shop.aws_dynamodb_table.orders\n\n"
        "  lifecycle {\n    destroy = false\n  }\n}\n"
    )


def test_no_removed_block_forgets_an_instance_that_stays():
    held = state_of(state(resource(instances=[keyed(0), keyed(1)])))
    change = hand_over(held, adopted("orders-0"))
    assert removed_blocks(change) == ""
    assert state_commands(change) == ("terraform state rm 'aws_dynamodb_table.orders[0]'",)
    text = "\n".join(steps(change))
    assert "a removed block would forget those as well" in text
    assert "aws_dynamodb_table.orders, counted: a smaller count renumbers what stays" in text


def test_commands_name_each_instance_and_survive_a_shell():
    held = state_of(state(resource(instances=[keyed("it's")])))
    assert state_commands(hand_over(held, adopted("orders-it's"))) == (
        """terraform state rm 'aws_dynamodb_table.orders["it'\\''s"]'""",
    )


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("a${b}%{c}", 'aws_dynamodb_table.orders["a$${b}%%{c}"]'),
        ("5$ 7% {x}", 'aws_dynamodb_table.orders["5$ 7% {x}"]'),
        ('é\U0001f600"\\', 'aws_dynamodb_table.orders["é\U0001f600\\"\\\\"]'),
    ],
)
def test_an_instance_key_is_written_as_terraform_reads_it(key: str, address: str):
    held = state_of(state(resource(instances=[keyed(key)])))
    assert [instance.address for instance in held.instances] == [address]
    assert [instance.resource for instance in held.instances] == ["aws_dynamodb_table.orders"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  # aws_x.y will be destroyed", "  # aws_x.y will be destroyed\n"),
        ("  # aws_x.y must be replaced", "  # aws_x.y must be replaced\n"),
        ("  # aws_x.y will be replaced due to changes in replace_triggered_by", None),
        ("  # aws_x.y will be replaced, as requested", None),
        (" # aws_x.y will no longer be managed by Terraform, but will not be destroyed", "kept\n"),
        ("  # aws_x.y will be updated in-place", "kept\n"),
    ],
)
def test_the_look_at_a_plan_stops_at_whatever_it_destroys(line: str, shown: str | None):
    printed = "\n".join(steps(hand_over(state_of(state(resource())), adopted("orders"))))
    [look] = [text for text in printed.splitlines() if text.startswith("  plan=$(")]
    look = look.replace("terraform plan -no-color", f"echo '{line}'")
    done = subprocess.run(["/bin/sh", "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == (f"{line}\n" if shown is None else shown)


KEY_ARN = f"arn:aws:kms:{REGION}:123456789012:key/1"
TOPIC_ARN = f"arn:aws:sns:{REGION}:123456789012:pages"


def test_what_a_table_needs_and_what_refers_to_it_is_told():
    table = {"name": "orders", "arn": ARN, "server_side_encryption": [{"kms_key_arn": KEY_ARN}]}
    alarm = {**SAMPLES["aws_cloudwatch_metric_alarm"], "alarm_actions": [TOPIC_ARN]}
    mapping = {"event_source_arn": f"{ARN}/stream/2026"}
    reader = {"attributes": {}, "dependencies": ["aws_dynamodb_table.orders"]}
    held = state_of(
        state(
            resource(instances=[{"attributes": table}]),
            part("aws_cloudwatch_metric_alarm", **alarm),
            part("aws_kms_key", "main", arn=KEY_ARN),
            part("aws_sns_topic", "pages", arn=TOPIC_ARN),
            part("aws_sqs_queue", "other", arn="arn:aws:sqs:eu-west-1:123456789012:other"),
            part("aws_lambda_event_source_mapping", "reader", **mapping),
            resource("role", type="aws_iam_role_policy", instances=[reader]),
        )
    )
    change = hand_over(held, adopted("orders"))
    assert [one.address for one in change.needed] == ["aws_kms_key.main", "aws_sns_topic.pages"]
    assert [one.address for one in change.referring] == [
        "aws_lambda_event_source_mapping.reader",
        "aws_iam_role_policy.role",
    ]
    text = "\n".join(steps(change))
    assert "do not destroy these:\n  aws_kms_key.main\n  aws_sns_topic.pages\n" in text
    assert "aws_lambda_event_source_mapping.reader" in text
    assert "other" not in text


def test_a_replica_that_another_state_holds_is_told():
    held = state_of(state(resource()))
    change = hand_over(held, adopted("orders", regions={"us-east-1"}))
    assert change.elsewhere == (("orders", "us-east-1"),)
    assert "replica of orders in us-east-1 is not in this state" in "\n".join(steps(change))


@pytest.mark.parametrize(
    "replica",
    [
        part(
            "aws_dynamodb_table_replica",
            global_table_arn=ARN,
            arn=ARN.replace(REGION, "us-east-1"),
        ),
        resource(
            instances=[
                {
                    "attributes": {
                        "name": "orders",
                        "arn": ARN,
                        "replica": [{"region_name": "us-east-1"}],
                    }
                }
            ]
        ),
    ],
)
def test_a_replica_that_this_state_holds_is_not_called_elsewhere(replica):
    resources = [replica] if replica["type"] == TABLE_TYPE else [resource(), replica]
    change = hand_over(state_of(state(*resources)), adopted("orders", regions={"us-east-1"}))
    assert change.elsewhere == ()


def test_nothing_is_told_where_nothing_changes_hands():
    assert list(steps(hand_over(state_of(state(resource())), adopted("users")))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a Terraform state"),
        ('{"version": 3}', "is not a Terraform state of version 4"),
        (state({"mode": "managed", "type": TABLE_TYPE, "name": "x"}), "is damaged"),
        (state(resource(instances=[{"attributes": {"name": "x"}}])), "is damaged: aws_dynamodb_t"),
        (state(resource(instances=[{"attributes": {"name": "x", "arn": "a:b"}}])), "is damaged"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_state_is_refused_with_the_command_that_gets_one(text: str, message: str):
    with pytest.raises(UsageError, match=message) as caught:
        state_of(text)
    assert "terraform state pull" in caught.value.next_step


WHOLE = json.loads(
    state(
        resource(instances=[keyed("eu"), keyed("us")], module="module.db"),
        *(part(kind, **attributes) for kind, attributes in SAMPLES.items()),
        part("aws_cloudwatch_metric_alarm", "math", alarm_name="math", **MATH),
        resource("role", type="aws_iam_role", instances=[{"dependencies": ["module.db.x"]}]),
    )
)
WRONG = st.sampled_from(
    [None, "", "x", "a/b", "arn:aws", "\ud800", 7, -1.5, True, [], {}, [None], {"a": 1}]
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    deeper = [(key, item) for key, item in items] if isinstance(value, dict | list) else []
    return [at, *(place for key, item in deeper for place in _below(item, (*at, key)))]


def _below(item: Any, at: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return places(item, at) if isinstance(item, dict | list) else [at]


BYTES = [
    b"",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"7",
    b"\xff",
    b"\0",
    b"\\ud800",
    b"NaN",
    b"1e999",
]
PLACES = [place for place in places(WHOLE) if place]


@given(st.lists(st.tuples(st.sampled_from(PLACES), WRONG), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_a_damaged_state_is_refused_or_read_and_never_more(damages):
    damaged = json.loads(json.dumps(WHOLE))
    for place, wrong in damages:
        holder = damaged
        try:
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = json.loads(json.dumps(wrong))
        except (TypeError, KeyError, IndexError):
            continue  # damaged above already
    try:
        held = state_of(json.dumps(damaged))
    except UsageError:
        return
    change = hand_over(held, adopted("orders", "orders-eu"))
    managed = {table.name for table in held.tables} & {"orders", "orders-eu"}
    text = "\n".join(steps(change))
    assert bool(text) == bool(managed)
    text.encode()


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_state_with_wrong_bytes_is_refused_or_read_and_never_more(tmp_path_factory, data):
    raw = bytearray(json.dumps(WHOLE).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at, size = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 40))
        raw[at : at + size] = data.draw(st.sampled_from(BYTES))
    file = tmp_path_factory.getbasetemp() / "damaged.json"
    file.write_bytes(raw)
    try:
        text = "\n".join(steps(hand_over(read_state(file), adopted("orders"))))
    except UsageError as error:
        text = f"{error.message}\n{error.next_step}"
    assert text.encode().decode() == text


def test_a_file_is_read(tmp_path: Path):
    file = tmp_path / "state.json"
    file.write_text(state(resource()))
    assert [table.name for table in read_state(file).tables] == ["orders"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None):
    file = tmp_path / "state.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"state\.json cannot be read"):
        read_state(file)
