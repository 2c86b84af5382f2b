"""What is kept as files and on the page: conversations and quotes, with footnotes."""
