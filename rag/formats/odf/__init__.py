"""What all kinds of OpenDocument files have in common."""
