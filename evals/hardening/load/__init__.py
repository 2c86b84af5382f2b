"""Many users at once, more than fit, and a server that is stopped meanwhile."""
