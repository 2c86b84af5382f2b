"""Syncs that end badly, and indexes that are damaged."""
