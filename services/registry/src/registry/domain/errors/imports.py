"""What can be refused about imports."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ImportNotFound(NotFound, code="import-not-found", zh="没有这次导入。"):
    """There is no such import, or it is outside your area."""

    import_id: UUID


@dataclass(eq=False)
class MappingNotFound(NotFound, code="mapping-not-found", zh="没有这个列对应关系。"):
    """There is no such mapping, or it is outside your area."""

    mapping_id: UUID


@dataclass(eq=False)
class UnknownSubject(NotFound, code="unknown-subject", zh="不支持导入或导出此类数据。"):
    """Nothing of this name can be imported or exported."""

    subject: str


@dataclass(eq=False)
class NoSuchPart(RuleViolated, code="no-such-part", zh="分片序号超出所声明的数量。"):
    """The import was announced with fewer parts."""

    number: int
    parts: int


@dataclass(eq=False)
class PartTooLarge(RuleViolated, code="part-too-large", zh="分片为空或超过大小上限。"):
    """A part has at least one byte and at most a mebibyte."""

    most: int


@dataclass(eq=False)
class ImportAlreadyComplete(Conflict, code="import-already-complete", zh="文件已全部上传。"):
    """All parts of the file are there already."""

    import_id: UUID


@dataclass(eq=False)
class ImportNotToBeMapped(
    Conflict, code="import-not-to-be-mapped", zh="这次导入现在不能更改列对应关系。"
):
    """The columns of an import are confirmed between its check and its writing."""

    import_id: UUID
    state: str


@dataclass(eq=False)
class ImportNotChecked(Conflict, code="import-not-checked", zh="这次导入尚未检查或已经写入。"):
    """Only an import that was checked, and not written yet, can be written."""

    import_id: UUID
    state: str


@dataclass(eq=False)
class ImportHasFlaws(Conflict, code="import-has-flaws", zh="文件中有未通过检查的行。"):
    """Not all rows are good; mend them, or ask for the good rows only."""

    import_id: UUID
    flaws: int


@dataclass(eq=False)
class ImportChangedMeanwhile(
    Conflict, code="import-changed-meanwhile", zh="这次导入刚刚有变化，请重新读取后再试。"
):
    """The import has gone on in the same moment; read it again."""

    import_id: UUID


@dataclass(eq=False)
class MappingNamesNoField(
    RuleViolated, code="mapping-names-no-field", zh="列对应关系中的字段不存在或没有任何列。"
):
    """The mapping names fields that the subject does not have, or no column at all."""

    fields: tuple[str, ...]


@dataclass(eq=False)
class FileUnreadable(RuleViolated, code="file-unreadable", zh="文件无法读取，请检查格式和编码。"):
    """The file is not what it is said to be, or its encoding is unknown."""


@dataclass(eq=False)
class FileTooLarge(RuleViolated, code="file-too-large", zh="文件展开后超出上限，请拆分后再导入。"):
    """The file holds more rows, columns or bytes than one import may; split it."""

    what: str
    most: int


@dataclass(eq=False)
class NoTableFound(RuleViolated, code="no-table-found", zh="文件中找不到可识别的表头。"):
    """No row of the file looks like the header that is wanted."""


@dataclass(eq=False)
class RowsRefusedMeanwhile(
    Conflict, code="rows-refused-meanwhile", zh="检查之后情况有变，部分行未通过，未写入任何内容。"
):
    """Rows that were good when they were checked are not any more; nothing was written."""


@dataclass(eq=False)
class ImportFailed(Conflict, code="import-failed", zh="导入因系统故障中止，请联系管理员。"):
    """The import could not be done for a reason that is ours; nothing of it is half done."""
