"""The way out to another tool, as lines to print: exact, in order, and nothing is deleted on it."""

from __future__ import annotations

import re
import shlex

from tablewright.components.templates import ToolTemplate
from tablewright.components.templates.cloudformation import policy_arn
from tablewright.plan.declaration.declared import DeclaredStack


def terraform_steps(
    _: DeclaredStack, folder: str, stack: str, template: ToolTemplate
) -> tuple[str, ...]:
    """The hand-over to Terraform.

    Args:
        folder: of the configuration.
        stack: paths and options that name the stack on a command line of ours.
        template: what was written.
    """
    terraform = f"terraform -chdir={shlex.quote(folder)}"
    return (
        f"\n{_FIRST}",
        f"  tablewright preview {stack} --refresh",
        f"{_TAKEN} {template.added} to add, {template.changed} to change, 0 to destroy; else stop:",
        f"  {terraform} init",
        f"  {terraform} plan -out=hand-over",
        f"  {terraform} apply hand-over",
        _FORGOTTEN,
        f"  tablewright release {stack} --all --yes",
        f"  {terraform} plan -detailed-exitcode",
        "The manifests and imports.tf are of no more use.",
    )


def cloudformation_steps(
    declared: DeclaredStack, folder: str, stack: str, template: ToolTemplate
) -> tuple[str, ...]:
    """The hand-over to CloudFormation; arguments as of `terraform_steps`."""
    name = re.sub("[^A-Za-z0-9-]", "-", f"{declared.name}-{declared.environment}")
    named = ["--stack-name", name, "--region", declared.region]
    change = [*named, "--change-set-name", "hand-over"]
    imported = f"{folder}/resources-to-import.json"
    return (
        f"\n{_FIRST}",
        f"  tablewright preview {stack} --refresh",
        *([_ARNS] if template.policies else []),
        *(_policy_arn(*place, declared.region, imported) for place in template.policies),
        _IMPORTED,
        _aws(
            "create-change-set", *change, "--change-set-type", "IMPORT",
            "--capabilities", "CAPABILITY_NAMED_IAM",
            "--template-body", f"file://{folder}/template.yaml",
            "--resources-to-import", f"file://{imported}",
        ),
        _aws("wait", "change-set-create-complete", *change),
        _aws("describe-change-set", *change, "--query", _ACTIONS, "--output", "text"),
        _aws("execute-change-set", *change),
        _aws("wait", "stack-import-complete", *named),
        _FORGOTTEN_HERE,
        f"  tablewright release {stack} --all --yes",
        _aws("detect-stack-drift", *named),
        _aws("describe-stack-resource-drifts", *named, _DRIFTED, "MODIFIED", "DELETED"),
        "The manifests are of no more use.",
    )  # fmt: skip


def _aws(*words: str) -> str:
    return f"  {shlex.join(['aws', 'cloudformation', *words])}"


def _policy_arn(resource: str, dimension: str, region: str, file: str) -> str:
    """Write the ARN of a scaling policy in the place of the words that stand for it."""
    asked = (
        f"aws application-autoscaling describe-scaling-policies --service-namespace dynamodb "
        f"--resource-id {resource} --scalable-dimension {dimension} --region {region} "
        f"--query 'ScalingPolicies[0].PolicyARN' --output text"
    )
    return f'  sed -i.bak "s|{policy_arn(resource, dimension)}|$({asked})|" {shlex.quote(file)}'


_ACTIONS = "Changes[].ResourceChange.[Action,LogicalResourceId]"
_DRIFTED = "--stack-resource-drift-status-filters"
_ARNS = "Of a scaling policy CloudFormation wants the ARN, which only AWS tells:"
_IMPORTED = (
    "CloudFormation takes over what is live into a new stack; nothing is changed. Every line of "
    "`describe-change-set` has to begin with Import, else stop before `execute-change-set`. A "
    "template of more than 51,200 bytes goes to S3 first, and is named by its address there: "
    "`aws cloudformation create-change-set --template-url`."
)
_FORGOTTEN_HERE = (
    "Then forget the stack here, which keeps everything in AWS and removes the tag that names the "
    "stack alone, and let CloudFormation compare; nothing may be listed in the end:"
)
_FIRST = (
    "The hand-over, each command of ours with the options of your deploys (--target, --profile). "
    "First, nothing may be left to do here:"
)
_TAKEN = (
    "Terraform takes over what is live, and nothing is changed before its `apply`. Its plan has to "
    "show what it imports, and"
)
_FORGOTTEN = (
    "Then forget the stack here, which keeps everything in AWS and removes the tag that names the "
    "stack alone. Terraform ignores that tag, and has to show no changes:"
)
