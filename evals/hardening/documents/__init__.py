"""Documents and names that are made to do harm, and texts made up to find more."""
