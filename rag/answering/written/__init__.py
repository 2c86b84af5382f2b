"""What an LLM is given to answer from, and how what it writes becomes checked statements."""
