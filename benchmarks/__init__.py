"""How long an epoch takes in this course and in other libraries: `python -m benchmarks`."""
