import json, pytest
from tests.support.terminal import stack
from tests.support.siblings import FACETS, table, STREAM, merged
pytestmark = pytest.mark.engine
T = "t-all"
def gone(aws):
    d, s, c, i = aws.client("dynamodb"), aws.client("application-autoscaling"), aws.client("cloudwatch"), aws.client("iam")
    arn = d.describe_table(TableName=T)["Table"]["TableArn"]
    sarn = d.describe_table(TableName=T)["Table"].get("LatestStreamArn")
    W = dict(ServiceNamespace="dynamodb", ResourceId=f"table/{T}", ScalableDimension="dynamodb:table:WriteCapacityUnits")
    IW = dict(ServiceNamespace="dynamodb", ResourceId=f"table/{T}/index/by-day", ScalableDimension="dynamodb:index:WriteCapacityUnits")
    def pol(p):
        n = s.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=p["ResourceId"], ScalableDimension=p["ScalableDimension"])["ScalingPolicies"][0]["PolicyName"]
        s.delete_scaling_policy(PolicyName=n, **p)
    role = f"dynamodb-{T}-read-role-dev"
    def delrole():
        for p in i.list_role_policies(RoleName=role)["PolicyNames"]: i.delete_role_policy(RoleName=role, PolicyName=p)
        i.delete_role(RoleName=role)
    return {
     "policy w": lambda: pol(W), "policy iw": lambda: pol(IW),
     "schedule": lambda: s.delete_scheduled_action(ScheduledActionName="nightly", **W),
     "target w": lambda: s.deregister_scalable_target(**W), "target iw": lambda: s.deregister_scalable_target(**IW),
     "insights": lambda: d.update_contributor_insights(TableName=T, ContributorInsightsAction="DISABLE"),
     "index insights": lambda: d.update_contributor_insights(TableName=T, IndexName="by-day", ContributorInsightsAction="DISABLE"),
     "kinesis": lambda: d.disable_kinesis_streaming_destination(TableName=T, StreamArn=STREAM),
     "rpolicy": lambda: d.delete_resource_policy(ResourceArn=arn),
     "spolicy": lambda: d.delete_resource_policy(ResourceArn=sarn),
     "replica": lambda: d.update_table(TableName=T, ReplicaUpdates=[{"Delete": {"RegionName": "us-east-1"}}]),
     "alarm": lambda: c.delete_alarms(AlarmNames=[f"dynamodb-{T}-user-errors-dev"]),
     "role": delrole,
     "role policy": lambda: i.delete_role_policy(RoleName=role, PolicyName=i.list_role_policies(RoleName=role)["PolicyNames"][0]),
     "dashboard": lambda: c.delete_dashboards(DashboardNames=["all-tables"]),
     "index": lambda: d.update_table(TableName=T, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-day"}}]),
     "stream off": lambda: d.update_table(TableName=T, StreamSpecification={"StreamEnabled": False}),
     "ttl": lambda: None,
    }
def test_gone(aws, terminal):
    aws.client("kinesis").create_stream(StreamName="changes", ShardCount=1)
    spec = dict(dashboard={"name": "all-tables"})
    m = terminal.write("t.yaml", stack("allof", table(T, *FACETS), **spec))
    print(terminal.run("up", m, "--yes").ended(0).err[-300:])
    aws.pass_time(600)
    for what in gone(aws):
        print("=====", what, flush=True)
        try: gone(aws)[what]()
        except Exception as e: print("  could not", e); continue
        aws.pass_time(3600)
        v = terminal.run("verify", m, "--only-problems"); print("  verify", v.status)
        p = terminal.run("preview", m, "--refresh", "--expect-no-changes"); print("  preview --refresh", p.status, [l for l in p.out.splitlines() if l.strip()][-12:], p.err[-300:])
        u = terminal.run("up", m, "--yes"); print("  up", u.status, u.err.splitlines()[-3:])
        v = terminal.run("verify", m, "--only-problems"); print("  verify", v.status)
        u = terminal.run("up", m, "--yes", "--refresh"); print("  up --refresh", u.status, "" if not u.status else u.err, [l for l in u.err.splitlines() if "read  " not in l][-8:])
        aws.pass_time(3600)
        v = terminal.run("verify", m, "--only-problems"); print("  verify", v.status, v.out[-600:] if v.status else "")
        p = terminal.run("preview", m, "--refresh", "--expect-no-changes"); print("  preview", p.status, p.out[-500:] if p.status else "")
        if v.status or p.status:
            u = terminal.run("up", m, "--yes", "--refresh"); print("  up --refresh II", u.status, "" if not u.status else u.err)
            v = terminal.run("verify", m, "--only-problems"); print("  verify II", v.status, v.out[-600:] if v.status else "")
