"""Sentences worded freely about documents that were written for it, true ones and false ones."""
