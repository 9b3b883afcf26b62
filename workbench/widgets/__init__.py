"""Controls for notebooks: move something, see what becomes of it."""
