"""Models and what runs them.

``embedder`` turns texts into vectors. ``runtime`` runs its model as it was published or as a copy
for onnxruntime, and ``export`` makes that copy and proves that it is equal. ``entailment`` runs a
model that says whether a text entails a sentence, where the user has one.
"""
