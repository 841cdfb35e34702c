"""What DynamoDB knows by name, and its limits, for manifests, plans and all that reads them."""

from __future__ import annotations

import re
from typing import Final, Literal

AttributeType = Literal["S", "N", "B"]
BillingMode = Literal["PROVISIONED", "PAY_PER_REQUEST"]
ProjectionType = Literal["ALL", "KEYS_ONLY", "INCLUDE"]
StreamViewType = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
TableClass = Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
EncryptionType = Literal["AWS_OWNED", "AWS_MANAGED", "CUSTOMER"]
"""AWS has no word for the first: it is what "not enabled" means."""
InsightsMode = Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]
KinesisPrecision = Literal["MILLISECOND", "MICROSECOND"]
Consistency = Literal["EVENTUAL", "STRONG"]
"""Of the replicas of a global table."""

TABLE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
"""What a table or an index can be called (Developer Guide, Naming rules)."""
MOST_GLOBAL_INDEXES: Final = 20
"""Of a table, unless its quota was raised (Developer Guide, Service quotas)."""
MOST_LOCAL_INDEXES: Final = 5
MOST_KEY_PARTS: Final = 4
"""Attributes of the partition key of a global index, and of its sort key."""
MOST_PROJECTED_ATTRIBUTES: Final = 100
"""That all indexes of a table name together (Developer Guide, Service quotas)."""
LONGEST_RECOVERY_DAYS: Final = 35
"""Also of a window whose length nobody says (API reference, PointInTimeRecoverySpecification)."""
MOST_TAGS: Final = 50
"""Of one resource, the owner's included (Developer Guide, Tagging restrictions; the same for
CloudWatch, IAM and Application Auto Scaling)."""
LONGEST_TAG_KEY: Final = 128
LONGEST_TAG_VALUE: Final = 256
