"""The data of the page, compact: rows of numbers, texts kept once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

from tablewright import __version__
from tablewright.checks.access.subjects import COLUMNS
from tablewright.deploy.drift.drifted import WORDS, Drifted
from tablewright.fleet.live import LiveTable
from tablewright.plan.facets import FACETS
from tablewright.plan.table import GlobalIndex, LocalIndex, Table
from tablewright.plan.table_words import billing_words, index_words, key_words

from .access import KINDS, declared_access, policy_access, role_access
from .content import DeploymentRun, Place, ReportContent, ReportSource
from .texts import TextTable

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _ByPlace(Generic[Value]):
    """Rows by their table; an account that another source calls otherwise is passed over."""

    rows: Mapping[Place, Value]
    near: dict[tuple[str, str], list[Value]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for (_, region, name), row in self.rows.items():
            self.near[region, name].append(row)

    def __call__(self, place: Place) -> Value | None:
        if place in self.rows:
            return self.rows[place]
        others = self.near.get(place[1:], [])
        return others[0] if len(others) == 1 else None


_UNHELD: Mapping[str | None, str] = {
    "PAY_PER_REQUEST": "on demand",
    "PROVISIONED": "provisioned, not measured",
}


def document_of(content: ReportContent, text: TextTable) -> dict[str, Any]:
    """The page's data.

    Args:
        content: what was gathered.
        text: the table of texts that `content.money` was made with.
    """
    places = _places(content)
    roles = content.verification.access if content.verification else None
    return {
        "title": content.title,
        "place": content.place,
        "fleet": content.declared is None,
        "when": _time(content.when),
        "version": __version__,
        "refresh": content.refresh_seconds,
        "sources": [_source(source) for source in content.sources],
        "status": None if content.status is None else _status(content.status),
        "tables": [*_tables(places, content, text)],
        "verify": _verification(content, places, text),
        "drift": _drift(content, places, text),
        "audit": _audit(content, places, text),
        "money": content.fleet_money,
        "access": [*_access(content)],
        "accessKinds": KINDS,
        "roles": None if roles is None else [*map(role_access, roles)],
        "roleColumns": COLUMNS,
        "runs": [_run(run) for run in content.runs],
        "texts": text.texts,
    }


def _places(content: ReportContent) -> list[Place]:
    """All tables that any part knows: the live ones, then what is only declared or measured."""
    places: dict[Place, None] = {_place(table): None for table in content.live}
    known = {place[1:] for place in places}
    further = [*content.use, *content.money]
    if content.declared is not None:
        wanted = [table.table.name for table in content.declared.tables]
        account = content.live[0].account_id if content.live else ""
        region = content.declared.region
        further = [place for place in further if place[1] == region and place[2] in wanted]
        further += [(account, region, name) for name in wanted]
    for place in further:
        if place[1:] not in known:
            known.add(place[1:])
            places[place] = None
    return sorted(places)


def _place(table: LiveTable) -> Place:
    return table.account_id, table.region, table.name


def _status(status: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded; the URL of the state without user, password and settings."""
    parts = urlsplit(str(status["backend"]))
    host = parts.netloc.rpartition("@")[2]
    return {**status, "backend": urlunsplit((parts.scheme, host, parts.path, "", ""))}


def _time(when: datetime | None) -> int | None:
    return None if when is None else int(when.timestamp())


def _source(source: ReportSource) -> dict[str, Any]:
    return {
        "section": source.section,
        "origin": source.origin,
        "when": _time(source.when),
        "missing": source.missing,
        "gaps": list(source.gaps),
    }


def _tables(
    places: list[Place], content: ReportContent, text: TextTable
) -> Iterator[dict[str, Any]]:
    live = {_place(table): table for table in content.live}
    stack = content.declared
    declared = {table.table.name: table for table in stack.tables} if stack else {}
    use, money = _ByPlace(content.use), _ByPlace(content.money)
    for place in places:
        account, region, name = place
        keys = content.hot_keys.get(place, ())
        row = {
            "name": name,
            "region": region,
            "account": account,
            "use": _used(use(place), live.get(place)),
            "money": money(place),
            "hotKeys": [[text(key.what), key.rank, key.share, key.count] for key in keys],
            "wanted": [*_settings(declared[name].table, text)] if name in declared else None,
        }
        yield row | (_live_row(live[place], text) if place in live else {})


def _used(use: Mapping[str, Any] | None, live: LiveTable | None) -> dict[str, Any] | None:
    """The use with what to say where it has no capacity, as a file that is imported has none."""
    if use is None:
        return None
    mode = (live and live.table.billing_mode) or use["mode"]
    return {**use, "unheld": _UNHELD.get(mode, "not measured")}


