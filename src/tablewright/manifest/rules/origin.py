"""Where a new table's items come from: one source at most, completely named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tablewright.manifest.messages.vocabulary import shown
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.rules.names import TABLE, name_is_accepted
from tablewright.manifest.rules.schedules import moment

_TABLE = re.compile(r"table/[A-Za-z0-9_.-]+")
_BACKUP = re.compile(r"table/[A-Za-z0-9_.-]+/backup/[A-Za-z0-9-]+")


def one_origin(subject: Subject) -> Iterator[Finding]:
    """A table is imported, restored, or there already."""
    spec = subject.spec
    named = {
        "importFromS3": spec.import_from_s3 is not None,
        "restore": spec.restore is not None,
        "adopt": spec.adopt,
    }
    given = [name for name, is_given in named.items() if is_given]
    for name in given[1:]:
        yield Finding(
            at(name),
            f"`{name}` and `{given[0]}` exclude each other",
            "keep one of them",
            reads=(at(given[0]),),
        )


def import_is_readable(subject: Subject) -> Iterator[Finding]:
    """Options for CSV go with CSV."""
    source = subject.spec.import_from_s3
    if source and source.csv is not None and source.format != "CSV":
        path = at("importFromS3", "csv")
        message = f"`csv` does not go with format {source.format}"
        yield Finding(path, message, "remove it", reads=(at("importFromS3", "format"),))
    if source and subject.spec.local_secondary_indexes:
        yield Finding(
            at("localSecondaryIndexes"),
            "an import from S3 makes no local indexes (API reference, TableCreationParameters)",
            "use global indexes, or fill the table in another way",
            reads=(at("importFromS3"),),
        )


def restore_is_complete(subject: Subject) -> Iterator[Finding]:
    """A backup; or one table and one moment."""
    restore = subject.spec.restore
    here = at("restore")
    if restore is None:
        return
    sources = [
        name
        for name, value in (
            ("backupArn", restore.backup_arn),
            ("sourceTableArn", restore.source_table_arn),
            ("sourceTableName", restore.source_table_name),
        )
        if value is not None
    ]
    if len(sources) != 1:
        message = "names no source" if not sources else f"names {' and '.join(sources)}"
        fix = "give one of `backupArn`, `sourceTableArn`, `sourceTableName`"
        yield Finding(here, message, fix, reads=tuple((*here, name) for name in sources))
    moments = restore.latest + (restore.date_time is not None)
    from_backup = restore.backup_arn is not None
    if moments != (0 if from_backup else 1):
        message = "a backup has its own moment" if from_backup else "needs exactly one moment"
        fix = (
            "remove `latest` and `dateTime`" if from_backup else "add `latest: true` or `dateTime`"
        )
        yield Finding(here, message, fix, reads=((*here, "latest"), (*here, "dateTime")))
    if restore.date_time is not None and moment(restore.date_time) is None:
        message = f"`{shown(restore.date_time)}` is not a time stamp"
        yield Finding((*here, "dateTime"), message, "write it as `2026-11-20T08:00:00Z`")


def sources_are_tables(subject: Subject) -> Iterator[Finding]:
    """What a table is restored from is another table, or a backup of one."""
    restore = subject.spec.restore
    if restore is None:
        return
    for name, text, form, what in (
        ("backupArn", restore.backup_arn, _BACKUP, "backup"),
        ("sourceTableArn", restore.source_table_arn, _TABLE, "table"),
    ):
        arn = parse_arn(text) if text else None
        if text and (arn is None or arn.service != "dynamodb" or not form.fullmatch(arn.resource)):
            ending = "/backup/ID" if form is _BACKUP else ""
            fix = f"write arn:aws:dynamodb:REGION:ACCOUNT:table/NAME{ending}"
            yield Finding(at("restore", name), f"is not the ARN of a {what}", fix)
    source = restore.source_table_name
    if source is not None:
        path = at("restore", "sourceTableName")
        yield from name_is_accepted(path, source, TABLE, ())
        if source == subject.name:
            message = "a table cannot be restored from itself under its own name"
            reads = (("metadata", "name"), at("tableName"))
            yield Finding(path, message, "give the new table another name", reads)


RULES = (one_origin, import_is_readable, restore_is_complete, sources_are_tables)
