"""Reading and continuing text with a finished model: ONNX Runtime, no PyTorch."""
