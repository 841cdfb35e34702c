"""A deployed stack as CloudFormation tells of it: its template, parameters and resources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import AwsError, UsageError
from tablewright.fleet.reading import Unread, try_read

from .surroundings import Surroundings
from .template import Template, read_template

_GONE = "DELETE_COMPLETE"
_IMPORT = "ImportValue"


@dataclass(frozen=True, slots=True)
class CloudFormationStack:
    """A stack.

    Args:
        name: of it.
        template: after all macros.
        original: as it was given, with its comments where it is YAML.
        around: what both are resolved with.
        tags: of the stack, which its resources get as well.
        capabilities: it was deployed with.
    """

    name: str
    template: Template
    original: Template
    around: Surroundings
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]


def read_stack(session: Session, name: str, region: str) -> CloudFormationStack:
    """One stack of a region, by its name or ARN.

    Raises:
        UsageError: there is no such stack, or its template cannot be read.
        AwsError: CloudFormation could not be asked.
    """
    client = session.client("cloudformation", region)
    try:
        with translated(f"read the stack {name}"):
            [stack] = client.describe_stacks(StackName=name)["Stacks"]
    except AwsError as error:
        if "does not exist" not in error.message:
            raise
        raise UsageError(
            f"there is no stack {name} in {region}", "check the name, --region and --target"
        ) from error
    with translated(f"read the template of the stack {name}"):
        processed = _body(client, name, "Processed")
        original = _body(client, name, "Original")
    with translated(f"read the resources of the stack {name}"):
        pages = [*client.get_paginator("list_stack_resources").paginate(StackName=name)]
    template = read_template(processed, f"stack {stack['StackName']}")
    around = Surroundings(
        region=region,
        account_id=session.account_id,
        stack=stack["StackName"],
        stack_id=stack["StackId"],
        parameters={
            given["ParameterKey"]: given.get("ResolvedValue", given.get("ParameterValue", ""))
            for given in stack.get("Parameters") or ()
            if given["ParameterKey"] in template.section("Parameters")
        },
        physical_ids={
            element["LogicalResourceId"]: element["PhysicalResourceId"]
            for page in pages
            for element in page["StackResourceSummaries"]
            if element.get("PhysicalResourceId") and element["ResourceStatus"] != _GONE
        },
        exports=_exports(client) if _IMPORT in processed else {},
    )
    return CloudFormationStack(
        name=stack["StackName"],
        template=template,
        original=read_template(original, template.file),
        around=around,
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags") or ()},
        capabilities=tuple(stack.get("Capabilities") or ()),
    )


def _body(client: Any, name: str, stage: str) -> str:
    """A template as text: botocore makes a mapping of one in JSON."""
    body = client.get_template(StackName=name, TemplateStage=stage)["TemplateBody"]
    return body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)


def _exports(client: Any) -> Mapping[str, str] | None:
    """What the region's stacks export; None where that is refused."""

    def read() -> dict[str, str]:
        with translated("read what other stacks export"):
            pages = [*client.get_paginator("list_exports").paginate()]
        return {element["Name"]: element["Value"] for page in pages for element in page["Exports"]}

    answer = try_read(read)
    return None if isinstance(answer, Unread) else answer
