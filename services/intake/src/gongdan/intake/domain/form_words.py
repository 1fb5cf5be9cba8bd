"""What the pages of forms say, in Chinese and English. What is wrong with an answer is in `form_messages`."""

from collections.abc import Mapping

from gongdan.intake.domain.form_messages import Language

Words = Mapping[str, str]

WORDS: Mapping[Language, Words] = {
    "en": {
        "language": "中文",
        "optional": "optional",
        "choose": "Please choose",
        "yes": "Yes",
        "no": "No",
        "amount": "Amount",
        "currency": "Currency",
        "row": "Add a row",
        "send": "Send",
        "sending": "Sending …",
        "trap": "Leave this empty",
        "zone": "Times are those of {zone}.",
        "size": "At most {size} each.",
        "absent": "This part cannot be filled in on this page. Please describe it in words where there is room.",
        "fault": "{title} {problem}: {cure}.",
        "plain-fault": "{problem}: {cure}.",
        "faults": "Please correct this",
        "error": "Error",
        "files-again": "Files have to be chosen again.",
        "no-script": "This form needs JavaScript: your browser has to show that it is no robot.",
        "working": "A moment, your browser shows that it is no robot …",
        "thanks": "Thank you",
        "thanks-text": "We have received what you sent.",
        "thanks-mail": "If you gave your mail address, the number of your ticket follows by mail.",
        "ticket": "Your ticket",
        "reference": "Reference",
        "another": "Send something else",
        "back": "Back to the form",
        "X-Form-Token": "The form was open for too long. Please send it again.",
        "X-Form-Work": "Your browser has not shown yet that it is no robot. Please allow JavaScript and send it again.",
        "conflict": "This form was sent before, with other content. To send this as well, please send it again.",
        "unknown-form": "There is no such form",
        "not-allowed": "This form is not public",
        "body-too-large": "This is too much: a submission may have {most} in all",
        "too-often": "Too many submissions from your network; please go back and try again in {seconds} seconds",
        "come-back-later": "Nothing was kept just now; please try again in a moment",
        "trouble": "This did not work",
    },
    "zh": {
        "language": "English",
        "optional": "选填",
        "choose": "请选择",
        "yes": "是",
        "no": "否",
        "amount": "金额",
        "currency": "币种",
        "row": "添加一行",
        "send": "提交",
        "sending": "正在提交……",
        "trap": "请勿填写此项",
        "zone": "时间按 {zone} 时区填写。",
        "size": "单个文件不超过 {size}。",
        "absent": "此部分无法在本页填写，请在其他可填写之处用文字说明。",
        "fault": "{title}{problem}：{cure}。",
        "plain-fault": "{problem}：{cure}。",
        "faults": "请更正以下内容",
        "error": "有误",
        "files-again": "文件需要重新选择。",
        "no-script": "此表单需要启用 JavaScript，以便浏览器证明您不是机器人。",
        "working": "请稍候，浏览器正在证明您不是机器人……",
        "thanks": "谢谢",
        "thanks-text": "您提交的内容我们已经收到。",
        "thanks-mail": "如果您填写了邮箱，工单编号将通过邮件告知。",
        "ticket": "您的工单",
        "reference": "参考号",
        "another": "再提交一份",
        "back": "返回表单",
        "X-Form-Token": "表单打开的时间太长，请重新提交。",
        "X-Form-Work": "浏览器尚未证明您不是机器人，请启用 JavaScript 后重新提交。",
        "conflict": "此表单已提交过，但内容不同。如需另外提交这一份，请再次提交。",
        "unknown-form": "没有这个表单",
        "not-allowed": "此表单不对外开放",
        "body-too-large": "内容过大：一次提交总共不能超过 {most}",
        "too-often": "您所在的网络提交过于频繁，请返回并在 {seconds} 秒后重试",
        "come-back-later": "刚才未能保存，请稍后重试",
        "trouble": "未能完成",
    },
}


def size(count: int) -> str:
    """Bytes as people say them: 5 MB, 300 KB, 12 B."""
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if count >= unit:
            return f"{round(count / unit, 1):g} {name}"
    return f"{count} B"
