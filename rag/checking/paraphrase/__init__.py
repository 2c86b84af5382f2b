"""What tells a paraphrase from a sentence that changes what its source says, as signals."""