def _live_row(live: LiveTable, text: TextTable) -> dict[str, Any]:
    table, reading = live.table, live.reading
    return {
        "status": text(reading.status),
        "billing": text(billing_words(table) or "not read"),
        "onDemand": table.billing_mode == "PAY_PER_REQUEST",
        "scales": bool(live.scaling),
        "items": reading.item_count,
        "bytes": reading.size_bytes,
        "indexes": len(table.index_names) + len(table.local_indexes or ()),
        "replicas": [replica.region for replica in reading.replicas],
        "owner": reading.owner or "",
        "created": _time(reading.created),
        "tags": None if table.tags is None else sorted(table.tags.items()),
        "settings": [*_settings(table, text)],
        "unread": [[text(name), text(reason)] for name, reason in live.unread.items()],
    }


def _settings(table: Table, text: TextTable) -> Iterator[list[int]]:
    """Fact and value of all that a table says of itself, as numbers of texts."""
    yield [text("key"), text(key_words(table.key, table.attributes))]
    if words := billing_words(table):
        yield [text("billing"), text(words)]
    indexes: list[GlobalIndex | LocalIndex] = [*(table.global_indexes or ())]
    for index in (*indexes, *(table.local_indexes or ())):
        yield [text(f"index {index.name}"), text(index_words(index, table.attributes))]
    for facet in FACETS:
        value = facet.of(table)
        if value is not None:
            yield [text(facet.fact), text(facet.words(value))]


def _verification(
    content: ReportContent, places: list[Place], text: TextTable
) -> dict[str, Any] | None:
    report = content.verification
    if report is None:
        return None
    owners = _subjects(content)
    numbers = {place[2]: number for number, place in enumerate(places)}
    return {
        "verdict": report.verdict.value,
        "counts": report.counts,
        "findings": [
            [
                numbers.get(owners.get((finding.kind, finding.subject), ""), -1),
                ["passed", "failed", "unknown"].index(finding.verdict.value),
                text(finding.kind),
                text(finding.subject),
                text(finding.fact),
                text(finding.expected),
                text(finding.actual),
                text(finding.fix),
                text(finding.rule),
            ]
            for finding in report.findings
        ],
    }


def _subjects(content: ReportContent) -> dict[tuple[str, str], str]:
    """The table that each resource of the stack belongs to."""
    owners: dict[tuple[str, str], str] = {}
    for table in content.declared.tables if content.declared else ():
        name = table.table.name
        owners["table", name] = name
        owners |= {("alarm", alarm.name): name for alarm in table.alarms}
        owners |= {("role", role.name): name for role in table.roles}
        for replica in table.global_table.replicas if table.global_table else ():
            owners["replica", f"{name} in {replica.region}"] = name
    return owners


def _audit(content: ReportContent, places: list[Place], text: TextTable) -> dict[str, Any] | None:
    report = content.audit
    if report is None:
        return None
    numbers = {place: number for number, place in enumerate(places)}
    rules = {rule.id: number for number, rule in enumerate(report.rules)}
    return {
        "counts": report.counts,
        "accepted": len(report.of("accepted")),
        "unknown": len(report.of("unknown")),
        "days": report.days,
        "rules": [[rule.id, rule.title, rule.severity.value] for rule in report.rules],
        "findings": [
            [
                numbers.get((finding.account, finding.region, finding.table), -1),
                rules[finding.rule],
                ["failed", "accepted", "unknown"].index(finding.outcome),
                text(finding.what),
                text(finding.fix),
                text(finding.note),
            ]
            for finding in report.findings
        ],
    }


def _drift(content: ReportContent, places: list[Place], text: TextTable) -> dict[str, Any] | None:
    report = content.drift
    if report is None:
        return None
    owners = _subjects(content)
    numbers = {place[2]: number for number, place in enumerate(places)}
    return {
        "counts": report.counts,
        "compared": report.compared,
        "fields": [
            [
                numbers.get(owners.get((field.resource, field.subject), ""), -1),
                WORDS[field.kind],
                text(field.title),
                text(field.fact),
                *(None if value is None else text(value) for value in _values(field)),
                text(field.fix or field.reason),
                text(_author(field)),
            ]
            for field in report.fields
        ],
    }


def _values(drifted: Drifted) -> tuple[str | None, str | None, str | None]:
    return drifted.declared, drifted.recorded, drifted.live


def _author(drifted: Drifted) -> str:
    author = drifted.author
    return f"{author.name}, {author.call}, {author.when:%Y-%m-%d %H:%M} UTC" if author else ""


def _access(content: ReportContent) -> Iterator[dict[str, Any]]:
    """Grants, where nobody tried what they come to, and the live resource policies."""
    tried = content.verification is not None and content.verification.access is not None
    if content.declared is not None and not tried:
        yield from declared_access(content.declared)
    yield from policy_access(content.live)


def _run(run: DeploymentRun) -> dict[str, Any]:
    return {
        "verb": run.verb,
        "start": _time(run.start),
        "end": _time(run.end),
        "failed": run.failed,
        "steps": [
            [
                step.name,
                step.type,
                step.operation,
                round(step.start_seconds, 2),
                None if step.end_seconds is None else round(step.end_seconds, 2),
                step.failure,
            ]
            for step in run.steps
        ],
    }
