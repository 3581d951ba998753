"""The language server: suggestions in text editors that speak its protocol."""
