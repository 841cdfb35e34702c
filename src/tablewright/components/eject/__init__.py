"""A stack as a plain Pulumi program, for a team that wants to go on without tablewright.

    files = eject(declared, "python")
    Path("__main__.py").write_text(files["__main__.py"])

The program makes the same resources under the same names, so the state of the stack stays valid
and its first preview shows no change. It needs nothing but Pulumi and its AWS provider.
"""

from __future__ import annotations

import json
from typing import Literal

from tablewright.components.eject._python import python_source
from tablewright.components.eject._typescript import typescript_source
from tablewright.components.transcript import transcript
from tablewright.plan.declaration.declared import DeclaredStack

_README = """# {name}

The tables of the stack `{name}`, environment `{environment}`, as a plain Pulumi program. It needs
nothing but Pulumi and its AWS provider, and makes the same resources under the same names: with the
state the stack has, the first preview shows no change.

Where that state is stands in the line `state:` of `tablewright status`. In a folder, a passphrase
lies beside it unless you gave one of your own:

    export PULUMI_BACKEND_URL=file://FOLDER
    export PULUMI_CONFIG_PASSPHRASE_FILE=FOLDER/.tablewright/{name}/{pulumi_stack}/passphrase

Then, on the embedded AWS with `tablewright sandbox exec --` in front of each `pulumi`:

    {install}
    pulumi stack select {pulumi_stack}
    pulumi preview

`pulumi` runs the program through the plug-in `{host}`, which has to be on PATH:
Pulumi's installer (https://get.pulumi.com) brings it along with `pulumi`. On AWS `pulumi preview`
fetches the plug-in `aws` besides; on the embedded AWS the sandbox serves it.
"""
_HOSTS = {"python": "pulumi-language-python", "typescript": "pulumi-language-nodejs"}

Language = Literal["python", "typescript"]

__all__ = ["Language", "eject"]

_PYTHON_REQUIREMENTS = "pulumi>=3.259.0,<4\npulumi-aws>=7.51.1,<8\n"
_PACKAGES = {
    "dependencies": {"@pulumi/aws": "^7.48.0", "@pulumi/pulumi": "^3.259.0"},
    "devDependencies": {"@types/node": "^20", "typescript": "^5"},
}
_COMPILER = {
    "compilerOptions": {
        "strict": True,
        "target": "es2022",
        "module": "commonjs",
        "moduleResolution": "node",
        "outDir": "bin",
        "skipLibCheck": True,
    },
    "files": ["index.ts"],
}


def eject(
    stack: DeclaredStack, language: Language, pulumi_stack: str | None = None
) -> dict[str, str]:
    """The files of the program, text by name; `Pulumi.yaml` among them.

    Args:
        stack: what the program declares.
        language: of the program.
        pulumi_stack: whose state it takes over; else the one of the stack's environment.
    """
    pulumi_stack = pulumi_stack or stack.environment
    program = transcript(stack)
    settings = f"config:\n  aws:region: {stack.region}\n"
    install = "pip install -r requirements.txt" if language == "python" else "npm install"
    readme = _README.format(
        name=stack.name,
        environment=stack.environment,
        pulumi_stack=pulumi_stack,
        install=install,
        host=_HOSTS[language],
    )
    common = {f"Pulumi.{pulumi_stack}.yaml": settings, "README.md": readme}
    if language == "python":
        return {
            "Pulumi.yaml": f"name: {stack.name}\nruntime: python\n",
            **common,
            "__main__.py": python_source(program),
            "requirements.txt": _PYTHON_REQUIREMENTS,
        }
    return {
        "Pulumi.yaml": f"name: {stack.name}\nruntime: nodejs\n",
        **common,
        "index.ts": typescript_source(program),
        "package.json": _json({"name": stack.name, "main": "index.ts", **_PACKAGES}),
        "tsconfig.json": _json(_COMPILER),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
