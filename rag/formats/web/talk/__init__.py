"""Who says what on a web page: posts of threads, interviews, quotations."""
