"""What the lines of a plain text show: where they go on, and what they list, name or tabulate."""
