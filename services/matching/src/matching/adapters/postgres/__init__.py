"""Matching's rows in PostgreSQL, and everything that speaks SQL."""
