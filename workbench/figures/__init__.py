"""Figures as people see them: charts, tiles and tables."""
