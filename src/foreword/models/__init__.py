"""The networks, behind one interface: `logits, state = model(ids, state)`."""
