"""What a provider's host imports: every sandbox pays for it, at each of its starts."""

import subprocess
import sys

NOT_NEEDED = ("pydantic", "tablewright.manifest", "pulumi", "pulumi_aws", "opentelemetry")
PROGRAM = f"""
import sys
import tablewright.sandbox.lifecycle
assert "google" not in sys.modules, "a sandbox is found, and ended, without what speaks to engines"
import tablewright.provider.hosting.host
print([name for name in {NOT_NEEDED} if name in sys.modules])
"""


def test_a_host_needs_no_manifest_and_of_pulumi_its_protocol_alone():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
