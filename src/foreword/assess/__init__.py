"""Measuring a model: bits per character, and what simpler models reach."""
