"""Models and what runs them.

``embedder`` turns texts into vectors. ``runtime`` runs its model as it was published or as a copy
for onnxruntime, and ``export`` makes that copy and proves that it is equal. ``reader`` says which
units of a passage answer a question and in which words, ``entailment`` whether evidence supports a
sentence. Both run a graph of ``weights/`` by ``bundled``, which reads tokens as ``layout`` lays
them out, or a ``cross_encoder`` of the user's own.
"""
