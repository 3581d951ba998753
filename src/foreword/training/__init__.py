"""Recipes, the loop, checkpoints and the export. Needs PyTorch."""
