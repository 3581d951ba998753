"""Predictive text in every application of a Linux desktop, as an engine of the input method framework IBus."""
