"""Pure tools on text, without I/O: terms, sentences, times, numbers, quotations, characters."""
