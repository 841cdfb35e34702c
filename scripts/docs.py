"""Write the pages that are made from code: commands, errors, manifest fields, and more.

`make docs` writes them; `python -m scripts.docs --check` says which are stale and exits 1.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tablewright import errors
from tablewright.cli.commands import root

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTICE = "<!-- written by `make docs`; change the code, not this page -->\n\n"


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
        "Every error starts with its code, says what is wrong, and ends with the next step.\n",
        "| exit | meaning |\n|---|---|",
        "| 0 | done; nothing differs |",
        "| 1 | the operation failed: AWS, credentials, endpoint, a locked stack |",
        "| 2 | the input is wrong, or consent is missing; nothing was touched |",
        "| 3 | refused by the guard, or something differs, or a rule failed; nothing was touched |",
        "| 4 | something could not be read, so the answer is unknown |",
        "| 130 | interrupted; the same command finishes the job |\n",
    ]
    for class_ in error_classes():
        lines.append(f"## {class_.code}\n")
        lines.append(
            f"Exit status {class_.exit_status}. {inspect.cleandoc(class_.__doc__ or '')}\n"
        )
    return "\n".join(lines)


def walk(command: click.Command, names: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command below `command` with its full name, in the order of the help."""
    yield " ".join(names), command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=names[-1])
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from walk(child, (*names, name))


def commands_page() -> str:
    """The help of every command, as it is printed."""
    lines = [NOTICE + "# Commands\n"]
    for name, command in walk(root, ("tablewright",)):
        context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
        lines.append(f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(lines)


def manifest_page() -> str:
    """Every field of every kind, from the JSON Schema."""
    from tablewright import manifest  # noqa: PLC0415 - the slowest import of the three pages

    schema = manifest.json_schema()
    lines = [
        NOTICE + "# Manifest fields\n",
        "A field left out has the default shown; `tablewright schema` prints it for editors.\n",
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


def _named(operations: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(operations))


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "emulator-operations.md": operations_page,
    "errors.md": errors_page,
    "manifest-fields.md": manifest_page,
    "rules.md": rules_page,
}


def main() -> int:
    """Write the pages, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    arguments = parser.parse_args()
    stale = []
    for name, make in PAGES.items():
        text = make().rstrip() + "\n"
        path = DOCS / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not arguments.check:
            path.write_text(text, "utf-8")
    verb = "stale" if arguments.check else "written"
    print(f"{verb}: {', '.join(stale) or 'none'}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
