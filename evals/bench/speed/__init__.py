"""Speed and size: cold and warm questions, syncs, memory and disk, by the size of the corpus."""
