"""The model folder: its place, strict reading and atomic writing.

    config.json           architecture, sizes, text policy, format version, names and shapes of the weights
    tokenizer.json        the units of text (Hugging Face tokenizers)
    model.safetensors     the weights, for more training
    onnx/model.onnx       one step of the network, for prediction
    onnx/model_quantized.onnx     a smaller version of it; one of the two is enough
    training.json         the record of its training, with its results
    README.md             the model card, with its pictures beside it
    lexicon.txt           the words that it may suggest (optional)
    ngrams.safetensors    the words that follow one to three others in its texts (optional)

The layout is that of a Hugging Face repository, without pickle.
"""

from foreword.modelfolder.config import Config
from foreword.modelfolder.names import find, find_to_type, home, locate, run_folder
from foreword.modelfolder.reading import ModelFolder, read

__all__ = ["Config", "ModelFolder", "find", "find_to_type", "home", "locate", "read", "run_folder"]
