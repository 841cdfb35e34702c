"""Pulumi components: tables, alarms, access roles, whole stacks."""
