"""Are the answers right, cited and silent where they should be: gold questions and benchmarks."""
