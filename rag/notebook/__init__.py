"""Conversations kept on this machine, and a notebook of quotes; docs/notebook.md says how."""
