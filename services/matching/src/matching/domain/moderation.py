"""Moderation of offers: what a worker of the area has to look at before it is planned."""

from __future__ import annotations

from common.vocabulary import Labelled


class Moderation(Labelled):
    """How far an offer has come with those who look at offers before others rely on them."""

    PENDING = "pending", "待审核", "To be approved"
    APPROVED = "approved", "已通过", "Approved"
    REFUSED = "refused", "未通过", "Refused"


class ModerationReason(Labelled):
    """Why an offer was refused; a list, so that its publisher can do something about it."""

    INCOMPLETE = "incomplete", "内容不完整", "Incomplete"
    NOT_TRUE = "not_true", "与实际不符", "Not true"
    NOT_SUITABLE = "not_suitable", "不适合本地需求", "Not suitable here"
    NOT_QUALIFIED = "not_qualified", "缺少相应资格", "Not qualified"
    TWICE = "twice", "重复发布", "Published twice"
    OTHER = "other", "其他", "Other"


class HiddenBecause(Labelled):
    """Why an offer that still stands is left out of every plan."""

    GIVER_NOT_ACTIVE = "giver_not_active", "主体未核准或已暂停", "Its party may not be matched"
    NOT_APPROVED_YET = "not_approved_yet", "待审核", "To be approved"
    REFUSED = "refused", "未通过审核", "Refused"
    NOT_CONFIRMED = "not_confirmed", "长期未确认", "Not confirmed for long"
