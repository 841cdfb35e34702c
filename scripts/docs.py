"""Write the pages that are made from code: commands, errors, manifest fields, and more.

`make docs` writes them; `python -m scripts.docs --check` says which are stale and exits 1.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from scripts import documents, sbom
from scripts.python_page import python_page
from tablewright import errors
from tablewright.cli.commands import root
from tablewright.cli.settings import SETTINGS
from tablewright.error_guide import GUIDES

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTICE = "<!-- written by `make docs`; change the code, not this page -->\n\n"
_SETTINGS = """\
# Settings of a project

What every command of a project shares is written once, in `tablewright.toml`:

```toml
target = "aws"
profile = "shop-prod"
backend = "s3://shop-states?region=eu-west-1"
```

or in `pyproject.toml`, as the table `[tool.tablewright]` with the same keys. The file is found from
the working folder upwards; the search ends at the root of a repository, the folder that holds
`.git`. The nearest file counts, and no other is added to it.

The order, the first one winning: the option on the command line, the variable, the file, the
default. A key that does not exist and a value that a setting cannot have are errors with file and
line. A variable that is empty is not set.

- A command that takes a value from a variable or from the file says so before it does anything:
  `settings: target aws (from tablewright.toml:1)`; questions name where the target comes from.
- Nothing that confirms or allows is a setting: `--yes`, `--allow-delete` and `--allow-replace` are
  given on the command line, or not at all.
- In CI (`CI=true`) there is no default target: a command that would go to the embedded AWS only
  because nobody said otherwise is refused with exit status 2.
- `--sandbox NAME` takes a sandbox that was started before; only `tablewright sandbox start --name
  NAME` makes one of a new name. `tablewright sandbox list` shows all.
- Paths in the file count from its folder. A file of another user in a folder that everybody may
  write to is refused.

