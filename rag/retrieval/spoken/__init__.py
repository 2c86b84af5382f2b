"""Whose words a text gives, and whose a question asks for."""
