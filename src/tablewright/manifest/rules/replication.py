"""Global tables: what replicas need, and what each consistency rules out.

Source: Developer Guide, How DynamoDB global tables work.
"""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS
from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Replica, ReplicaIndex
from tablewright.manifest.rules.finding import STACK_REGION, Finding, Subject, at, repeated
from tablewright.manifest.rules.protection import key_arn_is_one
from tablewright.manifest.tagging import effective_tags

HERE = at("globalTable")
REGIONS_OF_STRONG = 3


def regions_make_sense(subject: Subject) -> Iterator[Finding]:
    """Each other region once, and as many as the consistency demands."""
    replicated = subject.spec.global_table
    if replicated is None:
        return
    home = subject.stack.spec.region
    first: dict[str, Path] = {home: ()}
    for number, replica in enumerate(replicated.replicas):
        path = (*HERE, "replicas", number, "region")
        if (other := first.setdefault(replica.region, path)) != path:
            where = "named twice" if other else "the stack's own region"
            message, fix = f"{replica.region} is {where}", "name another region, once"
            yield Finding(path, message, fix, (STACK_REGION,), other)
    witness = replicated.witness_region
    if witness is not None and replicated.consistency != "STRONG":
        path, reads = (*HERE, "witnessRegion"), ((*HERE, "consistency"),)
        message = "a witness belongs to `consistency: STRONG`"
        yield Finding(path, message, "remove it, or set the consistency", reads)
    elif witness in first:
        message = f"{witness} already holds the table"
        yield Finding((*HERE, "witnessRegion"), message, "name a third region")
    if not replicated.replicas:
        yield Finding(
            HERE,
            "a global table needs at least one replica",
            "add `replicas: [{region: ...}]`, or remove it",
            reads=((*HERE, "replicas"),),
        )


def strong_is_possible(subject: Subject) -> Iterator[Finding]:
    """Strong consistency: three regions, and neither expiry nor local indexes."""
    spec, replicated = subject.spec, subject.spec.global_table
    if replicated is None or replicated.consistency != "STRONG":
        return
    regions = 1 + len(replicated.replicas) + (replicated.witness_region is not None)
    reads = ((*HERE, "consistency"),)
    if regions != REGIONS_OF_STRONG:
        yield Finding(
            (*HERE, "consistency"),
            f"strong consistency takes exactly three regions, not {regions}",
            "declare two replicas, or one replica and `witnessRegion`",
            reads=((*HERE, "replicas"), (*HERE, "witnessRegion")),
        )
    if spec.time_to_live and spec.time_to_live.enabled:
        message = "time to live does not exist with strong consistency"
        yield Finding(at("timeToLive"), message, "remove one of the two", reads)
    if spec.local_secondary_indexes:
        message = "local indexes do not exist with strong consistency"
        yield Finding(at("localSecondaryIndexes"), message, "use global indexes", reads)


def strong_begins_empty(subject: Subject) -> Iterator[Finding]:
    """Only an empty table can become strongly consistent; one filled from elsewhere is not."""
    spec, replicated = subject.spec, subject.spec.global_table
    if replicated is None or replicated.consistency != "STRONG":
        return
    for name, origin in (("importFromS3", spec.import_from_s3), ("restore", spec.restore)):
        if origin is not None:
            message = "strong consistency begins with an empty table, which this fills"
            reads = ((*HERE, "consistency"),)
            yield Finding(at(name), message, "remove one of the two", reads)


def eventual_is_possible(subject: Subject) -> Iterator[Finding]:
    """Eventual consistency replicates by the stream, and needs writes that scale."""
    spec, replicated = subject.spec, subject.spec.global_table
    if replicated is None or replicated.consistency != "EVENTUAL" or not replicated.replicas:
        return
    view = spec.stream.view_type if spec.stream and spec.stream.enabled else None
    if view is None:
        yield Finding(
            at("stream") if spec.stream else HERE,
            "replicas need the table's stream",
            "add `stream: {viewType: NEW_AND_OLD_IMAGES}`",
            reads=(at("stream"), at("stream", "viewType"), (*HERE, "consistency")),
        )


def writes_scale(subject: Subject) -> Iterator[Finding]:
    """A provisioned table with replicas must scale its writes, and those of its indexes."""
    spec, replicated = subject.spec, subject.spec.global_table
    if replicated is None or not replicated.replicas or spec.billing_mode != "PROVISIONED":
        return
    holders: list[tuple[Path, bool]] = [
        (at("billingMode"), bool(spec.auto_scaling and spec.auto_scaling.write))
    ]
    for number, index in enumerate(spec.global_secondary_indexes):
        scales = bool(index.auto_scaling and index.auto_scaling.write)
        holders.append((at("globalSecondaryIndexes", number), scales))
    for path, scales in holders:
        if not scales:
            yield Finding(
                path,
                "a provisioned table with replicas needs scaling of its writes",
                "add `autoScaling.write`, or use `billingMode: PAY_PER_REQUEST`",
                reads=(at("billingMode"), at("autoScaling")),
            )


