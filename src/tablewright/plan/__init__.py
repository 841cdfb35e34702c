"""Pure: what changes, in which steps, what each is and costs."""
