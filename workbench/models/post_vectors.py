"""Posts as vectors of what they say, where no task tells what to look at: sentence embeddings, else words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from workbench.models.embeddings import Embedder
from workbench.models.features import prepared

_DIMENSIONS = 100


def post_vectors(texts: Sequence[str], embed: Embedder | None, seed: int = 0) -> NDArray[np.float64]:
    """One row a text, of length 1.

    Parameters
    ----------
    texts
        Masked texts.
    embed
        Gives sentence embeddings; None: TF-IDF of their words, brought to fewer dimensions.
    seed
        Of the latter.
    """
    clean = [prepared(text) for text in texts]
    if embed is not None:
        return np.asarray(embed(clean), dtype=np.float64)
    try:
        weights = TfidfVectorizer(min_df=2, sublinear_tf=True).fit_transform(clean)
    except ValueError:  # scikit-learn's answer where no word is left
        return np.zeros((len(texts), 1))
    most = min(_DIMENSIONS, min(weights.shape) - 1)
    if most < 1:
        return np.asarray(normalize(weights.toarray()))
    return np.asarray(normalize(TruncatedSVD(most, random_state=seed).fit_transform(weights)))
