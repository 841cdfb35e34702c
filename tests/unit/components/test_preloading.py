"""What importing the components costs, and what it does not."""

import subprocess
import sys

LOADED = """
import sys
import tablewright.components
{more}
heavy = ("pulumi_aws.cloudwatch.metric_alarm", "pulumi_aws.dynamodb.table", "pulumi_aws.iam.role")
print([name in sys.modules for name in heavy])
print(sorted(name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore", "moto")))
"""


def loaded(more=""):
    code = LOADED.format(more=more)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_importing_the_components_loads_no_module_of_the_sdk():
    assert loaded()[0] == "[False, False, False]"


def test_importing_the_components_does_not_touch_aws():
    assert loaded()[1] == "[]"


def test_preloading_loads_what_a_stack_needs():
    more = "from tablewright.components.preloading import preload; preload(); preload()"
    assert loaded(more)[0] == "[True, True, True]"
