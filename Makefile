# Two commands: `make demo` shows it, `make test` proves it. Both do all the set-up on a bare machine.
.DEFAULT_GOAL := help
