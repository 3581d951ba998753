"""Programs that benchmarks start and compare, one file each, and what they share.

For benchmarks/training_speed.py each is run as `python -m benchmarks.peers.NAME TASK` in the checkout, in its own
process: `TASK` is a `measuring.Task` as JSON, and the last line printed is the measurement as JSON. Other people's
programs (`pytorch_plain`, `mxnet_gluon`, `jax_scan`) import nothing of Foreword; `foreword_training` is Foreword,
`matrix_products` the bound.

For benchmarks/keystrokes.py `contenders` lists who types, `keyboard_process` starts other people's keyboards
(`onboard_words`, `presage_words`, `ibus_words`), and `keyboard_service` answers inside their processes.
"""
