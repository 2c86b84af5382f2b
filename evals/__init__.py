"""The evaluation: whether answers are right, cited, and silent where they should be; benchmarks."""
