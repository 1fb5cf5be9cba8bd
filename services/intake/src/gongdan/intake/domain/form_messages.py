"""What is wrong with an answer, and what to do about it, in Chinese and English, for the people who fill in forms."""

from collections.abc import Mapping
from typing import Any, Literal

import jsonschema_rs

from gongdan.shared.errors import Complaint

Language = Literal["zh", "en"]
MOST_OPTIONS = 20
SHOWN = 200

# By the keyword of JSON Schema that is not met: the problem and the cure, in each language.
MESSAGES: Mapping[str, Mapping[Language, tuple[str, str]]] = {
    "required": {"en": ("is missing", "fill it in"), "zh": ("未填写", "请填写此项")},
    "additionalProperties": {
        "en": ("is no field of this form", "remove it, or correct its name"),
        "zh": ("不是此表单的字段", "请删除,或更正名称"),
    },
    "type": {"en": ("is of the wrong type", "write {types}"), "zh": ("类型不对", "请填写{types}")},
    "enum": {"en": ("is none of the choices", "choose one of: {options}"), "zh": ("不在可选项内", "请选择:{options}")},
    "const": {
        "en": ("is not what is asked for", "write {expected_value}"),
        "zh": ("不符合要求", "请填写 {expected_value}"),
    },
    "minLength": {
        "en": ("is too short", "write at least {limit} characters"),
        "zh": ("太短", "请至少填写 {limit} 个字符"),
    },
    "maxLength": {
        "en": ("is too long", "write at most {limit} characters"),
        "zh": ("太长", "请最多填写 {limit} 个字符"),
    },
    "minimum": {"en": ("is too small", "write {limit} or more"), "zh": ("太小", "请填写不小于 {limit} 的数")},
    "maximum": {"en": ("is too large", "write {limit} or less"), "zh": ("太大", "请填写不大于 {limit} 的数")},
    "exclusiveMinimum": {"en": ("is too small", "write more than {limit}"), "zh": ("太小", "请填写大于 {limit} 的数")},
    "exclusiveMaximum": {"en": ("is too large", "write less than {limit}"), "zh": ("太大", "请填写小于 {limit} 的数")},
    "multipleOf": {
        "en": ("is in the wrong steps", "write a multiple of {multiple_of}"),
        "zh": ("步长不对", "请填写 {multiple_of} 的倍数"),
    },
    "pattern": {"en": ("is not in the asked form", "match {pattern}"), "zh": ("格式不符", "请符合格式 {pattern}")},
    "minItems": {"en": ("has too few entries", "give at least {limit}"), "zh": ("条目太少", "请至少填写 {limit} 条")},
    "maxItems": {"en": ("has too many entries", "give at most {limit}"), "zh": ("条目太多", "请最多填写 {limit} 条")},
    "uniqueItems": {"en": ("has an entry twice", "give each entry once"), "zh": ("有重复条目", "请去掉重复的条目")},
    "format": {"en": ("is no {format}", "write {example}"), "zh": ("不是有效的{format}", "请填写 {example}")},
    "person": {
        "en": ("is nobody we know", "choose an agent, or write a mail address"),
        "zh": ("查无此人", "请选择客服人员,或填写邮箱地址"),
    },
    "no-files": {
        "en": ("takes no file", "send files only in the form's file fields"),
        "zh": ("不能上传文件", "请只在文件字段中上传"),
    },
    "files-as-text": {
        "en": ("is a field for files", "send files as multipart/form-data"),
        "zh": ("是文件字段", "请以 multipart/form-data 上传文件"),
    },
    "file-type": {
        "en": ("is of type {given}", "send one of: {options}"),
        "zh": ("文件类型为 {given}", "请上传:{options}"),
    },
    "file-content": {
        "en": ("is said to be {given} and is {found}", "send the file as what it is"),
        "zh": ("声明为 {given},实际是 {found}", "请上传类型相符的文件"),
    },
    "too-many-files": {
        "en": ("is one file too many", "send at most {limit} files"),
        "zh": ("文件过多", "请最多上传 {limit} 个文件"),
    },
    "too-much": {"en": ("{why}", "send less"), "zh": ("内容过多或含有无效的值({why})", "请减少内容")},
    "file-size": {
        "en": ("is larger than {limit} bytes", "send a smaller file"),
        "zh": ("超过 {limit} 字节", "请上传更小的文件"),
    },
}
REFUSED: Mapping[Language, str] = {"en": "the submission does not fit the form", "zh": "提交的内容不符合表单要求"}
OTHER: Mapping[Language, tuple[str, str]] = {
    "en": ("does not fit", "correct this value"),
    "zh": ("不符合要求", "请更正"),
}
TYPES: Mapping[str, Mapping[Language, str]] = {
    "string": {"en": "a text", "zh": "文字"},
    "number": {"en": "a number", "zh": "数字"},
    "integer": {"en": "a whole number", "zh": "整数"},
    "boolean": {"en": "true or false", "zh": "是或否"},
    "array": {"en": "a list", "zh": "列表"},
    "object": {"en": "its parts", "zh": "各个部分"},
}
FORMATS: Mapping[str, tuple[Mapping[Language, str], str]] = {
    "email": ({"en": "mail address", "zh": "邮箱地址"}, "name@example.com"),
    "date": ({"en": "date", "zh": "日期"}, "2026-03-01"),
    "date-time": ({"en": "time with its offset from UTC", "zh": "带时区的时间"}, "2026-03-01T09:30:00+08:00"),
    "time": ({"en": "time", "zh": "时间"}, "09:30:00Z"),
    "iri": ({"en": "web address", "zh": "网址"}, "https://example.com"),
    "uri": ({"en": "web address", "zh": "网址"}, "https://example.com"),
}


