"""What a page looks like: what its style sheets hide, raise and strike out, what it unfolds."""
