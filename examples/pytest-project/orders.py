"""The application: it knows the name of its table, and nothing of where that lives."""

import boto3
from boto3.dynamodb.conditions import Key


class Orders:
    def __init__(self, table: str, region: str) -> None:
        self._table = boto3.resource("dynamodb", region_name=region).Table(table)

    def place(self, order: str, customer: str, placed_at: int) -> None:
        self._table.put_item(
            Item={"orderId": order, "customer": customer, "placedAt": placed_at},
            ConditionExpression="attribute_not_exists(orderId)",
        )

    def of(self, customer: str) -> list[str]:
        """Orders of a customer, the latest first."""
        found = self._table.query(
            IndexName="by-customer",
            KeyConditionExpression=Key("customer").eq(customer),
            ScanIndexForward=False,
        )
        return [item["orderId"] for item in found["Items"]]
