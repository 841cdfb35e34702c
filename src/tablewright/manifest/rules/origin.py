"""Where a new table's items come from: one source at most, completely named."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.capacity import moment
from tablewright.manifest.rules.finding import Finding, Subject, at


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
        message = f"`{restore.date_time}` is no moment"
        yield Finding((*here, "dateTime"), message, "write it as `2026-11-20T08:00:00Z`")
    yield from _arns(subject)


def _arns(subject: Subject) -> Iterator[Finding]:
    restore = subject.spec.restore
    for name, text in (
        ("backupArn", restore.backup_arn if restore else None),
        ("sourceTableArn", restore.source_table_arn if restore else None),
    ):
        arn = parse_arn(text) if text else None
        wanted = "/backup/" if name == "backupArn" else ""
        if text and (
            arn is None
            or arn.service != "dynamodb"
            or not arn.resource.startswith("table/")
            or wanted not in arn.resource
        ):
            what = "backup" if wanted else "table"
            form = f"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME{'/backup/ID' if wanted else ''}"
            yield Finding(at("restore", name), f"is not the ARN of a {what}", f"write {form}")


RULES = (one_origin, import_is_readable, restore_is_complete)
