"""The one message of the protocol that is read by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import events_pb2

from tablewright.engine.run.messages import only_text


@given(st.text() | st.integers(0, 70_000).map(lambda length: "x" * length))
def test_it_is_read_as_protobuf_writes_it(text):
    assert only_text(events_pb2.EventRequest(event=text).SerializeToString()) == text
