// Loaded before the worker.
