"""Dates, times, quantities and names that are the same in two notations."""
