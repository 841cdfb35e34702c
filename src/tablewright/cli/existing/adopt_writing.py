"""Where `tablewright adopt` writes, and what it says about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tablewright.adopt.adoption import AdoptedStack
from tablewright.adopt.destination import Destination
from tablewright.cli import advice, console
from tablewright.cli.styled import say_prose
from tablewright.errors import UsageError
from tablewright.manifest import survey
from tablewright.report.findings.adoption import (
    Labelled,
    advice_lines,
    demand_lines,
    labels,
    met_lines,
    tag_lines,
)
from tablewright.report.formats.number import number_of


def read_destination(
    directory: Path | None, name: str | None, environment: str | None
) -> Destination:
    """What is declared where tables are written to.

    Raises:
        ManifestError: a stack that is there, or what holds for all stacks, has mistakes.
    """
    sources = [directory] if directory is not None and directory.is_dir() else []
    there = survey(sources)
    if environment is not None and there.stacks:
        there = survey(sources, chosen_environment=environment)
    return Destination(there, name, environment, directory or Path())


@dataclass(frozen=True, slots=True)
class Writing:
    """What becomes of adopted stacks.

    Args:
        stacks: as they were adopted.
        texts: of files by their paths.
        kept: files that declare a table already, by account, region and name of the table.
    """

    stacks: Sequence[AdoptedStack]
    texts: dict[Path, str]
    kept: dict[tuple[str, str, str], str]

    @property
    def tables(self) -> list[Labelled]:
        """Those that are written, behind what they are called."""
        tables = [
            (stack, table)
            for stack in self.stacks
            for table in stack.tables
            if (stack.account_id, stack.region, table.name) not in self.kept
        ]
        called = labels((table.name, stack.region, stack.account_id) for stack, table in tables)
        return [(label, table) for label, (_, table) in zip(called, tables, strict=True)]


def written(stacks: Sequence[AdoptedStack], directory: Path | None) -> Writing:
    """Write each stack into its folder, if there is one; what is declared already is kept.

    Raises:
        UsageError: a file is there already; somebody may have worked on it.
    """
    if directory is None:
        return Writing(stacks, {}, {})
    texts, kept = dict[Path, str](), dict[tuple[str, str, str], str]()
    for stack in stacks:
        folder = _folder(stack, directory, several=len(stacks) > 1)
        declared = stack.declared.tables if stack.declared else {}
        for name, text in stack.files.items():
            texts[folder / name] = text
        for table, name in stack.table_files.items():
            file = declared.get(table)
            if file is None:
                continue
            text = texts.pop(folder / name)
            if _text_of(Path(file)) == text:
                texts[Path(file)] = text
            else:
                kept[stack.account_id, stack.region, table] = file
    _write(texts)
    return Writing(stacks, texts, kept)


def _folder(stack: AdoptedStack, directory: Path, *, several: bool) -> Path:
    """Where a stack is, or goes: into a folder of its own where there are several."""
    if stack.declared:
        return Path(stack.declared.file).parent
    return directory / stack.name if several else directory


def _text_of(file: Path) -> str | None:
    return file.read_text("utf-8", "replace") if file.exists() else None


def _write(texts: dict[Path, str]) -> None:
    for file, text in texts.items():
        if _text_of(file) not in (None, text):
            raise UsageError(f"{file} is there already", "remove it, or give another --directory")
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def tell_written(writing: Writing) -> None:
    """Say what was written, what is to be known of it, and what was left alone."""
    for file in writing.texts:
        console.say(f"wrote {file}")
    for (_, _, name), declaring in writing.kept.items():
        console.say(f"declared already, and left as it is: {name} ({declaring})")
    tables = writing.tables
    for line in advice_lines(tables):
        say_prose(f"advice: {line}")
    for label, table in tables:
        for path, reason in table.unread.items():
            console.say(f"unread: {label}: {path}: {reason}")
        for left in table.left_out:
            say_prose(f"left as it is: {label}: {left}")
    for line in tag_lines(tables):
        say_prose(f"tags: {line}")
    for line in met_lines(tables):
        say_prose(f"written for the policy, and changed by the import: {line}")
    for line in demand_lines(tables):
        say_prose(f"demanded: {line}")


def tell_next(writing: Writing, directory: Path | None, *, meet_policy: bool) -> None:
    """Say what to do with what was written."""
    refused = [table for _, table in writing.tables if table.demands]
    open_lines = any(demand.line for table in refused for demand in table.demands)
    if refused:
        count = number_of(len(refused), "table")
        how = ", or adopt with --meet-policy, which writes the lines that are given"
        say_prose(
            f"{count} will be refused until what is demanded is in the manifests, or the policy "
            f"exempts them; add it{how if open_lines and not meet_policy else ''}"
        )
    if directory is None:
        return
    folders = {file.parent for file in writing.texts}
    if folders:
        shown = directory if len(folders) > 1 else folders.pop()
        console.say(f"next: {advice.command_line('preview', str(shown))}")
