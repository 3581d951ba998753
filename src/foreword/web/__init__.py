"""A page and an HTTP API on this computer: `foreword serve`."""
