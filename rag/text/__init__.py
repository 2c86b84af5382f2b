"""Pure tools on text, without I/O: characters, words, names, numbers, dates, quotes, sentences."""
