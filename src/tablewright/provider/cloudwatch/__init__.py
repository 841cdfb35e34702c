"""Types of CloudWatch: alarms and dashboards."""
