"""An ejected TypeScript program: strict for the compiler, and a successor for the stack.

Node's Automation API runs a program inline, so no language host is needed. The packages come from
npm once per user; without Node these tests are left out.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components import TableStack
from tablewright.components.eject import eject
from tablewright.engine.install.folders import cache_folder
from tablewright.plan.declaration.declare import declare
from tablewright.provider.hosting.host import install_plugin

NODE, NPM = shutil.which("node"), shutil.which("npm")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(not (NODE and NPM), reason="Node and npm are not at hand"),
]

EXAMPLES = Path(__file__).parents[3] / "examples"
EVERYTHING = Path(__file__).parents[2] / "unit" / "components" / "everything.yaml"
NAMES = ["three-tables", "optimized-table"]
RUNNER = """
const auto = require("@pulumi/pulumi/automation");
const LocalWorkspace = auto.LocalWorkspace;
async function run(projectName) {
    const program = async () => ({ ...require(`${__dirname}/bin/${projectName}/index.js`) });
    const place = { projectName, stackName: "dev", program };
    const made = await (await LocalWorkspace.createOrSelectStack(place)).up();
    const outputs = Object.entries(made.outputs).map(([name, it]) => [name, it.value]);
    return { changes: made.summary.resourceChanges, outputs: Object.fromEntries(outputs) };
}
async function main() {
    const answers = {};
    for (const name of process.argv.slice(2)) answers[name] = await run(name);
    console.log(JSON.stringify(answers));
}
main().catch((error) => { console.error(String(error)); process.exit(1); });
"""


def declared(name):
    return declare(manifest.load([EVERYTHING if name == "everything" else EXAMPLES / name], {}))


@pytest.fixture(scope="module")
def packages() -> Path:
    """`node_modules` with what an ejected program needs, as its own package.json says it."""
    files = eject(declared("three-tables"), "typescript")
    needed = json.loads(files["package.json"])
    wanted = json.dumps({key: needed[key] for key in ("dependencies", "devDependencies")})
    folder = cache_folder(os.environ) / "node"
    manifest_file = folder / "package.json"
    if not (manifest_file.exists() and manifest_file.read_text("utf-8") == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "fresh.json").write_text(wanted, "utf-8")
        manifest_file.write_text(wanted, "utf-8")
        command = [NPM, "install", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run(command, cwd=folder, check=True, timeout=280)
        except (subprocess.SubprocessError, OSError):
            manifest_file.unlink()
            raise
    return folder / "node_modules"


@pytest.fixture(scope="module")
def projects(tmp_path_factory, packages) -> Path:
    """A folder with every ejected program, and their packages."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "node_modules").symlink_to(packages)
    for name in (*NAMES, "everything"):
        (folder / name).mkdir()
        for file, text in eject(declared(name), "typescript").items():
            (folder / name / file).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def compiled(projects) -> str:
    """What the compiler says of the programs, which is nothing when all is well.

    It compiles them as the project of each says it, as one: to check the SDK takes longest.
    """
    programs = (*NAMES, "everything")
    [settings] = {(projects / name / "tsconfig.json").read_text("utf-8") for name in programs}
    whole = json.loads(settings)
    whole["files"] = [f"{name}/{file}" for name in programs for file in whole["files"]]
    (projects / "tsconfig.json").write_text(json.dumps(whole), "utf-8")
    result = subprocess.run(
        [projects / "node_modules" / ".bin" / "tsc", "--build"],
        cwd=projects,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr


def test_a_program_of_every_kind_of_resource_compiles(compiled, projects):
    assert compiled == ""
    assert (projects / "bin" / "everything" / "index.js").exists()


def test_ejected_programs_take_over_without_a_change(
    workshop, compiled, projects, exported, tmp_path
):
    assert compiled == ""
    first = {name: deployed(workshop, name) for name in NAMES}

    runner = projects / "runner.js"
    runner.write_text(RUNNER, "utf-8")
    # npm's SDK is of another version than ours; on PATH the provider answers for any.
    on_path = install_plugin(tmp_path / "bin").parent
    path = f"{on_path}{os.pathsep}{workshop.environment['PATH']}"
    result = subprocess.run(
        [NODE, runner, *NAMES],  # in one process: to load the SDK takes longest
        env={**os.environ, **workshop.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    answers = json.loads(result.stdout.splitlines()[-1])
    for name in NAMES:
        assert set(answers[name]["changes"]) == {"same"}
        assert answers[name]["outputs"] == exported(first[name])


def deployed(workshop, name):
    """The stack of a manifest, whose tables to adopt are there."""
    stack = declared(name)
    dynamodb = workshop.client("dynamodb", stack.region)
    for table in stack.tables:
        if table.adopt:
            [key] = table.table.key.names
            dynamodb.create_table(
                TableName=table.table.name,
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
    made = workshop.stack(name, lambda: TableStack.from_declared(stack).export())
    made.up()
    return made
