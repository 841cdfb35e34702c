"""Words people use for fields that are called something else here, and the nearest known word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

UNREAD = "UNREAD"
"""What `adopt` writes in the place of what it could not read; no field takes it."""

LONGEST_WORD = 60
LONGEST_QUOTE = 60

OTHER_NAMES: Mapping[str, str] = {
    "alias": "tableName",
    "attributes": "nonKeyAttributes",
    "autoscaling": "autoScaling",
    "billing": "billingMode",
    "capacity": "provisionedThroughput",
    "capacitymode": "billingMode",
    "class": "tableClass",
    "contributorinsightsenabled": "contributorInsights",
    "deletionprotectionenabled": "deletionProtection",
    "env": "environment",
    "gsi": "globalSecondaryIndexes",
    "gsis": "globalSecondaryIndexes",
    "globalindexes": "globalSecondaryIndexes",
    "hashkey": "partitionKey",
    "hash": "partitionKey",
    "indexes": "globalSecondaryIndexes",
    "indexname": "name",
    "insights": "contributorInsights",
    "keyarn": "kmsKeyArn",
    "kmskey": "kmsKeyArn",
    "kmskeyid": "kmsKeyArn",
    "labels": "tags",
    "lsi": "localSecondaryIndexes",
    "lsis": "localSecondaryIndexes",
    "localindexes": "localSecondaryIndexes",
    "pitr": "recovery",
    "pointintimerecovery": "recovery",
    "pointintimerecoveryenabled": "recovery",
    "pointintimerecoveryspecification": "recovery",
    "projectiontype": "type",
    "rangekey": "sortKey",
    "range": "sortKey",
    "rcu": "readCapacityUnits",
    "readcapacity": "readCapacityUnits",
    "recoveryperiodindays": "days",
    "replicas": "globalTable",
    "roles": "access",
    "serversideencryption": "encryption",
    "sse": "encryption",
    "ssespecification": "encryption",
    "streams": "stream",
    "streamenabled": "stream",
    "streamspecification": "stream",
    "streamviewtype": "viewType",
    "throughput": "provisionedThroughput",
    "timetolivespecification": "timeToLive",
    "ttl": "timeToLive",
    "view": "viewType",
    "wcu": "writeCapacityUnits",
    "writecapacity": "writeCapacityUnits",
}
"""By the word without case and separators; a name counts only where the field it means is known."""

NEEDLESS: Mapping[str, str] = {
    "attributedefinitions": "remove it: the definitions follow from the keys",
    "keyschema": "write `partitionKey` and `sortKey` instead",
    "status": "remove it: it is not part of what is declared",
}


def shown(text: str) -> str:
    """What somebody wrote, in a message: not longer than a line, nothing invisible."""
    text = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."
    return text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text


def nearest_field(word: str, known: Collection[str]) -> str | None:
    """The known field that was probably meant."""
    if len(word) > LONGEST_WORD:
        return None
    bare = _bare(word)
    by_bare = {_bare(name): name for name in known}
    if bare in by_bare:
        return by_bare[bare]
    other = OTHER_NAMES.get(bare)
    if other in known:
        return other
    close = difflib.get_close_matches(bare, by_bare, n=1, cutoff=0.6)
    return by_bare[close[0]] if close else None


def nearest_word(word: str, known: Collection[str]) -> str | None:
    """The known value that was probably meant: `pay-per-request`, `N ` or `STRNG`."""
    if len(word) > LONGEST_WORD:
        return None
    bare = _bare(word)
    by_bare = {_bare(name): name for name in known}
    meant = _MEANINGS.get(bare)
    if meant in known:
        return meant
    if bare in by_bare:
        return by_bare[bare]
    close = difflib.get_close_matches(bare, by_bare, n=1, cutoff=0.5)
    return by_bare[close[0]] if close else None


_MEANINGS = {
    "string": "S",
    "str": "S",
    "text": "S",
    "number": "N",
    "num": "N",
    "int": "N",
    "integer": "N",
    "binary": "B",
    "bytes": "B",
    "ondemand": "PAY_PER_REQUEST",
    "payperuse": "PAY_PER_REQUEST",
    "keysonlyprojection": "KEYS_ONLY",
    "standardia": "STANDARD_INFREQUENT_ACCESS",
    "infrequentaccess": "STANDARD_INFREQUENT_ACCESS",
    "kms": "CUSTOMER",
    "cmk": "CUSTOMER",
    "customermanaged": "CUSTOMER",
    "default": "AWS_OWNED",
    "newandoldimage": "NEW_AND_OLD_IMAGES",
    "both": "NEW_AND_OLD_IMAGES",
    "new": "NEW_IMAGE",
    "old": "OLD_IMAGE",
}


def _bare(word: str) -> str:
    return word.replace("_", "").replace("-", "").replace(" ", "").lower()
