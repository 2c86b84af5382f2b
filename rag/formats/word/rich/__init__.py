"""The parts of reading Rich Text Format."""
