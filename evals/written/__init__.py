"""What an LLM may say of a piece of evidence, faithful and altered, and how the check takes it."""
