"""What a report claims, checked: its signature, its figures, made again; and why a figure moved."""
