"""Whether somebody says thanks and nothing else, in Chinese or English: then what is resolved stays resolved.

Strict on purpose: every word must be one of thanks, politeness or consent, there must be a word of thanks, and no
question. Who says one word more is heard.
"""

import re

LONGEST = 120
THANKS_EN = r"thanks|thank\s+you|thank\s+u|thx|ty|cheers|much\s+appreciated|appreciate\s+it|appreciated"
AROUND_EN = (
    r"(?:very|so)\s+much|a\s+lot|many|again|all|everyone|team|guys|for\s+(?:your|the|all)(?:\s+quick)?\s+help"
    r"|for\s+the\s+quick\s+(?:reply|response)|ok|okay|great|perfect|super|got\s+it|hi|hello|dear|kindly|and"
    r"|that\s+works|it\s+works(?:\s+now)?|works(?:\s+now)?|solved|resolved|regards|best|kind"
)
THANKS_ZH = r"谢谢|多谢|感谢|谢了|辛苦了|3q"
AROUND_ZH = (
    r"非常|十分|万分|很|你们?|您|大家|各位|的|了|啦|啊|哈|呀|哦|支持|帮助|帮忙"
    r"|好|嗯+|行|可以了|收到|已收到|已解决|解决了|没问题了"
)
SAID = re.compile(rf"(?<![a-z])(?:{THANKS_EN})(?![a-z])|{THANKS_ZH}", re.IGNORECASE)
WORDS = re.compile(rf"(?<![a-z])(?:{THANKS_EN}|{AROUND_EN})(?![a-z])|{THANKS_ZH}|{AROUND_ZH}", re.IGNORECASE)
SIGNS = re.compile(r"[\s.,!;:~…\-()'’，。！；：～、（）^_\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]+")


def only_thanks(text: str) -> bool:
    """Whether a text is thanks and nothing else."""
    if len(text) > LONGEST or SAID.search(text) is None:
        return False
    return not SIGNS.sub("", WORDS.sub("", text))
