"""What the readers of messages are made of: headers, bodies, and who is quoted in them."""
