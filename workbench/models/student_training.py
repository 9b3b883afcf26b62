"""Training a student: a teacher reads posts that nobody labelled, and a small model learns what it says."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.models.classifier import Classifier, is_multi_label
from workbench.models.embeddings import Embedder
from workbench.models.student import Student
from workbench.models.student_card import make_student_card
from workbench.models.student_counts import same_share
from workbench.models.student_evidence import StudentNames, near_words
from workbench.models.student_features import StudentVocabulary, learn_vocabulary
from workbench.models.student_learning import Learnt, learn_each
from workbench.models.student_lessons import Lesson, drawn, folds_of, hear
from workbench.models.student_reading import StudentReader, StudentWeights, features_of, words_told
from workbench.models.text_hashes import fold_of, text_hashes
from workbench.progress import Progress, silent

# So many numbers of four bytes are 36 MB; with the words themselves a model stays below 50 MB.
_MOST_NUMBERS = 9_000_000
# Of a single student a tenth of the posts is kept from a first try, to see how far it agrees with its teacher.
_PARTS = 10


def train_student(
    teacher: Classifier,
    texts: Sequence[str],
    brands: Sequence[str],
    *,
    folds: int | None = None,
    embed: Embedder | None = None,
    seed: int = 0,
    trained_at: dt.datetime | None = None,
    progress: Progress = silent,
) -> Student:
    """Teach a fast model what a slow one says of posts that need no labels.

    Parameters
    ----------
    teacher
        Any classifier: of one label a text or of several. Of one with a model for every fold, a student learns
        from each, so that what the student says is held out as what its teacher says is.
    texts, brands
        Masked posts without labels, the more the better and of the kind that will be asked about; and the
        brand of each, for a teacher that judges toward one. Of more than 30,000 so many are drawn.
    folds
        None: as many as the teacher has. More than 1, for a teacher of one model: one student a fold, each
        without the posts of its fold, so that a post that was heard of may still be judged by what it says.
    embed
        Sentence embeddings, by which a student of several labels knows words that mean something near to a label's
        name; None: it knows the words of the names only.
    seed
        The same seed, teacher and posts make the same student.
    trained_at
        Time for its name; now.
    progress
        Told the share done and what is being done.

    Raises
    ------
    WorkbenchError
        Too few different posts, brands that do not fit them, or another number of folds than the teacher's.
    """
    folds = _checked(folds_of(teacher), folds)
    posts, toward = drawn(texts, brands, seed)
    progress(0.0, f"the teacher reads {len(posts):,} posts and variations of them")
    lesson = hear(teacher, posts, toward, folds, seed, lambda done: progress(0.6 * done, "the teacher reads"))
    count = len(teacher.labels)
    vocabulary = learn_vocabulary(lesson.clean, _MOST_NUMBERS // (folds * count))
    names, evidence = _told_by_names(teacher, lesson, vocabulary, embed)
    weights, logits, judged = _learn(teacher, lesson, vocabulary, evidence, folds, progress)
    card = make_student_card(
        teacher,
        posts,
        len(lesson.clean) - len(posts),
        lesson.of_posts,
        logits,
        judged,
        folds=folds,
        seed=seed,
        trained_at=trained_at or dt.datetime.now(dt.UTC),
    )
    progress(1.0, "trained")
    return Student(
        card, StudentReader(vocabulary, weights, names), folds, _learned_from(teacher, lesson, folds)
    )


def _told_by_names(
    teacher: Classifier, lesson: Lesson, vocabulary: StudentVocabulary, embed: Embedder | None
) -> tuple[StudentNames | None, NDArray[np.float64]]:
    """The names of labels, and what they tell of each text: text × label × kind.

    Nothing where a text has one label, which is what it means as a whole.
    """
    if not is_multi_label(teacher):
        return None, np.empty((len(lesson.clean), len(teacher.labels), 0))
    words, nearness = near_words(teacher.labels, vocabulary.words.names, embed)
    names = StudentNames(teacher.labels, words, nearness, np.array([[0.0], [1.0]]))
    told = words_told(names, lesson.clean)
    names = replace(names, standard=names.standard_of(*told))
    return names, names.of_texts(*told)


def _learn(
    teacher: Classifier,
    lesson: Lesson,
    vocabulary: StudentVocabulary,
    evidence: NDArray[np.float64],
    folds: int,
    progress: Progress,
) -> tuple[StudentWeights, NDArray[np.float64], NDArray[np.bool_]]:
    """Weights; and logits of the posts by students that had not heard of them, where there are such.

    Where a text has one label, it is said as often as the teacher says it, if the teacher knows.
    """
    features, posts = features_of(vocabulary, lesson.clean), lesson.posts
    if folds > 1:
        part, taught = lesson.fold, lesson.taught
        rows = [np.flatnonzero(part != number) for number in range(folds)]
    else:
        part = fold_of(lesson.clean, _PARTS)
        # What a variation was made of tells of it: variations stay out of the try.
        apart = np.flatnonzero((part != 0) & (np.arange(len(part)) < posts))
        rows, taught = [apart, np.arange(len(part))], lesson.taught * 2
    learnt = learn_each(
        features,
        evidence,
        taught,
        lesson.weight,
        rows,
        is_multi_label(teacher),
        lambda done: progress(0.6 + 0.4 * done, "the student learns"),
    )
    heard = np.eye(len(teacher.labels), dtype=bool)[lesson.of_posts.argmax(axis=1)]
    logits = np.zeros((posts, len(teacher.labels)))
    judged = np.zeros(posts, dtype=bool)
    shifts = []
    for number, one in enumerate(learnt if folds > 1 else learnt[:1]):
        asked = np.flatnonzero(part[:posts] == number)
        said = one.logits(features[asked], evidence[asked])
        # Of a fold its own posts alone: what others say of them must not come from their labels either.
        shifts.append(same_share(said, heard[asked]) if _knows_shares(teacher) else 0)
        logits[asked], judged[asked] = said + shifts[-1], True
    kept = [
        one._replace(intercepts=one.intercepts + shift)
        for one, shift in zip(learnt[-folds:], shifts, strict=True)
    ]
    return _together(vocabulary, kept), logits, judged


def _knows_shares(teacher: Classifier) -> bool:
    """Whether what a teacher says was held beside people's labels: else its shares may be far off, as of few labels."""
    return not is_multi_label(teacher) and teacher.card.get("calibration") is not None


