"""`aws.kms.Key`: a key of the customer's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError, TablewrightError
from tablewright.provider.operation_context import OperationContext, refused_with
from tablewright.provider.resources.import_ids import region_in
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import (
    Shape,
    document,
    flag,
    mapping,
    text,
    whole,
    without_empties,
)

KMS: Final = "kms"
_POLICY: Final = "default"
_WINDOW_DAYS: Final = 30
_ROTATION_DAYS: Final = 365
_GOING: Final = ("PendingDeletion", "PendingReplicaDeletion")
_UNSEEN: Final = ("MalformedPolicyDocumentException",)
_PATIENCE_SECONDS: Final = 10.0
"""A principal of the policy may have been made a second ago."""


class KmsKey(ResourceType):
    """A key; its identifier is its id. Deleting it schedules the deletion, as KMS wants it."""

    tok: ClassVar[str] = "aws:kms/key:Key"
    word: ClassVar[str] = "key"
    write_only: ClassVar[tuple[str, ...]] = (
        "bypassPolicyLockoutSafetyCheck",
        "deletionWindowInDays",
    )
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "keyId",
        "policy",
        "multiRegion",
        "rotationPeriodInDays",
        "tagsAll",
    )
    shape: ClassVar[Shape] = {
        "bypassPolicyLockoutSafetyCheck": flag(default=False, keeps=True),
        "customKeyStoreId": text(replaces=True),
        "customerMasterKeySpec": text(replaces=True, default="SYMMETRIC_DEFAULT"),
        "deletionWindowInDays": whole(at_least=7, at_most=30, keeps=True),
        "description": text(longest=8192),
        "enableKeyRotation": flag(default=False),
        "isEnabled": flag(default=True),
        "keyUsage": text(
            "ENCRYPT_DECRYPT",
            "SIGN_VERIFY",
            "GENERATE_VERIFY_MAC",
            "KEY_AGREEMENT",
            replaces=True,
            default="ENCRYPT_DECRYPT",
        ),
        "multiRegion": flag(replaces=True, default=False, keeps=True),
        "policy": document(keeps=True),
        "region": text(replaces=True),
        "rotationPeriodInDays": whole(at_least=90, at_most=2560, keeps=True),
        "tags": mapping(),
        "xksKeyId": text(replaces=True, longest=128),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the key, then rotate and disable it as it is told."""
        origin = "EXTERNAL_KEY_STORE" if inputs.get("xksKeyId") else "AWS_CLOUDHSM"
        request = {
            "BypassPolicyLockoutSafetyCheck": inputs.get("bypassPolicyLockoutSafetyCheck"),
            "CustomKeyStoreId": inputs.get("customKeyStoreId"),
            "Description": inputs.get("description"),
            "KeySpec": inputs.get("customerMasterKeySpec"),
            "KeyUsage": inputs.get("keyUsage"),
            "MultiRegion": inputs.get("multiRegion"),
            "Origin": origin if inputs.get("customKeyStoreId") else None,
            "Policy": inputs.get("policy"),
            "Tags": _tag_list(self.new_tags(run, inputs)),
            "XksKeyId": inputs.get("xksKeyId"),
        }
        reply = run.call(
            KMS,
            run.region_of(inputs),
            "CreateKey",
            retry=_UNSEEN,
            patience_seconds=_PATIENCE_SECONDS,
            **without_empties(request),
        )
        identifier = str(reply["KeyMetadata"]["KeyId"])
        run.record(identifier)
        if inputs.get("enableKeyRotation"):
            self._rotate(run, identifier, inputs, run.region_of(inputs))
        if inputs.get("isEnabled") is False:
            run.call(KMS, run.region_of(inputs), "DisableKey", KeyId=identifier)
        return identifier

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the key; one whose deletion is scheduled is gone."""
        region = run.region_of(recorded, {"region": region_in(identifier)})
        try:
            key = run.call(KMS, region, "DescribeKey", KeyId=identifier)["KeyMetadata"]
            if key["KeyState"] in _GOING:
                return None
            where = _named(key["KeyId"])
            policy = run.call(KMS, region, "GetKeyPolicy", PolicyName=_POLICY, **where)["Policy"]
            listed = run.pages(KMS, region, "ListResourceTags", "Tags", **where)
        except NotFoundError:
            return None
        live_tags = {tag["TagKey"]: tag["TagValue"] for tag in listed}
        rotation = self._rotation(run, region, key["KeyId"])
        outputs = {
            "arn": key["Arn"],
            "bypassPolicyLockoutSafetyCheck": False,
            "customKeyStoreId": key.get("CustomKeyStoreId", ""),
            "customerMasterKeySpec": key.get("KeySpec") or "SYMMETRIC_DEFAULT",
            "description": key.get("Description", ""),
            "enableKeyRotation": bool(rotation.get("KeyRotationEnabled")),
            "isEnabled": key["KeyState"] != "Disabled",
            "keyId": key["KeyId"],
            "keyUsage": key.get("KeyUsage") or "ENCRYPT_DECRYPT",
            "multiRegion": bool(key.get("MultiRegion")),
            "policy": policy,
            "region": region,
            "xksKeyId": key.get("XksKeyConfiguration", {}).get("Id", ""),
            **self.tag_outputs(run, live_tags, recorded),
        }
        if rotation.get("KeyRotationEnabled"):
            outputs["rotationPeriodInDays"] = rotation.get("RotationPeriodInDays", _ROTATION_DAYS)
        return Live(key["KeyId"], outputs)

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """A year between rotations is KMS's own default."""
        inputs = super().inputs_of(outputs, old_inputs)
        if old_inputs is None and inputs.get("rotationPeriodInDays") == _ROTATION_DAYS:
            inputs.pop("rotationPeriodInDays")
        return inputs

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change what differs; a key that is switched on is so before all else."""
        news, region, where = recorded.news, live.outputs["region"], _named(recorded.identifier)
        enabled = news.get("isEnabled", True)
        if "isEnabled" in differing and enabled:
            run.call(KMS, region, "EnableKey", **where)
        if "description" in differing:
            description = news.get("description") or ""
            run.call(KMS, region, "UpdateKeyDescription", Description=description, **where)
        if "policy" in differing:
            self._put_policy(run, region, recorded.identifier, news)
        if differing & {"enableKeyRotation", "rotationPeriodInDays"}:
            self._rotate(run, recorded.identifier, news, region)
        if "isEnabled" in differing and not enabled:
            run.call(KMS, region, "DisableKey", **where)
        self.write_tags(run, recorded, live, recorded.identifier)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Schedule the deletion, after the window the program gives."""
        try:
            run.call(
                KMS,
                run.region_of(recorded),
                "ScheduleKeyDeletion",
                KeyId=identifier,
                PendingWindowInDays=recorded.get("deletionWindowInDays") or _WINDOW_DAYS,
            )
        except TablewrightError as error:
            if not refused_with(error, "KMSInvalidStateException"):  # scheduled already
                raise

    def _put_policy(self, run: OperationContext, region: str, identifier: str, news: Bag) -> None:
        run.call(
            KMS,
            region,
            "PutKeyPolicy",
            retry=_UNSEEN,
            patience_seconds=_PATIENCE_SECONDS,
            KeyId=identifier,
            PolicyName=_POLICY,
            Policy=news["policy"],
            BypassPolicyLockoutSafetyCheck=bool(news.get("bypassPolicyLockoutSafetyCheck")),
        )

    def _rotate(self, run: OperationContext, identifier: str, inputs: Bag, region: str) -> None:
        if not inputs.get("enableKeyRotation"):
            run.call(KMS, region, "DisableKeyRotation", KeyId=identifier)
            return
        period = without_empties({"RotationPeriodInDays": inputs.get("rotationPeriodInDays")})
        run.call(KMS, region, "EnableKeyRotation", KeyId=identifier, **period)

    def _rotation(self, run: OperationContext, region: str, identifier: str) -> Mapping[str, Any]:
        """How the key is rotated; nothing for kinds of keys that cannot be."""
        try:
            return run.call(KMS, region, "GetKeyRotationStatus", KeyId=identifier)
        except TablewrightError as error:
            if refused_with(error, "UnsupportedOperationException", "KMSInvalidStateException"):
                return {}
            raise


def _named(identifier: str) -> dict[str, Any]:
    return {"KeyId": identifier}


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
