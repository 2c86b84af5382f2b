"""Sentences about the rows of tables, true ones and wrong ones, against the rows."""
