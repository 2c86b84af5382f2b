"""Hostile texts, each with an LLM that does what they want: what does a reader get to see?"""
