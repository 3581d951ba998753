"""Predictive text in the applications of a Linux desktop, as an engine of the input method framework IBus."""
