"""The index on disk: catalog (SQLite), vectors (Chroma), words (tantivy), and their sync."""
