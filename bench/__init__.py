"""Budgets as repeatable commands."""
