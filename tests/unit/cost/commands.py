"""How a command is run by itself here."""

HELP = {"help_option_names": ["-h", "--help"]}
"""As below the root: click remembers the option that a command was first asked for with."""
