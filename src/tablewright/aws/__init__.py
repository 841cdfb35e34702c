"""The border to boto3: sessions, retries, paging, error mapping, reading live tables."""