def language(accepted: str) -> Language:
    """Chinese or English, whichever an Accept-Language header (or a locale) likes better; English when neither."""
    best: tuple[float, Language] = (0.0, "en")
    for part in accepted.split(",")[:20]:
        name, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        tag = name.strip().lower()[:2]
        if tag in {"zh", "en"} and weight > best[0]:
            best = (weight, "zh" if tag == "zh" else "en")
    return best[1]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def complaint(field: str, keyword: str, language: Language, **facts: Any) -> Complaint:  # noqa: ANN401 - for templates
    """What is wrong with a field, in a language."""
    problem, cure = MESSAGES.get(keyword, OTHER)[language]
    return Complaint(field, problem.format_map(_Facts(facts)), cure.format_map(_Facts(facts)))


def complaints(error: jsonschema_rs.ValidationError, language: Language) -> list[Complaint]:
    """The same for what a validator found; one for each field that is one too many."""
    path = [str(part) for part in error.instance_path]
    facts = error.kind.as_dict()
    match error.kind.name:
        case "required":
            return [complaint(".".join([*path, str(facts["property"])]), "required", language)]
        case "additionalProperties":
            names = [".".join([*path, str(name)[:SHOWN]]) for name in facts["unexpected"][:MOST_OPTIONS]]
            return [complaint(name, "additionalProperties", language) for name in names]
    return [complaint(".".join(path) or "body", error.kind.name, language, **_told(facts, language))]


def _told(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    told = dict(facts)
    if "options" in facts:
        told["options"] = ", ".join(map(str, facts["options"][:MOST_OPTIONS]))
    if "types" in facts:
        told["types"] = " / ".join(TYPES.get(one, {}).get(language, one) for one in facts["types"])
    if "format" in facts:
        names, example = FORMATS.get(facts["format"], ({}, str(facts["format"])))
        told |= {"format": names.get(language, str(facts["format"])), "example": example}
    return told


class _Facts(dict[str, Any]):
    """Facts for a template, each as text of bounded length."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name))[:SHOWN]

    def __missing__(self, name: str) -> str:
        return ""
