"""Files in, articles out.

:mod:`rag.formats` gets the text out of a file, ``metadata`` and ``clutter`` say what it is and what
in it is not the article's, and ``loading`` makes the article of all that. ``reading_process`` does
so in a process of its own, which is ``worker``. ``scan`` finds the files of a folder,
``documents_toml`` reads what its user states about them, and ``aliases`` which names mean the same.
"""
