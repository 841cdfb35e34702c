"""A preview of changes: outline, tree, Markdown and JSON."""
