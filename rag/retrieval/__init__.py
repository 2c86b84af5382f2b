"""A question in, ranked evidence out.

In reading order: ``filters`` checks what a user typed, ``lookup`` holds the order of steps,
``question`` reads what is asked for, ``concepts`` finds what it names, ``search`` ranks passages
(``copies`` folds those that repeat another), ``rank`` ranks their sentences, and ``quoting``
decides how much of a sentence is quoted (``listed``: when a whole list is).
"""
