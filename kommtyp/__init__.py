"""Typologies of municipalities from survey data."""
