"""Rules on what keeps items from being lost or read by others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

MANDATORY_TAGS = ("Environment", "Team", "CostCenter")
_PRODUCTION = re.compile(r"prod|production|live", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"env|environment|stage", re.IGNORECASE)


@audit_rule(
    "TW201",
    "Point-in-time recovery is on",
    Severity.HIGH,
    ("dynamodb:DescribeContinuousBackups",),
    (
        "Security Hub DynamoDB.2",
        "Config dynamodb-pitr-enabled",
        "Checkov CKV_AWS_28",
        "Prowler dynamodb_tables_pitr_enabled",
        "cdk-nag AwsSolutions-DDB3",
        "Guard pitr_enabled",
        "Trusted Advisor c18d2gz138",
    ),
)
def recovery(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Without it a bad deployment cannot be undone: the items are gone.

    Nor can a script that deletes too much. It costs a fixed price per GB and takes no capacity.
    """
    if unread := table.unread("recovery"):
        yield unread
    elif table.live.table.recovery is not None and not table.live.table.recovery.days:
        yield AuditProblem(
            "No point-in-time recovery: a bad write cannot be undone.", "recovery: {days: 35}"
        )


@audit_rule(
    "TW202",
    "A production table can be restored to any second of the last 35 days",
    Severity.CRITICAL,
    ("dynamodb:DescribeContinuousBackups", "dynamodb:ListTagsOfResource"),
    ("Config dynamodb-meets-restore-time-target",),
)
def production_recovery(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Damage is often found weeks later.

    A table that its tags call production and that cannot be restored, or only over a few days,
    is one bad release away from losing items for good.
    """
    for facet in ("tags", "recovery"):
        if unread := table.unread(facet):
            yield unread
            return
    window = table.live.table.recovery
    tag = _production_tag(table.live.table.tags or {})
    if tag is None or window is None or window.days >= LONGEST_RECOVERY_DAYS:
        return
    covers = f"only {window.days} days" if window.days else "nothing"
    yield AuditProblem(
        f"Its tag {tag} calls it production, and recovery covers {covers}.", "recovery: {days: 35}"
    )


def _production_tag(tags: Mapping[str, str]) -> str | None:
    for name, value in sorted(tags.items()):
        if _ENVIRONMENT.fullmatch(name) and _PRODUCTION.fullmatch(value):
            return f"{name}={value}"
    return None


@audit_rule(
    "TW203",
    "Deletion protection is on",
    Severity.MEDIUM,
    references=(
        "Security Hub DynamoDB.6",
        "Config dynamodb-table-deletion-protection-enabled",
        "Prowler dynamodb_table_deletion_protection_enabled",
        "Trusted Advisor Hs4Ma3G323",
    ),
)
def deletion_protection(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """One DeleteTable call takes a table with all its items.

    A person makes it, or a tool that replaces a table. Protection costs nothing and is switched off
    by a call of its own.
    """
    if not table.live.table.deletion_protection:
        yield AuditProblem(
            "No deletion protection: one call deletes it with all its items.",
            "deletionProtection: true",
        )


@audit_rule(
    "TW204",
    "AWS Backup protects it",
    Severity.LOW,
    ("backup:ListProtectedResources",),
    (
        "Security Hub DynamoDB.4",
        "Config dynamodb-in-backup-plan",
        "Config dynamodb-resources-protected-by-backup-plan",
        "Config dynamodb-last-backup-recovery-point-created",
        "Prowler dynamodb_table_protected_by_backup_plan",
        "Guard in_backup_plan",
        "Guard resources_protected_by_backup_plan",
        "Trusted Advisor c18d2gz107",
    ),
)
def backup_plan(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Point-in-time recovery ends after 35 days, and 35 days after the table was deleted.

    Backups in a vault stay, out of reach of whoever can delete the table.
    """
    protected = table.region.backed_up
    if isinstance(protected, Unread):
        yield protected
    elif table.live.arn not in protected:
        yield AuditProblem(
            "AWS Backup has no recovery point of it.",
            remedy="Assign it to a backup plan of AWS Backup, by its ARN or by a tag.",
        )


@audit_rule(
    "TW205",
    "It is encrypted with a key in KMS",
    Severity.LOW,
    ("dynamodb:DescribeTable", "kms:DescribeKey"),
    (
        "Config dynamodb-table-encrypted-kms",
        "Config dynamodb-table-encryption-enabled",
        "Prowler dynamodb_tables_kms_cmk_encryption_enabled",
        "Guard table_encrypted_kms",
        "Guard table_must_be_encrypted",
    ),
)
def kms_encryption(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Every table is encrypted at rest.

    With the key that AWS owns nobody can see in CloudTrail when it was used; with a key in KMS
    it can be seen.
    """
    if unread := table.unread("encryption"):
        yield unread
    elif table.live.table.encryption is not None and (
        table.live.table.encryption.type == "AWS_OWNED"
    ):
        yield AuditProblem(
            "Encrypted with the key that AWS owns: CloudTrail cannot tell when it was used.",
            "encryption: {type: AWS_MANAGED}",
        )


@audit_rule(
    "TW206",
    "It is encrypted with a key of your own",
    Severity.LOW,
    ("dynamodb:DescribeTable", "kms:DescribeKey"),
    ("Checkov CKV_AWS_119",),
)
def customer_key(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Only a customer managed key has a policy of yours.

    It can be disabled, which locks everybody out at once.
    """
    if unread := table.unread("encryption"):
        yield unread
    elif table.live.table.encryption is not None and (
        table.live.table.encryption.type != "CUSTOMER"
    ):
        yield AuditProblem(
            "Its key is not yours: it has no policy of yours and cannot be disabled.",
            remedy="Make a key and name it: `encryption: {type: CUSTOMER, kmsKeyArn: ARN}`.",
        )


@audit_rule(
    "TW207",
    "The key that encrypts it can be used",
    Severity.CRITICAL,
    ("dynamodb:DescribeTable", "kms:DescribeKey"),
)
def usable_key(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """While its key is disabled or waits for deletion, every request to the table is refused.

    Seven days after the key is lost DynamoDB archives the table.
    """
    if unread := table.unread("encryption"):
        yield unread
        return
    reading = table.live.reading
    if reading.encryption_key_state not in {None, "Enabled"}:
        yield AuditProblem(
            f"Its key {reading.encryption_key} is {reading.encryption_key_state}: requests are "
            "refused.",
            remedy="Enable the key, or cancel its deletion, in KMS.",
        )


@audit_rule(
    "TW208",
    "It carries the mandatory tags",
    Severity.LOW,
    ("dynamodb:ListTagsOfResource",),
    ("Security Hub DynamoDB.5", "Config tagged-dynamodb-table"),
)
def tags(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Without tags nobody knows whose table it is, whether it may go, and who pays for it."""
    if unread := table.unread("tags"):
        yield unread
        return
    carried = table.live.table.tags or {}
    missing = [name for name in MANDATORY_TAGS if name not in carried]
    if missing:
        text = ", ".join(f"{name}: ..." for name in missing)
        tags = f"tag{'s' if missing[1:] else ''} {', '.join(missing)}"
        yield AuditProblem(
            f"The {tags} {'are' if missing[1:] else 'is'} missing.", f"tags: {{{text}}}"
        )


@audit_rule(
    "TW209",
    "DAX in front of it encrypts at rest and in transit, on more than one node",
    Severity.MEDIUM,
    ("dax:DescribeClusters",),
    (
        "Security Hub DynamoDB.3",
        "Security Hub DynamoDB.7",
        "Config dax-encryption-enabled",
        "Config dax-tls-endpoint-encryption",
        "Checkov CKV_AWS_47",
        "Checkov CKV_AWS_239",
        "Prowler dynamodb_accelerator_cluster_encryption_enabled",
        "Prowler dynamodb_accelerator_cluster_in_transit_encryption_enabled",
        "Prowler dynamodb_accelerator_cluster_multi_az",
        "cdk-nag AwsSolutions-DDB4",
    ),
)
def dax(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A DAX cluster holds copies of items.

    Which tables it serves AWS does not tell, so a cluster of the region is told of with each
    table there.
    """
    clusters = table.region.dax
    if isinstance(clusters, Unread):
        yield clusters
        return
    for cluster in clusters:
        lacks = [
            words
            for words, there in (
                ("encryption at rest", cluster.encrypted),
                ("TLS", cluster.tls),
                ("a second node", cluster.nodes > 1),
            )
            if not there
        ]
        if lacks:
            yield AuditProblem(
                f"DAX cluster {cluster.name} of its region lacks {', '.join(lacks)}.",
                remedy="Encryption and TLS are chosen when a cluster is made: make another one and "
                "move its clients.",
            )


RULES = (
    recovery,
    production_recovery,
    deletion_protection,
    backup_plan,
    kms_encryption,
    customer_key,
    usable_key,
    tags,
    dax,
)
