"""An app with one job that takes its time, so that a test can kill the worker in the middle of it."""
