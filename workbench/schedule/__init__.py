"""When to run what: jobs declared in `scheduled/*.yaml`, their slots, and what each slot orders."""