def _together(vocabulary: StudentVocabulary, learnt: Sequence[Learnt]) -> StudentWeights:
    """The weights of all students beside each other."""
    grams = (vocabulary.words, vocabulary.pairs, vocabulary.characters)
    idf = np.concatenate([one.idf for one in grams])[:, None]
    slopes = np.hstack([one.slopes for one in learnt]) * idf
    words, pairs, characters = np.split(
        slopes.astype(np.float32), np.cumsum([len(one.names) for one in grams])[:-1]
    )
    intercepts = np.concatenate([one.intercepts for one in learnt])
    evidence = np.hstack([one.evidence for one in learnt])
    return StudentWeights(words, pairs, characters, intercepts, evidence)


def _learned_from(teacher: Classifier, lesson: Lesson, folds: int) -> NDArray[np.uint64] | None:
    heard = np.empty(0, np.uint64) if folds > 1 else np.unique(text_hashes(lesson.clean[: lesson.posts]))
    if folds_of(teacher) > 1:
        return heard
    if hasattr(teacher, "learned_from"):
        known = teacher.learned_from
        return None if known is None else np.union1d(heard, known)
    return heard if all(teacher.held_out(lesson.clean)) else None


def _checked(of_teacher: int, wanted: int | None) -> int:
    if wanted is None:
        return of_teacher
    if wanted < 1 or (of_teacher > 1 and wanted != of_teacher):
        allowed = of_teacher if of_teacher > 1 else "1 or more"
        raise WorkbenchError(
            f"{wanted} folds were asked for; this teacher allows {allowed}. Leave `folds` out."
        )
    return wanted
