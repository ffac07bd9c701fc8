"""What each command does: thin functions over services. Each takes the parsed arguments and may return an exit code."""
