"""The page that tells whether a certificate is true: one document, no script, nothing fetched."""

from html import escape
from string import Template
from typing import Final

from common.http.languages import Language
from registry.domain.volunteer import MINUTES_OF_HOUR
from registry.entrypoints.http.certificate_schemas import VerificationView

SECURITY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'"
)

_PAGE: Final = Template("""<!doctype html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title $number</title>
<style>
body { margin: 0; font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  background: #f6f4f0; color: #222; }
main { max-width: 36rem; margin: 2rem auto; padding: 1.5rem 2rem 2rem; background: #fff;
  border: 1px solid #ddd; border-top: 6px solid $colour; border-radius: .5rem; }
h1 { font-size: 1.35rem; margin: 0 0 .75rem; }
.verdict { font-weight: 700; color: $colour; font-size: 1.1rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; }
dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 1.25rem 0; }
th, td { text-align: left; padding: .4rem .25rem; border-bottom: 1px solid #e4e0d8; }
th { font-weight: 400; color: #666; } td + td, th + th { text-align: right; }
p.note { color: #666; font-size: .875rem; margin: 0; }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p class="verdict" role="status">$verdict</p>
<dl>$said</dl>
<table><thead><tr>$head</tr></thead><tbody>$rows</tbody></table>
<p class="note">$note</p>
</main>
</body>
</html>
""")

_WORDS: Final[dict[Language, dict[str, str]]] = {
    Language.ZH: {
        "title": "志愿服务记录证明核验",
        "valid": "真实有效：以下内容与出具时一致。",
        "revoked": "已撤销：{reason}（{day}）。",
        "altered": "警告：所存内容与出具时不一致，请联系出具单位。",
        "unsealed": "警告：纸上的核验码不符，这份纸质证明可能被改动。以下为真实内容。",
        "number": "证明编号",
        "volunteer_number": "志愿者编号",
        "period": "服务期间",
        "between": "{first} 至 {last}",
        "hours": "服务时长",
        "of_hours": "{hours} 小时",
        "star": "时长对应星级",
        "of_star": "{star} 星",
        "no_star": "未达到星级",
        "issuer": "出具单位",
        "issued_on": "出具日期",
        "seal": "核验码",
        "service": "服务项目",
        "days": "天数",
        "time": "时长（小时）",
        "note": "本页不显示姓名和证件号码。请核对纸质证明上的编号、时长、出具单位和核验码。",
    },
    Language.EN: {
        "title": "Verification of a volunteer service record",
        "valid": "Genuine and valid: this is what was certified.",
        "revoked": "Revoked: {reason} ({day}).",
        "altered": "Warning: what is kept differs from what was certified. Ask the issuer.",
        "unsealed": "Warning: the seal on the paper is wrong; the paper may have been changed."
        " Below is what was certified.",
        "number": "Certificate number",
        "volunteer_number": "Volunteer number",
        "period": "Period of service",
        "between": "{first} to {last}",
        "hours": "Time served",
        "of_hours": "{hours} hours",
        "star": "Star by hours",
        "of_star": "{star} of 5",
        "no_star": "None yet",
        "issuer": "Issued by",
        "issued_on": "Issued on",
        "seal": "Seal",
        "service": "Service",
        "days": "Days",
        "time": "Hours",
        "note": "This page shows neither names nor identity numbers."
        " Compare number, time, issuer and seal with the paper.",
    },
}


def page(found: VerificationView, language: Language) -> str:
    """Return the page about a certificate as HTML."""
    words = _WORDS[language]
    head = (words["service"], words["days"], words["time"])
    return _PAGE.substitute(
        lang=language.tag,
        title=escape(words["title"]),
        number=escape(found.number),
        colour="#1d6f42" if found.is_valid else "#b3261e",
        verdict=escape(_verdict(found, words)),
        said="".join(
            f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
            for name, value in _said(found, words)
        ),
        head="".join(f"<th scope=col>{escape(cell)}</th>" for cell in head),
        rows="".join(
            f"<tr><td>{escape(time.service_label)}</td><td>{time.days}</td>"
            f"<td>{_hours(time.minutes)}</td></tr>"
            for time in found.times
        ),
        note=escape(words["note"]),
    )


def _verdict(found: VerificationView, words: dict[str, str]) -> str:
    if not found.is_untouched:
        return words["altered"]
    if found.revoked_on is not None:
        reason = found.revocation_reason_label
        return words["revoked"].format(reason=reason, day=found.revoked_on)
    return words["unsealed"] if found.is_sealed is False else words["valid"]


def _said(found: VerificationView, words: dict[str, str]) -> list[tuple[str, str]]:
    star = words["of_star"].format(star=found.star) if found.star else words["no_star"]
    return [
        (words["number"], found.number),
        (words["volunteer_number"], found.volunteer_number),
        (words["period"], words["between"].format(first=found.first_on, last=found.last_on)),
        (words["hours"], words["of_hours"].format(hours=_hours(found.minutes))),
        (words["star"], star),
        (words["issuer"], found.issuer_name),
        (words["issued_on"], str(found.issued_on)),
        (words["seal"], found.seal),
    ]


def _hours(minutes: int) -> str:
    return f"{minutes / MINUTES_OF_HOUR:.2f}".rstrip("0").rstrip(".")
