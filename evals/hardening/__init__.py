"""What goes wrong on purpose: crashes, hostile documents, hostile words, many users at once."""
