"""Executed notebooks as reports, and figures in sentences."""
