"""A made world of customers and brands, with its truth known.

`world` says how the world is, `timeline` when things happen, `people` who takes part, `acts` what a
post can do, `threads` what opens a conversation, `replies` what follows, `wording` and `style` how it
is said, `support` what the company's own systems know of it, `make` writes the files.
"""
