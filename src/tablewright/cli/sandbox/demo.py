"""`tablewright demo`: the reference job on the embedded AWS, each step shown and proved."""

from __future__ import annotations

import shlex
import shutil
import textwrap
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.cli.inputs.manifests import source
from tablewright.cli.styled import page_width, styled
from tablewright.deploy.deployment import Deployment, open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.outputs import write_flat
from tablewright.errors import OperationError, UsageError
from tablewright.extras import is_installed
from tablewright.report.findings import verification
from tablewright.report.preview import preview as preview_report
from tablewright.report.preview import tree as preview_tree
from tablewright.report.runs import progress
from tablewright.report.runs.outputs import lines
from tablewright.sandbox import lifecycle
from tablewright.sandbox.demo import past_use
from tablewright.sandbox.demo.seed import COMPANY, REGION, seed
from tablewright.sandbox.demo.traffic import TableTraffic, Traffic
from tablewright.sandbox.instance import Instance

SANDBOX = "demo"
STEPS = 9
OUTPUTS = Path("cfn-outputs") / "flat-outputs.json"
USAGE = OUTPUTS.with_name("usage")
REPORT = OUTPUTS.with_name("report.html")


def run(*, destroy: bool, manifest: Path | None) -> int:
    """Refactor three live tables in place, under traffic, and prove that nothing was lost."""
    return Demo(styled(), str(manifest or example("three-tables"))).run(destroy=destroy)


def example(name: str) -> Path:
    """A folder of the examples: of the checkout we run from, or a copy of the packaged one to edit.

    The copy is `tablewright-demo/NAME` in the current folder; files that are there are kept.

    Raises:
        UsageError: neither is there.
    """
    package = Path(__file__).resolve().parents[2]
    checkout = package.parent.parent / "examples" / name
    packaged = package / "examples" / name
    if checkout.is_dir():
        return checkout
    if not packaged.is_dir():
        raise UsageError(f"the example {name} is not installed", "name manifests with --manifest")
    copy = Path("tablewright-demo") / name
    if not copy.exists():
        shutil.copytree(packaged, copy)
    return copy


