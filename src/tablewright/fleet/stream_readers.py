"""Which Lambda functions read streams of DynamoDB."""

from __future__ import annotations

from collections import defaultdict

from tablewright.aws.failures import translated
from tablewright.aws.session import Session


def read_stream_readers(
    session: Session, region: str, doing: str, stream: str | None = None
) -> dict[str, tuple[str, ...]]:
    """ARNs of the functions that read a stream, by the stream's ARN.

    Args:
        session: whose functions.
        region: where they are.
        doing: what an error says was not possible.
        stream: the only one to ask for.

    Raises:
        AwsError: Lambda refuses.
    """
    paginator = session.client("lambda", region).get_paginator("list_event_source_mappings")
    with translated(doing):
        pages = [*paginator.paginate(**({} if stream is None else {"EventSourceArn": stream}))]
    readers: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for mapping in page.get("EventSourceMappings") or ():
            readers[mapping.get("EventSourceArn", "")].append(mapping["FunctionArn"])
    return {source: tuple(functions) for source, functions in readers.items()}
