"""Forms that all reports share: columns, money, numbers, Markdown, annotations."""
