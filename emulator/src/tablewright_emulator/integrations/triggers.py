"""What would be run by a table's stream, or call DynamoDB from a workflow: refused by name.

No code of users is run here. moto would accept the definition and never act on it, or act on its
own copy of DynamoDB.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tablewright_emulator.request import AwsFault, Engine, Reply, Request

_MAPPINGS = "/event-source-mappings"
_STREAM = re.compile(r"arn:[^:]+:dynamodb:")
_TASK = re.compile(
    r"arn:[^:]+:states:::(?:aws-sdk:)?(dynamodb|dynamodbstreams|cloudwatch|applicationautoscaling):"
)


def refuse_event_source(request: Request, engine: Engine) -> Reply:
    """Lambda, without event source mappings on streams of tables.

    Raises:
        AwsFault: InvalidParameterValueException.
    """
    http = request.http
    if http.method == "POST" and _MAPPINGS in http.path:
        source = _json(http.body).get("EventSourceArn")
        if isinstance(source, str) and _STREAM.match(source):
            raise AwsFault(
                "InvalidParameterValueException",
                f"this emulator runs no functions on streams of tables ({source}); read the stream "
                "with GetRecords and call the function yourself",
            )
    return engine(request)


def refuse_state_machine(request: Request, engine: Engine) -> Reply:
    """Step Functions, without tasks that call a service of ours.

    Raises:
        AwsFault: InvalidDefinition.
    """
    definition = _json(request.http.body).get("definition")
    task = _TASK.search(definition) if isinstance(definition, str) else None
    if task:
        raise AwsFault(
            "InvalidDefinition",
            f"this emulator runs no state machines, so none that calls {task[1]} is accepted",
        )
    return engine(request)


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}  # the engine says what is wrong with it
    return value if isinstance(value, dict) else {}
