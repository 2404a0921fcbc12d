"""Measures the service beside others, on generated graphs of a whole country's plans."""
