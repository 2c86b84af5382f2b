"""Training of the two models that read: ``python -m evals.training``.

``sets`` reads the data into questions with passages and pairs of evidence and sentence,
``made`` derives further pairs from them, ``rows`` turns both into arrays of tokens, ``networks``
holds the encoders with their heads, ``losses`` what they are trained for, ``steps`` one training
run and its checkpoints, and ``figures`` what a model reaches on groups that were held out.
"""
