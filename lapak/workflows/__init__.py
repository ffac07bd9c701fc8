"""Stories that cross modules. A step is one transaction, may run twice, and holds no arithmetic and no query."""
