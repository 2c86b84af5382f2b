"""An index on a Chroma server, and documents read and embedded by a Ray cluster: optional."""
