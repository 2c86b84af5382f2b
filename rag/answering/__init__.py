"""Ranked evidence in, the statements of an answer out, or the decision to abstain."""
