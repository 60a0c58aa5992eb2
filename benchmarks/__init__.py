"""Benchmarks: each takes public data and a rival, runs both in one run, and gives figures with their spread.

`python -m benchmarks NAME --json` is the only way in; nothing of Headway imports this package.
"""
