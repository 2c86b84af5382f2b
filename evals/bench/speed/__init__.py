"""How fast and how large: cold and warm questions, syncs, memory and disk, by size."""
