"""Evidence of several articles in, what they agree and differ on out.

``differences`` shows where they give different values (``matching`` finds the sentences that
speak of what is asked, ``values`` reads what those give), ``backing`` who else says the same, and
``timeline`` what happened when.
"""