| key | variable | option | meaning |
|---|---|---|---|"""


def error_classes() -> list[type[errors.TablewrightError]]:
    """Every error with a code of its own, by code."""
    classes = {errors.TablewrightError}
    for _, value in inspect.getmembers(errors, inspect.isclass):
        if issubclass(value, errors.TablewrightError):
            classes.add(value)
    return sorted(classes, key=lambda class_: class_.code)


def errors_page() -> str:
    """One section per code."""
    lines = [
        NOTICE + "# Errors\n",
        "Every error starts with its code, says what is wrong, and ends with the next step.",
        "`tablewright explain CODE` prints a section of this page.\n",
        "| exit | meaning |\n|---|---|",
        "| 0 | done; nothing differs |",
        "| 1 | the operation failed: AWS, credentials, endpoint, a locked stack |",
        "| 2 | the input is wrong, or consent is missing; nothing was touched |",
        "| 3 | refused by the guard, or something differs, or a rule failed; nothing was touched |",
        "| 4 | something could not be read, so the answer is unknown |",
        "| 130 | interrupted; the same command finishes the job |\n",
    ]
    for class_ in error_classes():
        guide = GUIDES[class_.code]
        lines.append(f"## {class_.code}\n")
        lines.append(f"**{guide.title}.** Exit status {class_.exit_status}.\n")
        lines.append(f"{guide.happened}\n\n**What to do:** {guide.remedy}\n")
    return "\n".join(lines)


def walk(
    command: click.Command, name: str, above: click.Context | None = None
) -> Iterator[click.Context]:
    """The context of every command below `command`, in the order of the help.

    A command in its place, not for itself: it has its name and its options from those above it, and
    reads the same whatever else has run in this process.
    """
    command._help_option = None  # noqa: SLF001 - click keeps the one that it was first asked for
    settings = {**command.context_settings, "terminal_width": 100}
    context = click.Context(command, above, name, **settings)
    yield context
    if isinstance(command, click.Group):
        for child_name in command.list_commands(context):
            child = command.get_command(context, child_name)
            if child is not None and not child.hidden:
                yield from walk(child, child_name, context)


def commands_page() -> str:
    """The help of every command, as it is printed."""
    lines = [NOTICE + "# Commands\n"]
    for context in walk(root, "tablewright"):
        help_ = context.command.get_help(context).rstrip()
        lines.append(f"## {context.command_path}\n\n```text\n{help_}\n```\n")
    return "\n".join(lines)


def manifest_page() -> str:
    """Every field of every kind, from the JSON Schema."""
    from tablewright.manifest.schema import field_schema  # noqa: PLC0415 - the slowest import

    schema = field_schema()
    lines = [
        NOTICE + "# Manifest fields\n",
        "A field left out has the default shown; `tablewright schema` prints it for editors.",
        "Where fields are merged over others (a table over `defaults`, an environment over",
        "its table or stack, a stack over `StackDefaults`), `FIELD: null` removes the field of all",
        "that is below, and the default shown holds.\n",
        "A text, number or yes-or-no may be a variable of the environment: `${NAME}`, or with a",
        "value where it is not set or empty, `${NAME:-default}`; `$${` is a plain `${`.",
        "Variables are filled in after the YAML was read, so what they hold never changes a",
        "document's structure. A name that is not set and has no default is an error. Project",
        "Planton's `AwsDynamodb` manifests are read as well; `tablewright convert FILE` writes",
        "them with these fields.\n",
    ]
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    for name in sorted(definitions):
        lines.append(f"## {name}\n")
        if text := definitions[name].get("description"):
            lines.append(f"{text}\n")
        if rows := list(_rows(definitions[name])):
            lines.append("| field | type | default | meaning |\n|---|---|---|---|")
            lines += [*rows, ""]
    return "\n".join(lines)


def _rows(definition: Mapping[str, Any]) -> Iterator[str]:
    required = definition.get("required", ())
    for name, field in definition.get("properties", {}).items():
        default = "**required**" if name in required else _default(field)
        meaning = str(field.get("description", "")).replace("\n", " ").replace("|", "\\|")
        yield f"| `{name}` | {_type(field)} | {default} | {meaning} |"


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    return "" if value is None else f"`{value}`"


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in field:
        return " \\| ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    for key in ("anyOf", "oneOf"):
        if key in field:
            kinds = [_type(choice) for choice in field[key] if choice.get("type") != "null"]
            return " \\| ".join(dict.fromkeys(kinds))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    return str(field.get("type", "any"))


def rules_page() -> str:
    """What `verify` proves, rule by rule."""
    from tablewright.checks.rules import RULES  # noqa: PLC0415 - imports botocore

    lines = [
        NOTICE + "# What `verify` proves\n",
        "Each fact is passed, failed or, where a call was refused, unknown.\n",
    ]
    for rule in RULES:
        lines.append(f"## {rule.id}: {rule.title}\n")
        lines.append(f"{rule.why}\n")
        actions = ", ".join(f"`{action}`" for action in rule.iam)
        lines.append(f"Asked of every {rule.kind}. Needs {actions or 'nothing'}.\n")
    return "\n".join(lines)


def audit_rules_page() -> str:
    """What `audit` asks of live tables, rule by rule."""
    from tablewright.audit.rules import AUDIT_RULES  # noqa: PLC0415 - imports botocore

    lines = [
        NOTICE + "# Rules of `audit`\n",
        "A table passes a rule or has a problem; where a call was refused, the answer is unknown.",
        "[The audit](audit.md) says how to run it and how to accept a problem.\n",
        "| rule | severity | what is right |\n|---|---|---|",
    ]
    for rule in AUDIT_RULES:
        anchor = f"#{rule.id.lower()}"
        lines.append(f"| [{rule.id}]({anchor}) | {rule.severity} | {rule.title} |")
    for rule in AUDIT_RULES:
        lines.append(f"\n## {rule.id}\n")
        lines.append(f"**{rule.title}.** Severity: {rule.severity}.\n")
        lines.append(f"{rule.why}\n")
        lines.append(f"Needs {', '.join(f'`{action}`' for action in rule.iam)}.")
        if rule.references:
            lines.append(f"\nAlso asked by: {'; '.join(rule.references)}.")
    return "\n".join(lines) + "\n"


def operations_page() -> str:
    """Which operations the embedded AWS has of its own, and which it refuses."""
    from tablewright_emulator.protocol import service_model  # noqa: PLC0415 - imports botocore
    from tablewright_emulator.server import Emulator  # noqa: PLC0415 - likewise

    gateway = Emulator().gateway
    lines = [
        NOTICE + "# Operations of the embedded AWS\n",
        "Of the services below, what is of our own and what is answered at once with 400",
        "`UnknownOperationException`. What is not listed of the others, and every service that is",
        "not named here, is moto's to answer.\n",
    ]
    for service in sorted({service for service, _ in gateway.operations}):
        own = {operation for of, operation in gateway.operations if of == service}
        lines.append(f"## {service}\n\nOur own: {_named(own)}.\n")
        refused = {*service_model(service).operation_names} - own
        if service in gateway.owned and refused:
            lines.append(f"Refused: {_named(refused)}.\n")
    return "\n".join(lines)


def settings_page() -> str:
    """What a project's file and variables may say."""
    lines = [NOTICE + _SETTINGS]
    for setting in SETTINGS.values():
        option = f"`{setting.option}`" if setting.option else ""
        values = f" One of {_named_in_order(setting.choices)}." if setting.choices else ""
        where = {"file": "", "variable": " (file: on AWS only)", "option": " (on AWS only)"}
        lines.append(
            f"| `{setting.name}` | `{setting.variable}` | {option} "
            f"| {setting.meaning}{values}{where[setting.on_sandbox]} |"
        )
    return "\n".join(lines)


def _named_in_order(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _named(operations: set[str]) -> str:
    return _named_in_order(sorted(operations))


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "emulator-operations.md": operations_page,
    "errors.md": errors_page,
    "json.md": documents.page,
    "manifest-fields.md": manifest_page,
    "python.md": python_page,
    "rules.md": rules_page,
    "audit-rules.md": audit_rules_page,
    "third-parties.md": sbom.notices,
    "settings.md": settings_page,
}


def main() -> int:
    """Write the pages, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    arguments = parser.parse_args()
    stale = []
    made = {DOCS / name: make().rstrip() + "\n" for name, make in PAGES.items()}
    for path, text in (made | documents.files()).items():
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(path.name)
        if not arguments.check:
            path.write_text(text, "utf-8")
    verb = "stale" if arguments.check else "written"
    print(f"{verb}: {', '.join(stale) or 'none'}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
