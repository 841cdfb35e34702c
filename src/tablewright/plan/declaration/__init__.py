"""What a manifest declares: tables with their alarms, roles, policies and dashboards. Pure."""
