"""What each error code means to who meets it, and what to do: docs/errors.md and `explain CODE`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Guide:
    """One code in users' words.

    Args:
        title: in a few words.
        happened: what has happened, and what has not.
        remedy: what to do.
    """

    title: str
    happened: str
    remedy: str


GUIDES: Final[Mapping[str, Guide]] = {
    "TW-E000": Guide(
        "A mistake in tablewright",
        "The command ended in a way that nobody foresaw. What a run had done until then is "
        "recorded.",
        "Run the same command once more. If it ends in the same way, set `TABLEWRIGHT_DEBUG=1`, "
        "run it again and report what it prints.",
    ),
    "TW-E100": Guide(
        "The input cannot be used",
        "Something that you gave, an argument, a file or a variable, is not what the command "
        "needs. Nothing was touched.",
        "The message names what it is and what would be right: correct it and run the command "
        "again.",
    ),
    "TW-E110": Guide(
        "Mistakes in the manifests",
        "One or more fields of the manifests are wrong. All mistakes are listed at once, each "
        "with file, line, column and field. Nothing was touched.",
        "Correct them one by one; below each stands how. `validate` checks again without "
        "touching anything, `explain spec.FIELD` says what a field means.",
    ),
    "TW-E120": Guide(
        "The command line cannot be understood",
        "A command or an option does not exist, lacks its value, or two options exclude each "
        "other; or a name that you gave does not exist. Nothing was touched.",
        "Add `--help` to see what the command takes. Misspelt names are answered with the nearest.",
    ),
    "TW-E130": Guide(
        "A yes is missing",
        "The command asks before it changes something, and there is no terminal to answer at, "
        "as in CI. Nothing was touched.",
        "Look at the preview, then add `--yes`; or save the preview with `preview --save FILE`, "
        "have it approved, and run `up FILE --yes`.",
    ),
    "TW-E300": Guide(
        "Refused, so that nothing is lost",
        "The change would delete or replace something live that you did not name, or take over "
        "what belongs to somebody else, or do something that AWS would refuse halfway. Nothing "
        "was touched.",
        "The message names the resource and the property that causes it. Undo that change in "
        "the manifest; or, if it is what you want, allow it by name: `--allow-replace NAME`, "
        "`--allow-delete NAME`.",
    ),
    "TW-E310": Guide(
        "Answered with no",
        "You did not confirm the change at the terminal. Nothing was touched.",
        "Run the command again when you want the change.",
    ),
    "TW-E400": Guide(
        "Something could not be read",
        "A call was refused or failed, so that nobody can say whether all is as declared. It is "
        "not taken for a default.",
        "The message names the call and the reason, most often a missing permission: allow it "
        "and run the same command again.",
    ),
    "TW-E500": Guide(
        "Interrupted",
        "You stopped the command. What a run had changed until then is recorded; a step that "
        "AWS was at goes on there by itself.",
        "Run the same command again: it goes on where it was stopped.",
    ),
    "TW-E600": Guide(
        "The work failed",
        "Something outside failed while the command was at work, a disk, a file or a service.",
        "The message names it. Remove the cause and run the same command again.",
    ),
    "TW-E610": Guide(
        "AWS refused a call",
        "AWS answered a call with an error that has no code of its own here. What was done "
        "before it is recorded.",
        "The message has AWS's own words. Correct what they name and run the same command again.",
    ),
    "TW-E611": Guide(
        "No valid credentials",
        "There are no AWS credentials, they have expired, or AWS does not accept them. Nothing "
        "was touched.",
        "Sign in again (for instance `aws sso login`), or choose a profile with `--profile NAME`.",
    ),
    "TW-E612": Guide(
        "AWS cannot be reached",
        "The endpoint does not answer, or there is no such region.",
        "Check the region's spelling in the manifest, the network and the proxy, then run the "
        "same command again.",
    ),
    "TW-E613": Guide(
        "A change takes longer than expected",
        "A resource has not reached its state in time. The change goes on in AWS by itself.",
        "Run the same command again later: it waits for what is under way and goes on.",
    ),
    "TW-E614": Guide(
        "A permission is missing",
        "Your credentials may not make a call. The message names the IAM action and the resource.",
        "Have the action allowed; `tablewright permissions COMMAND PATH` prints a policy that is "
        "enough. Then run the same command again.",
    ),
    "TW-E615": Guide(
        "It does not exist",
        "What the command is about does not exist in this account and region.",
        "Check the name, the region, `--profile` and `--target`.",
    ),
    "TW-E616": Guide(
        "AWS asks for fewer requests",
        "AWS refused calls for their number, also after all retries. What was done is recorded.",
        "Wait a minute and run the same command again; another tool may be using up the same "
        "quota.",
    ),
    "TW-E617": Guide(
        "Stopped before it reached the wrong target",
        "A call made for the sandbox was about to leave for AWS, or the other way round. It was "
        "not sent.",
        "Look for an endpoint or a profile in the environment (`AWS_ENDPOINT_URL*`, "
        "`AWS_PROFILE`) and unset it. If there is none, please report it.",
    ),
    "TW-E618": Guide(
        "The endpoint does not have this operation",
        "The service at this endpoint does not know the call, as in some regions and partitions.",
        "Remove from the manifest what needs it, or choose another region.",
    ),
    "TW-E620": Guide(
        "The engine reports a failure",
        "Pulumi's engine could not finish. The message says at which resource; what was done "
        "before is recorded.",
        "Correct what the message names and run the same command again: it goes on from there.",
    ),
    "TW-E621": Guide(
        "There is no engine",
        "No Pulumi engine was found, and none could be fetched or built.",
        "Install Pulumi so that `pulumi` is on the PATH, or set `TABLEWRIGHT_PULUMI` to it.",
    ),
    "TW-E622": Guide(
        "Another run holds the stack",
        "A run of the same stack is under way, or one was killed. The message says who, where "
        "and since when. Nothing was touched.",
        "Wait for it to end. If it is gone, do what the message names to remove its lock.",
    ),
    "TW-E623": Guide(
        "The passphrase does not fit",
        "The stack's secrets are encrypted, and the passphrase is missing or wrong.",
        "Set `PULUMI_CONFIG_PASSPHRASE` (or `PULUMI_CONFIG_PASSPHRASE_FILE`) to the one that "
        "the stack was made with.",
    ),
    "TW-E624": Guide(
        "The state cannot be read",
        "The place where the stack's state is kept cannot be reached or read. Nothing was touched.",
        "Check `--backend`, the credentials for it, and the network.",
    ),
    "TW-E625": Guide(
        "There is no such stack",
        "Nothing is recorded of this stack here: it was never deployed, it was destroyed, or "
        "its state is elsewhere.",
        "Check the manifest's name, the environment, `--stack`, `--target` and `--backend`; or "
        "deploy it first.",
    ),
    "TW-E626": Guide(
        "Your program failed",
        "The program that declares the resources ended with an error of its own.",
        "The message ends with your program's own error: correct it there.",
    ),
    "TW-E630": Guide(
        "The sandbox cannot do this",
        "The embedded AWS does not run, did not start, or holds what this version cannot read.",
        "The message names the command that helps. Nothing of it ever reaches AWS.",
    ),
    "TW-E640": Guide(
        "Packages are missing",
        "The command needs packages that are not installed by default.",
        "Run the line that the message ends with; it installs exactly these.",
    ),
    "TW-E650": Guide(
        "Spark does not run",
        "Apache Spark did not start or gave up: most often Java is missing or too little memory "
        "is free.",
        "Install Java 17 or 21 and set `JAVA_HOME`, or leave out `--engine spark`.",
    ),
}


def near(code: str) -> list[str]:
    """Codes that were perhaps meant."""
    return difflib.get_close_matches(code, GUIDES, n=3, cutoff=0) or [*GUIDES][:3]
