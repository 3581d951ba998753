"""Recipes, the loop, checkpoints and the export. All but recipe.py need PyTorch."""
