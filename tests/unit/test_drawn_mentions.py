"""Which mention a task of Label Studio is about, also once its post is gone."""

import pyarrow as pa
import pytest
from unit.labelling import SENTIMENT, filled, label_row, write_labels

from workbench.labels.drawn_mentions import drawn_mentions
from workbench.labels.keys import mention_key
from workbench.labels.projects import SETTLE

KEY = bytes(32)


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_disputed_mention_is_known_when_its_post_was_erased(tmp_path, is_erased):
    lake = filled(tmp_path)
    write_labels(lake, label_row("x:Acme-3", "negative"))
    if is_erased:
        lake.delete("mentions", pa.table({"post_id": ["x:Acme-3"]}))
    found = drawn_mentions(lake, KEY, SENTIMENT, SETTLE)
    assert found[mention_key(KEY, "sentiment", "x:Acme-3", "Acme")].is_there is not is_erased
    assert found[mention_key(KEY, "sentiment", "x:Acme-4", "Acme")].is_there
