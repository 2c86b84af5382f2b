"""Who says what, and since when: events, differences, independent sources, checked claims."""
