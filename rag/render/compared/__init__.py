"""Comparisons written: what sources say of a question, and how two documents differ."""