def replicas_fit_the_table(subject: Subject) -> Iterator[Finding]:
    """Keys, capacity and indexes of each replica belong to those of the table."""
    replicated = subject.spec.global_table
    for number, replica in enumerate(replicated.replicas if replicated else ()):
        path = (*HERE, "replicas", number)
        yield from _key(subject, path, replica)
        yield from _capacity(subject, path, replica)
        known = {index.name for index in subject.spec.global_secondary_indexes}
        names = [index.name for index in replica.global_secondary_indexes]
        for position, first, name in repeated(names):
            here, other = ((*path, "globalSecondaryIndexes", n, "name") for n in (position, first))
            yield Finding(here, f"`{name}` is named twice", "join the two entries", other=other)
        for position, index in enumerate(replica.global_secondary_indexes):
            if index.name not in known:
                here = (*path, "globalSecondaryIndexes", position, "name")
                message = f"the table has no global index `{index.name}`"
                fix = "name one of the table's indexes"
                yield Finding(here, message, fix, reads=(at("globalSecondaryIndexes"),))


def _key(subject: Subject, path: Path, replica: Replica) -> Iterator[Finding]:
    customer = subject.spec.encryption.type == "CUSTOMER"
    reads = (at("encryption"), at("encryption", "type"), (*path, "kmsKeyArn"))
    if customer and replica.kms_key_arn is None:
        message = f"the replica in {replica.region} needs a key of that region"
        yield Finding(path, message, "add `kmsKeyArn`", reads)
    elif not customer and replica.kms_key_arn is not None:
        message = "a key of a replica goes with `encryption.type: CUSTOMER` of the table"
        yield Finding((*path, "kmsKeyArn"), message, "remove it", reads)
    elif replica.kms_key_arn is not None:
        yield from key_arn_is_one(
            (*path, "kmsKeyArn"), replica.kms_key_arn, replica.region, (*path, "region")
        )


def _capacity(subject: Subject, path: Path, replica: Replica) -> Iterator[Finding]:
    provisioned = subject.spec.billing_mode == "PROVISIONED"
    name = "maxReadRequestUnits" if provisioned else "readCapacityUnits"
    for here, holder in _holders(path, replica):
        value = holder.max_read_request_units if provisioned else holder.read_capacity_units
        if value is not None:
            message = f"`{name}` does not go with billing mode {subject.spec.billing_mode}"
            yield Finding((*here, name), message, "remove it", reads=(at("billingMode"),))


def replicas_can_be_set_so(subject: Subject) -> Iterator[Finding]:
    """Pulumi's AWS provider has no property for some settings of a replica.

    An adopted table may say them as they live: then there is nothing to set.
    """
    replicated = subject.spec.global_table
    if replicated is None or subject.spec.adopt:
        return
    strong = replicated.consistency == "STRONG"
    for number, replica in enumerate(replicated.replicas):
        path = (*HERE, "replicas", number)
        findings = [*_own_reads(subject, path, replica), *_own_window(path, replica)]
        if strong:
            findings += [*_own_class(path, replica), *_own_tags(subject, path, replica)]
        for here, *reads in findings:
            yield Finding(
                here,
                f"Pulumi's AWS provider cannot set `{here[-1]}` of a replica",
                "remove it; or, if the replica has it already, set `adopt: true` on the table",
                reads=(at("adopt"), *reads),
            )


def _own_reads(subject: Subject, path: Path, replica: Replica) -> Iterator[tuple[Path, ...]]:
    """As far as they go with the billing mode; the others are wrong anyway."""
    provisioned = subject.spec.billing_mode == "PROVISIONED"
    name = "readCapacityUnits" if provisioned else "maxReadRequestUnits"
    for here, holder in _holders(path, replica):
        value = holder.read_capacity_units if provisioned else holder.max_read_request_units
        if value is not None:
            yield (*here, name), at("billingMode")


def _own_window(path: Path, replica: Replica) -> Iterator[tuple[Path, ...]]:
    """A window that is on has AWS's own length."""
    window = replica.recovery
    if window is not None and window.enabled and window.days != LONGEST_RECOVERY_DAYS:
        yield ((*path, "recovery", "days"),)


def _own_class(path: Path, replica: Replica) -> Iterator[tuple[Path, ...]]:
    if replica.table_class is not None:
        yield (*path, "tableClass"), (*HERE, "consistency")


def _own_tags(subject: Subject, path: Path, replica: Replica) -> Iterator[tuple[Path, ...]]:
    """With strong consistency a replica has the table's tags or none of its own."""
    of_the_table = (subject.spec.tags, subject.spec.table_tags)
    tags = effective_tags(subject.stack, *of_the_table)
    if not replica.propagate_tags:
        yield (*path, "propagateTags"), (*HERE, "consistency")
    elif effective_tags(subject.stack, *of_the_table, replica.tags) != tags:
        yield (*path, "tags"), (*HERE, "consistency")


def _holders(path: Path, replica: Replica) -> Iterator[tuple[Path, Replica | ReplicaIndex]]:
    """The replica and what it says of indexes, each of which may have reads of its own."""
    yield path, replica
    for number, index in enumerate(replica.global_secondary_indexes):
        yield (*path, "globalSecondaryIndexes", number), index


RULES = (
    regions_make_sense,
    strong_is_possible,
    strong_begins_empty,
    eventual_is_possible,
    writes_scale,
    replicas_fit_the_table,
    replicas_can_be_set_so,
)
