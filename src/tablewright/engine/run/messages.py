"""What both ends of a gRPC connection with the engine must agree on."""

from __future__ import annotations

from typing import Final

_MESSAGE_LIMIT_BYTES: Final = 400 * 1024 * 1024
"""The engine's own limit; gRPC's would be 4 MiB, which one large table's policy can pass."""

CHANNEL_OPTIONS: Final = (
    ("grpc.max_receive_message_length", _MESSAGE_LIMIT_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_LIMIT_BYTES),
)

SERVER_OPTIONS: Final = (
    *CHANNEL_OPTIONS,
    ("grpc.so_reuseport", 0),
    # A long run keeps requests waiting; gRPC would drop them after 30 s.
    ("grpc.server_max_unrequested_time_in_server", 30 * 60),
)


def only_text(message: bytes) -> str:
    """The text of a message whose one field, number 1, is a string (`EventRequest` is one).

    Reading it by hand spares runs without a program the 0.1 s of importing Pulumi's own messages.
    The format: a tag byte, the length in groups of seven bits from the lowest, the bytes.
    """
    if not message:
        return ""
    position, length, shift = 1, 0, 0
    while True:
        byte = message[position]
        length |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follow
            return message[position : position + length].decode("utf-8", "replace")
