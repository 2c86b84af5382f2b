"""A question in, ranked passages and sentences out."""
