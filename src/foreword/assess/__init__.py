"""Measurements of a model: bits per character, keystroke savings, and the figures of simpler models."""
