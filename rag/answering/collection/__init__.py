"""Questions about the documents themselves, answered from the catalog."""
