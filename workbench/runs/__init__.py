"""One run of one notebook: its parameters, its records and where they came from."""
