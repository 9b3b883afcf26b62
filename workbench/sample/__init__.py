"""A made world of customers and brands, with its truth known.

`world` says how the world is, `timeline` when things happen, `people` who takes part, `threads` who
says what to whom, `wording` and `style` how it is said, `support` what the company's own systems
know of it, `make` writes the files.
"""
