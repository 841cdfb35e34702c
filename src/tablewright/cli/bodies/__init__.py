"""What the commands do, a module for each, imported when the command is called.

Each takes the parameters that `cli/NAME_command.py` declares, calls the layers below, prints, and
returns the exit status. What several share: `manifests` reads what PATH names, `deploying` opens
the deployment of it, `sandboxes` and `accounts` find where to look, `styled` prints with colours.
"""
