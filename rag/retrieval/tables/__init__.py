"""Tables and lists: which rows a question names, what it asks of them, and what it leaves open."""
