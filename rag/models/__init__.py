"""Texts to vectors: the model, its copy for onnxruntime, and what runs either."""
