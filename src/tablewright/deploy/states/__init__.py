"""A stack's state by itself: listed, renamed in, exported, imported and moved; AWS is not asked."""
