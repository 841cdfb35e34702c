"""SNS: attributes of topics and subscriptions that moto drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Handler, Request
from tablewright_emulator.supplements.held import Held

_REPLAY = "ReplayPolicy"


def handlers(gateway: Gateway, held: Held) -> Mapping[str, Handler]:
    """The operations."""

    def create_topic(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        kept = held.of(request, reply["TopicArn"])
        kept |= {**(request.params.get("Attributes") or {}), **kept}
        return reply

    def set_topic_attributes(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        params = request.params
        held.of(request, params["TopicArn"])[params["AttributeName"]] = params.get(
            "AttributeValue", ""
        )
        return reply

    def get_topic_attributes(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        attributes = {name: value for name, value in reply["Attributes"].items() if value != ""}
        kept = held.of(request, request.params["TopicArn"])
        return {"Attributes": {**{n: v for n, v in kept.items() if v != ""}, **attributes}}

    def delete_topic(request: Request) -> dict[str, Any]:
        held.forget(request, request.params["TopicArn"])
        return gateway.ask(request)

    def subscribe(request: Request) -> dict[str, Any]:
        attributes = dict(request.params.get("Attributes") or {})
        replay = attributes.pop(_REPLAY, None)
        reply = gateway.ask(request, params={**request.params, "Attributes": attributes})
        if replay:
            held.of(request, reply["SubscriptionArn"])[_REPLAY] = replay
        return reply

    def set_subscription_attributes(request: Request) -> dict[str, Any]:
        params = request.params
        if params["AttributeName"] != _REPLAY:
            return gateway.ask(request)
        gateway.ask(
            request,
            operation="GetSubscriptionAttributes",
            params={"SubscriptionArn": params["SubscriptionArn"]},
        )
        held.of(request, params["SubscriptionArn"])[_REPLAY] = params.get("AttributeValue", "")
        return {}

    def get_subscription_attributes(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        kept = held.of(request, request.params["SubscriptionArn"])
        return {"Attributes": {**reply["Attributes"], **{n: v for n, v in kept.items() if v}}}

    def unsubscribe(request: Request) -> dict[str, Any]:
        held.forget(request, request.params["SubscriptionArn"])
        return gateway.ask(request)

    return {
        "CreateTopic": create_topic,
        "SetTopicAttributes": set_topic_attributes,
        "GetTopicAttributes": get_topic_attributes,
        "DeleteTopic": delete_topic,
        "Subscribe": subscribe,
        "SetSubscriptionAttributes": set_subscription_attributes,
        "GetSubscriptionAttributes": get_subscription_attributes,
        "Unsubscribe": unsubscribe,
    }
