"""Check citations against the articles, and sentences against the words that they cite."""
