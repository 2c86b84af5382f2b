"""Claims on the bundled articles, each with the verdict that a reader gives it."""
