"""What a role may do to tables: IAM's evaluation of the policies that apply to it, without a call.

Written from the IAM User Guide ("Policy evaluation logic", "Condition operators", "Policy
variables") and the Service Authorization Reference; the embedded AWS has its own, and the tests
hold the two to each other.
"""
