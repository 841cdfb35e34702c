"""The functions of the `aws` package that look something up."""