class Demo:
    """The reference job, told step by step."""

    def __init__(self, out: Console, manifest: str) -> None:
        self._out = out
        self._manifest = manifest
        self._started = time.monotonic()
        # What measures needs packages of its own, and a demo is worth while without them.
        self._measuring = (
            import_module("tablewright.cli.sandbox.demo_measuring")
            if is_installed("optimize")
            else None
        )

    def run(self, *, destroy: bool) -> int:
        """All of it; answers the exit status of `verify`."""
        instance = self._sandbox()
        session = Session(Target.sandbox(instance.endpoint), region=REGION)
        past_use.go_back(instance)
        self._seed(session)
        self._measure(instance, session)
        options = Options(sandbox=SANDBOX)
        with open_deployment(source([self._manifest]).source, options, self._say) as deployment:
            self._preview(deployment)
            self._up(deployment, session)
            status = self._verify(deployment)
            self._again(deployment)
            self._outputs(deployment)
            self._decide()
            self._report()
            self._end(deployment, instance, destroy=destroy)
        self._say(f"done in {time.monotonic() - self._started:.0f} s")
        return status

    def _title(self, number: int, text: str) -> None:
        self._out.print(f"\n[bold cyan]{number}/{STEPS}  {text}[/]")

    def _say(self, text: str) -> None:
        indent = " " * (5 + len(text) - len(text.lstrip()))
        lines = textwrap.fill(
            text.lstrip(),
            page_width(self._out),
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        self._out.print(lines, markup=False, soft_wrap=True)

    def _sandbox(self) -> Instance:
        self._title(1, "The embedded AWS starts")
        if lifecycle.stop(SANDBOX):
            self._say("the one of an earlier demo was stopped")
        instance = lifecycle.start(SANDBOX, in_memory=True)
        self._say(f"listening on {instance.endpoint}, reachable from this machine only")
        return instance

    def _seed(self, session: Session) -> None:
        self._title(2, f"What the company has today, in {REGION}")
        seeded = {table.name: table for table in seed(session)}
        for table in COMPANY:
            tags = ", ".join(f"{key}={value}" for key, value in table.tags.items())
            self._say(
                f"{table.name:<9} {seeded[table.name].items} items by {table.key}, PROVISIONED "
                f"{table.read} read / {table.write} write, tags {tags}, no stream, no recovery"
            )

    def _measure(self, instance: Instance, session: Session) -> None:
        self._title(3, "Two weeks of real requests; CloudWatch is read")
        past_use.pass_two_weeks(instance)
        if self._measuring is None:
            self._say("left out: pip install 'tablewright[optimize]' brings what it needs")
            return
        self._say(self._measuring.collected(instance, session, USAGE))

    def _decide(self) -> None:
        self._title(9, "What the change saves, by those two weeks")
        if self._measuring is None:
            self._say("left out, as above")
            return
        for line in self._measuring.savings(USAGE):
            self._say(line)

    def _report(self) -> None:
        if self._measuring is not None:
            self._out.print("\n[bold cyan]All of it to look at[/]")
            self._say(self._measuring.reported(self._manifest, SANDBOX, USAGE, REPORT))

    def _preview(self, deployment: Deployment) -> None:
        self._title(4, f"validate and preview of {Path(self._manifest).name}")
        self._say("valid: every field, key, index, tag and name")
        preview = deployment.preview()
        preview_tree.render(preview.explanation, deployment.title, self._out)

    def _up(self, deployment: Deployment, session: Session) -> None:
        self._title(5, "up, while a writer and a reader work on every table")
        with Traffic(session) as traffic, progress.shown(self._out) as show:
            result = deployment.up(progress=show)
        self._say(f"the engine ran {result.duration_seconds:.1f} s")
        reports = traffic.report()
        for table in reports:
            self._say(_traffic_line(table))
        if not all(table.unharmed for table in reports):
            raise OperationError("items or calls were lost while the tables changed")

    def _verify(self, deployment: Deployment) -> int:
        self._title(6, "verify, through AWS's APIs and not from the engine's state")
        verified = deployment.verify()
        verification.render_brief(verified, self._out)
        return verified.exit_status

    def _again(self, deployment: Deployment) -> None:
        self._title(7, "A second preview and a second up")
        second = deployment.preview()
        self._say(f"preview: {preview_report.summary(second.explanation)}")
        result = deployment.up()
        self._say(f"up:      {preview_report.summary(result.explanation)}")
        if not (second.explanation.empty and result.explanation.empty):
            raise OperationError("the second run found something to do")

    def _outputs(self, deployment: Deployment) -> None:
        self._title(8, "Outputs")
        outputs = deployment.outputs()
        for line in lines(outputs):
            self._say(line)
        write_flat(OUTPUTS, outputs)
        self._say(f"written flat to {OUTPUTS}")

    def _end(self, deployment: Deployment, instance: Instance, *, destroy: bool) -> None:
        if not destroy:
            for line in _what_next(instance, self._manifest):
                self._say(line)
            return
        self._out.print("\n[bold cyan]Clean-up[/]")
        with progress.shown(self._out) as show:
            result = deployment.destroy(progress=show)
        number = sum(result.explanation.counts.values())
        self._say(f"{number} resources destroyed; the sandbox stops")
        lifecycle.stop(SANDBOX)


def _traffic_line(table: TableTraffic) -> str:
    refused = sum(table.errors.values())
    return (
        f"{table.table:<9} {table.writes} writes and {table.reads} reads during the change, "
        f"{refused} refused; {table.items} items, {len(table.lost)} lost"
    )


def _what_next(instance: Instance, manifest: str) -> Sequence[str]:
    return (
        "",
        "Everything is left running. Look around:",
        f"  AWS_REGION=ap-southeast-2 tablewright sandbox exec --name {instance.name} \\",
        "      -- aws dynamodb describe-table --table-name sessions",
        f"  tablewright verify {shlex.quote(manifest)} --sandbox {instance.name}",
        f"  tablewright sandbox stop --name {instance.name}        ends it",
    )
