"""Data files: JSON and its kin, tables in plain text, XML."""
