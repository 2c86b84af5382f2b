"""Pages written in HTML: their parse, what of them is content, and their words block by block."""
