"""What stands apart from the running text of pages: forms, heads and feet, footnotes."""
