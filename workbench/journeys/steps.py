"""The steps of customers' journeys: what happened, one after another, in each conversation."""

import narwhals as nw
from narwhals.typing import FrameT, IntoFrameT

from workbench.statistics.answers import CONVERSATION, conversations, is_to, public_answers, with_first_answer
from workbench.statistics.business_hours import WEEK
from workbench.statistics.mentions import NOT_EARNED, with_columns_checked
from workbench.statistics.wording import is_acknowledging, is_hand_off

SILENCE_SECONDS = WEEK
STEPS = ("asked", "asked_again", "replied", "answered", "hand_off", "acknowledged", "silence")
_SETTLED = ("acknowledged", "hand_off")
_EVENT = ("case_id", "thread_id", "brand", "author", "step", "post_id", "created_epoch")


def journey_steps(mentions: IntoFrameT, *, observed_until_epoch: int | None = None) -> IntoFrameT:
    """Events of every conversation, in order.

    A case is a conversation: what one customer says to one brand in one thread, from the first
    eligible mention on, and the brand's public answers to that customer. Its steps are

    - ``asked``: the first eligible mention;
    - ``asked_again``, ``replied``: a later post of the customer, asking something or not;
    - ``answered``, ``hand_off``: a public answer of the brand, without or with a word of private messages;
    - ``acknowledged``: after an answer, the customer thanks or says that it works;
    - ``silence``: nothing more for seven days. Who fell silent is who did not take the step before.

    After a hand-off the conversation goes on out of sight: it is neither resolved nor lost, so no
    silence follows it. A case that is still open at the end of the data ends with its last post.

    Parameters
    ----------
    mentions
        Mention frame, with the brand's posts.
    observed_until_epoch
        End of the data, seconds since 1970 UTC; without it, the newest post of the frame.

    Returns
    -------
    Frame of the kind given: ``case_id`` (post that began it), ``thread_id``, ``brand``, ``author`` (the
    customer), ``step``, ``post_id`` (null for silence), ``created_epoch``, ``position`` (from 1), sorted by
    case and position.

    Examples
    --------
    >>> import pandas as pd
    >>> mentions = pd.DataFrame(
    ...     {
    ...         "post_id": ["1", "2", "3"],
    ...         "thread_id": "1",
    ...         "in_reply_to": [None, "1", "2"],
    ...         "brand": "Acme",
    ...         "directed_at": ["Acme", None, "Acme"],
    ...         "author": ["ann", "acme", "ann"],
    ...         "author_role": ["customer", "brand", "customer"],
    ...         "kind": "post",
    ...         "text": ["It is down?", "Try again.", "Works now, thanks!"],
    ...         "is_relevant": True,
    ...         "is_asking": [True, False, False],
    ...         "created_epoch": [0, 90, 200],
    ...     }
    ... )
    >>> journey_steps(mentions)[["case_id", "position", "step", "created_epoch"]]
      case_id  position          step  created_epoch
    0       1         1         asked              0
    1       1         2      answered             90
    2       1         3  acknowledged            200
    """
    frame = with_columns_checked(nw.from_native(mentions), ["thread_id", "in_reply_to", "author", "text"])
    cases = conversations(with_first_answer(frame)).select(
        *CONVERSATION, "answer_epoch", case_id="post_id", asked_epoch="created_epoch"
    )
    events = nw.concat([_of_customers(frame, cases), _of_brands(frame, cases)])
    numbered = _numbered(events)
    with_silence = _with_silence(numbered, _end_of_data(frame, observed_until_epoch))
    return nw.maybe_reset_index(with_silence.sort("case_id", "position")).to_native()


def _numbered(events: FrameT) -> FrameT:
    """Position of each event in its case, and whether it is the last."""
    # An answer may bear the same second as the question.
    is_later = nw.when(nw.col("step") == "asked").then(nw.lit(0)).otherwise(nw.lit(1))
    order = ["created_epoch", "is_later", "post_id"]
    return events.with_columns(is_later=is_later, one=nw.lit(1)).with_columns(
        position=nw.col("one").cum_sum().over("case_id", order_by=order).cast(nw.Int64),
        post_after=nw.col("post_id").shift(-1).over("case_id", order_by=order),
    )


def _end_of_data(frame: FrameT, observed_until_epoch: int | None) -> FrameT:
    newest = frame.select(observed_until=nw.col("created_epoch").max())
    return (
        newest
        if observed_until_epoch is None
        else newest.with_columns(observed_until=nw.lit(observed_until_epoch))
    )


def _with_silence(numbered: FrameT, end: FrameT) -> FrameT:
    """Every event twice, as itself and as the silence after it, and of the silences only those that came about.

    Joined to themselves the events would be computed twice, which takes far longer.
    """
    twice = nw.concat([end.with_columns(is_silence=nw.lit(False)), end.with_columns(is_silence=nw.lit(True))])
    silent_at = nw.col("created_epoch") + SILENCE_SECONDS
    fell_silent = (
        nw.col("post_after").is_null()
        & ~nw.col("step").is_in(_SETTLED)
        & (silent_at <= nw.col("observed_until"))
    )

    def either(silence: nw.Expr, event: str) -> nw.Expr:
        return nw.when(nw.col("is_silence")).then(silence).otherwise(nw.col(event))

    return (
        numbered.join(twice, how="cross")
        .filter(~nw.col("is_silence") | fell_silent)
        .select(
            "case_id", "thread_id", "brand", "author",
            step=either(nw.lit("silence"), "step"),
            post_id=nw.when(~nw.col("is_silence")).then(nw.col("post_id")),
            created_epoch=either(silent_at, "created_epoch"),
            position=either(nw.col("position") + 1, "position"),
        )
    )  # fmt: skip


def _of_customers(frame: FrameT, cases: FrameT) -> FrameT:
    is_later_thanks = (nw.col("created_epoch") > nw.col("answer_epoch")).fill_null(False) & is_acknowledging()
    step = (
        nw.when(nw.col("post_id") == nw.col("case_id")).then(nw.lit("asked"))
        .otherwise(nw.when(is_later_thanks).then(nw.lit("acknowledged"))
        .otherwise(nw.when(nw.col("is_asking")).then(nw.lit("asked_again"))
        .otherwise(nw.lit("replied"))))
    )  # fmt: skip
    return (
        frame.filter(~nw.col("author_role").is_in(NOT_EARNED))
        .join(cases, on=list(CONVERSATION))
        .filter(nw.col("created_epoch") >= nw.col("asked_epoch"))
        .with_columns(step=step)
        .select(_EVENT)
    )


def _of_brands(frame: FrameT, cases: FrameT) -> FrameT:
    answers = public_answers(frame).rename(
        {"answer_text": "text", "answer_epoch": "created_epoch", "answer_id": "post_id"}
    )
    return (
        cases.join(answers, on=["thread_id", "brand"])
        .filter(nw.col("created_epoch") >= nw.col("asked_epoch"), is_to("case_id", "author"))
        .with_columns(step=nw.when(is_hand_off()).then(nw.lit("hand_off")).otherwise(nw.lit("answered")))
        .select(_EVENT)
    )
