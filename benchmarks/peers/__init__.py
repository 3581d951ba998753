"""Programs that benchmarks/training_speed.py starts and compares, one file each, and what they share.

Each is run as `python -m benchmarks.peers.NAME TASK` in the checkout, in a process of its own: `TASK` is a
`measuring.Task` as JSON, the last line printed is what was measured, as JSON. Other people's programs (`pytorch_plain`,
`mxnet_gluon`, `jax_scan`) import nothing of Foreword; `foreword_training` is Foreword, `matrix_products` the bound.
"""
