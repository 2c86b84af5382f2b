"""Tables on pages: with lines around their cells, and with columns alone."""
