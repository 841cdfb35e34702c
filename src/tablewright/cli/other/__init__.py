"""Commands beside the rest: Project Planton's command line, completion."""
