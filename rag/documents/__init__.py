"""Files in, articles out: loading by format, clutter, sentences, passages, terms."""
