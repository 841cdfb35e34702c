"""Values that DynamoDB knows by name, for manifests, plans and all that reads them."""

from __future__ import annotations

from typing import Literal

AttributeType = Literal["S", "N", "B"]
BillingMode = Literal["PROVISIONED", "PAY_PER_REQUEST"]
ProjectionType = Literal["ALL", "KEYS_ONLY", "INCLUDE"]
StreamViewType = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
TableClass = Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
EncryptionType = Literal["AWS_OWNED", "AWS_MANAGED", "CUSTOMER"]
"""AWS has no word for the first: it is what "not enabled" means."""
InsightsMode = Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]
KinesisPrecision = Literal["MILLISECOND", "MICROSECOND"]
