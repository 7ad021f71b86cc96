"""Benchmarks: measurements that decided something, kept beside the code."""
